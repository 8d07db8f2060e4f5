"""The whole dataset of a folder at one moment, whether a server has it open or not.

Whoever has the folder open answers on a socket in it (`SnapshotServer`), so that a copy can be
taken while changes go on. A connection carries one copy: a line of JSON with its origin, its head
and its length in bytes, then its N-Quads; or a line of JSON with an error.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from cstokg.errors import StorageError, StoreInUseError
from cstokg.store.disk import SOCKET, Contents, DiskStore, Head, Origin, find_flaw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

_PATIENCE: Final = 60.0
"""Seconds for the other side to take or to give the next piece."""

_WAITING: Final = 8
_PIECE: Final = 1 << 20
_LONGEST: Final = 100
"""Bytes that the name of a socket may have; Linux allows 107 (unix(7))."""


class SnapshotServer:
    """Gives copies of an open store to other processes, one at a time, from a thread."""

    def __init__(self, store: DiskStore) -> None:
        self._store = store
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def start(self) -> None:
        """Listen in the store's folder. Where that cannot be, it is only said in the log."""
        path = self._store.folder / SOCKET
        try:
            path.unlink(missing_ok=True)  # left by a process that was killed: this one has the lock
            with _address(self._store.folder) as address:
                self._listener.bind(address)
            path.chmod(0o600)
            self._listener.listen(_WAITING)
        except OSError as error:
            log.warning("no backup can be taken while the server runs: %s: %s", path, error)
            return
        threading.Thread(target=self._serve, name="snapshots", daemon=True).start()

    def stop(self) -> None:
        """Give no more copies."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # which wakes the thread
            (self._store.folder / SOCKET).unlink()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # stopped
                return
            with connection, suppress(OSError):  # Whoever asked has gone.
                connection.settimeout(_PATIENCE)
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        try:
            contents = self._store.read()
        except StorageError as error:
            connection.sendall(_line({"error": [error.message, error.hint]}))
            return
        head = {"origin": asdict(contents.origin), "head": asdict(contents.head)}
        connection.sendall(_line({**head, "length": len(contents.nquads)}))
        connection.sendall(contents.nquads)


def take_snapshot(folder: Path, tell: Callable[[str], None] = log.info) -> Contents:
    """Return the dataset in `folder`, from the server that has it open or from the disk.

    `tell` hears in a few words what is done. Raises StorageError.
    """
    contents = _ask(folder, tell)
    if contents is None:
        try:
            contents = _open(folder, tell)
        except StoreInUseError:
            # Its server may have come up meanwhile.
            contents = _ask(folder, tell)
            if contents is None:
                raise
    return contents


def _open(folder: Path, tell: Callable[[str], None]) -> Contents:
    tell(f"reading {folder}")
    store = DiskStore.open(folder)
    try:
        return store.read()
    finally:
        store.close()


def _ask(folder: Path, tell: Callable[[str], None]) -> Contents | None:
    """Return what the server of the folder gives, or None if there is no server."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_PATIENCE)
        try:
            with _address(folder) as address:
                connection.connect(address)
        except OSError:
            return None
        tell(f"asking the server that has {folder} open")
        try:
            return _receive(connection, tell)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StorageError(
                f"the server that has the store {folder} open gave no copy: {error}",
                hint="Try again; its own messages may say why.",
            ) from error


def _receive(connection: socket.socket, tell: Callable[[str], None]) -> Contents | None:
    """Return what comes, or None where the server ended before it had said all."""
    with connection.makefile("rb") as stream:
        first = stream.readline()
        if not first:
            return None
        message = json.loads(first)
        if "error" in message:
            problem, hint = message["error"]
            raise StorageError(problem, hint=hint)
        length, head = message["length"], Head(**message["head"])
        nquads = bytearray()
        while piece := stream.read(min(_PIECE, length - len(nquads))):
            nquads += piece
            tell(f"received {len(nquads) * 100 // length} % of {head.quads} statements")
    if len(nquads) < length:
        return None
    contents = Contents(Origin(**message["origin"]), head, bytes(nquads))
    if flaw := find_flaw(contents):
        raise ValueError(flaw)
    return contents


def _line(message: object) -> bytes:
    return json.dumps(message).encode() + b"\n"


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    """Give a name for the socket in `folder` that is short enough for any folder."""
    plain = str(folder / SOCKET)
    if len(os.fsencode(plain)) <= _LONGEST:
        yield plain
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{SOCKET}"
    finally:
        os.close(descriptor)
