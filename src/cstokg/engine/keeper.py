"""The keeper: the one process that has the dataset on disk open, for the parent of all others.

The store's engine starts threads, and the parent, which forks, must have none. Whatever goes wrong
in a commit ends the keeper: from the folder it is seen whether the commit was made, and half of it
never is. So a parent that missed the answer starts another keeper and asks.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from cstokg.engine.budget import die_with_parent
from cstokg.errors import StorageError
from cstokg.store.disk import Contents, DiskStore, Head, Origin, holds_store, seed
from cstokg.store.snapshot import SnapshotServer

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess
    from pathlib import Path

log = logging.getLogger(__name__)

_OPENING: Final = 30.0
"""Seconds that a keeper may take to open a store that was open before."""

_ENDING: Final = 5.0


@dataclass(frozen=True)
class _Open:
    """Ask for the store's head; the answer is None where the folder holds no dataset."""


@dataclass(frozen=True)
class _Read:
    """Ask for all that the store holds."""


@dataclass(frozen=True)
class _Seed:
    """Ask to put a first dataset into the folder."""

    nquads: bytes = field(repr=False)
    origin: Origin
    revision: str


@dataclass(frozen=True)
class _Commit:
    """Ask for a commit."""

    removed: bytes = field(repr=False)
    added: bytes = field(repr=False)
    revision: str

    def undone(self, revision: str) -> _Commit:
        """Return the commit that leads back."""
        return _Commit(self.added, self.removed, revision)


@dataclass(frozen=True)
class _Stop:
    """Ask to let go of the folder, and to end."""


_Request = _Open | _Read | _Seed | _Commit | _Stop
_Reply = Contents | Head | StorageError | None


class Keeper:
    """The parent's side: one commit at a time, begun with `begin` and ended with `finish`.

    Only the process that made it may use it, and must `stop` it: as a context it stops itself.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._context = multiprocessing.get_context("fork")
        self._process: ForkProcess | None = None
        self._connection: Connection | None = None
        self._head: Head | None = None
        self._under_way: _Commit | None = None
        self._unsettled: _Commit | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The number of the keeper's process; 0 where there is none."""
        return 0 if self._process is None else self._process.pid or 0

    def start(self) -> Contents | None:
        """Open the store and return what it holds; None where there is none yet, to be seeded.

        Raises StorageError.
        """
        self._head = self._launch(None)
        if self._head is None:
            return None
        contents = self._ask(_Read())
        if not isinstance(contents, Contents):
            raise TypeError(f"not the contents of a store: {contents}")
        return contents

    def seed(self, nquads: bytes, origin: Origin, revision: str) -> None:
        """Make a dataset of sorted N-Quads the first one that the store holds.

        Raises StorageError.
        """
        self._head = _as_head(self._ask(_Seed(nquads, origin, revision)))

    def begin(self, removed: bytes, added: bytes, revision: str) -> None:
        """Begin a commit, as `DiskStore.commit` makes it. Raises StorageError if that cannot be."""
        if self._process is None or not self._process.is_alive():
            self._revive()
        commit = _Commit(removed, added, revision)
        with suppress(OSError):  # It has died just now: `finish` sees to that.
            self._open_connection().send(commit)
        self._under_way = commit

    def sources(self) -> list[Connection]:
        """Return what to wait for before `finish`: nothing where no commit is under way."""
        if self._under_way is None or self._connection is None:
            return []
        return [self._connection]

    def finish(self) -> None:
        """Wait for the end of the commit: it is made and on the disk.

        Raises StorageError where it is not made, nor any part of it.
        """
        commit, self._under_way = self._under_way, None
        if commit is None:
            raise TypeError("no commit is under way")
        try:
            self._head = _as_head(self._receive(None))
        except StorageError as error:
            self._settle(commit, error)

    def stop(self) -> None:
        """Let go of the folder, once the commit that is under way has ended."""
        if self._process is None:
            return
        with suppress(OSError):
            self._open_connection().send(_Stop())
        self._process.join(_ENDING)
        self._end()

    def _settle(self, commit: _Commit, error: StorageError) -> None:
        """Find out whether a commit without a good answer was made. Raises `error` if not."""
        self._end()
        try:
            found = self._launch(_OPENING)
        except StorageError as closed:
            log.warning("%s; the store cannot be opened again either: %s", error, closed)
            self._unsettled = commit
            raise error from closed
        if found == self._head:
            raise error
        if not self._is_next(found, commit):
            self._end()
            raise self._foreign()
        self._head = found

    def _revive(self) -> None:
        """Start a keeper in the place of one that has died."""
        self._end()
        found = self._launch(_OPENING)
        unsettled, self._unsettled = self._unsettled, None
        if found == self._head:
            return
        if unsettled is None or self._head is None or not self._is_next(found, unsettled):
            self._end()
            raise self._foreign()
        # It was made after all, when it had been said that it was not.
        try:
            self._head = _as_head(self._ask(unsettled.undone(self._head.revision)))
        except StorageError:
            self._end()
            self._unsettled = unsettled
            raise

    def _is_next(self, head: Head | None, commit: _Commit) -> bool:
        return (
            head is not None
            and self._head is not None
            and (head.commits, head.revision) == (self._head.commits + 1, commit.revision)
        )

    def _foreign(self) -> StorageError:
        return StorageError(
            f"the store in {self.folder} is not at the version that this server serves",
            hint="Another program has changed it meanwhile: start the server again.",
        )

    def _launch(self, seconds: float | None) -> Head | None:
        """Start a keeper and have it open the store. Raises StorageError."""
        self._connection, theirs = self._context.Pipe()
        self._process = self._context.Process(
            target=_keep, args=(self.folder, theirs, self._connection), name="keeper"
        )
        self._process.start()
        theirs.close()
        try:
            reply = self._ask(_Open(), seconds)
        except StorageError:
            self._end()
            raise
        return None if reply is None else _as_head(reply)

    def _ask(self, request: _Request, seconds: float | None = None) -> _Reply:
        with suppress(OSError):
            self._open_connection().send(request)
        return self._receive(seconds)

    def _receive(self, seconds: float | None) -> _Reply:
        connection = self._open_connection()
        try:
            if not connection.poll(seconds):
                raise StorageError(f"the store in {self.folder} does not open in time")
            reply: _Reply = connection.recv()
        except (EOFError, OSError):
            raise StorageError(
                f"the process that keeps the store in {self.folder} has ended"
            ) from None
        if isinstance(reply, StorageError):
            raise reply
        return reply

    def _open_connection(self) -> Connection:
        if self._connection is None:
            raise StorageError(f"the store in {self.folder} is not open")
        return self._connection

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _as_head(reply: _Reply) -> Head:
    if not isinstance(reply, Head):
        raise TypeError(f"not the head of a store: {reply}")
    return reply


def _keep(folder: Path, connection: Connection, other_end: Connection) -> None:
    """Do in this process what the parent asks for, until something goes wrong."""
    other_end.close()
    # The group's signals are for the server, which lets requests under way end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    # A commit that is cut off so is made or not, as with any other end.
    die_with_parent(signal.SIGKILL)
    keeping = _Keeping(folder)
    try:
        while True:
            request: _Request = connection.recv()
            if isinstance(request, _Stop):
                return
            try:
                reply = keeping.answer(request)
            except StorageError as error:
                connection.send(error)
                return
            connection.send(reply)
    except (EOFError, BrokenPipeError):
        return  # The parent has ended.
    finally:
        keeping.close()


class _Keeping:
    """The keeper's own side."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store: DiskStore | None = None
        self._copies: SnapshotServer | None = None

    def answer(self, request: _Request) -> _Reply:
        match request:
            case _Open():
                return self._open() if holds_store(self._folder) else None
            case _Seed(nquads, origin, revision):
                seed(self._folder, nquads, origin, revision=revision)
                return self._open()
            case _Read() if self._store is not None:
                return self._store.read()
            case _Commit(removed, added, revision) if self._store is not None:
                return self._store.commit(removed, added, revision)
            case _:
                raise TypeError(f"nothing to be done here: {request}")

    def close(self) -> None:
        if self._copies is not None:
            self._copies.stop()
        if self._store is not None:
            self._store.close()

    def _open(self) -> Head:
        self._store = DiskStore.open(self._folder)
        self._copies = SnapshotServer(self._store)
        self._copies.start()
        return self._store.head
