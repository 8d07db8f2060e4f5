"""The parent's part in writes: it has one change after the other worked out, and makes it.

A change is made in one step, between two turns of the parent's loop: whatever ends a writer before
leaves the dataset as it was. Where the dataset is kept on disk, it is made there first: what cannot
be stored is not made, and what is stored is made before anything else is.
"""

from __future__ import annotations

import logging
import os
import socket
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final

from cstokg.dataset.transaction import apply, commit, revision_after
from cstokg.engine import protocol
from cstokg.engine.changes import Made, Proposal, Version
from cstokg.engine.writer import Writer
from cstokg.errors import StorageError, StorageFullError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, ForkProcess

    from cstokg.dataset.model import Dataset
    from cstokg.engine.board import Board
    from cstokg.engine.budget import WriteBudget
    from cstokg.engine.keeper import Keeper

log = logging.getLogger(__name__)

_READING: Final = "Reading goes on; the operator finds the reason in the log."
_PATIENCE: Final = 1.0
"""Seconds that the parent waits at most for whoever asked to take an answer."""


@dataclass(frozen=True)
class _Work:
    """A change that is being worked out."""

    process: ForkProcess
    connection: socket.socket
    outcome: int


@dataclass(frozen=True)
class _Storing:
    """A change that is being stored on disk."""

    proposal: Proposal
    connection: socket.socket


class Ledger:
    """Takes requests from `control`; `step` must be called whenever one of `sources` is ready.

    `publish` is called with each new version, before it is acknowledged. `keeper` has the dataset
    on disk; it is stopped by whoever started it.
    """

    def __init__(
        self,
        dataset: Dataset,
        control: socket.socket,
        board: Board,
        budget: WriteBudget | None,
        *,
        context: ForkContext,
        publish: Callable[[Dataset], None],
        keeper: Keeper | None,
    ) -> None:
        self._dataset = dataset
        control.setblocking(False)
        self._control = control
        self._board = board
        self._budget = budget
        self._context = context
        self._publish = publish
        self._waiting: deque[tuple[int, socket.socket, list[int]]] = deque()
        self._keeper = keeper
        self._work: _Work | None = None
        self._storing: _Storing | None = None

    def sources(self) -> list[socket.socket | Connection | int]:
        """Return what to wait for."""
        sources: list[socket.socket | Connection | int] = [self._control]
        if self._work is not None:
            sources.append(self._work.process.sentinel)
        if self._keeper is not None:
            sources += self._keeper.sources()
        return sources

    def step(self) -> None:
        """Do what there is to do; it never waits for a process."""
        while self._take_request():
            pass
        if self._work is not None and not self._work.process.is_alive():
            work, self._work = self._work, None
            self._finish(work)
        if self._keeper and self._storing and wait(self._keeper.sources(), 0):
            storing, self._storing = self._storing, None
            self._end_storing(self._keeper, storing)
        if self._work is None and self._storing is None and self._waiting:
            self._work = self._begin(*self._waiting.popleft())

    def close(self) -> None:
        """End the writer; what it works on is not made."""
        if self._work is not None:
            self._work.process.kill()
            self._work.process.join()

    def _take_request(self) -> bool:
        try:
            message, descriptors, _, _ = socket.recv_fds(
                self._control, protocol.REQUEST.size, protocol.MAX_DESCRIPTORS
            )
        except BlockingIOError:
            return False
        if not descriptors:  # the web server has ended
            return False
        connection = socket.socket(fileno=descriptors[0])
        kind, number = protocol.REQUEST.unpack(message)
        if kind == protocol.ASK_WRITE and self._budget is not None:
            self._waiting.append((number, connection, descriptors[1:]))
        else:
            _close(descriptors[1:])
            self._answer(connection, self._version())
        return True

    def _begin(self, number: int, connection: socket.socket, files: list[int]) -> _Work:
        if self._budget is None:
            raise TypeError("a dataset that is only for reading is written")
        outcome = os.memfd_create("cstokg-outcome")
        writer = Writer(self._dataset, self._board, self._budget, outcome)
        process = self._context.Process(
            target=writer.run, args=(number, connection, files), name="writer"
        )
        process.start()
        _close(files)
        return _Work(process, connection, outcome)

    def _finish(self, work: _Work) -> None:
        exitcode = work.process.exitcode
        work.process.close()
        proposal = _read(work.outcome) if exitcode == 0 else None
        if proposal is None:  # It has answered, or its death is the answer.
            log.info("a writer ended with %s", exitcode)
            with work.connection, suppress(OSError):
                # Engines that were forked meanwhile have it open as well.
                work.connection.shutdown(socket.SHUT_RDWR)
            return
        if self._keeper is not None and proposal.delta:
            self._begin_storing(self._keeper, _Storing(proposal, work.connection))
        else:
            self._make(proposal, work.connection)

    def _begin_storing(self, keeper: Keeper, storing: _Storing) -> None:
        delta = storing.proposal.delta
        try:
            keeper.begin(delta.removed, delta.added, revision_after(self._dataset, delta))
        except StorageError as error:
            log.warning("a change cannot be stored: %s", error)
            self._answer(storing.connection, _told(error))
        else:
            self._storing = storing

    def _end_storing(self, keeper: Keeper, storing: _Storing) -> None:
        try:
            keeper.finish()
        except StorageError as error:
            log.warning("a change was not stored: %s", error)
            self._answer(storing.connection, _told(error))
        else:
            self._make(storing.proposal, storing.connection)

    def _make(self, proposal: Proposal, connection: socket.socket) -> None:
        before = self._dataset
        if proposal.delta:
            self._dataset = apply(before, proposal.delta)
            self._publish(self._dataset)
        made = commit(before, self._dataset, proposal.delta, proposal.filled)
        self._answer(connection, Made(made.added, made.removed, made.created, self._version()))

    def _version(self) -> Version:
        info = self._dataset.info
        return Version(self._board.version, info.revision, info.triples, self._dataset.prefixes)

    @staticmethod
    def _answer(connection: socket.socket, message: protocol.Message) -> None:
        with connection, suppress(OSError):  # Whoever asked has gone, or does not listen.
            connection.settimeout(_PATIENCE)
            protocol.send(connection, message)


def _told(error: StorageError) -> StorageError:
    """Return an error as whoever wrote may see it: folders are for the log alone."""
    if isinstance(error, StorageFullError):
        return StorageFullError("the change is not made: the server's disk is full", hint=_READING)
    return StorageError("the change is not made: it cannot be stored on disk", hint=_READING)


def _close(files: list[int]) -> None:
    for file in files:
        os.close(file)


def _read(outcome: int) -> Proposal | None:
    """Return what a writer left, None if that is nothing, or not whole; the file is closed."""
    with os.fdopen(outcome, "rb") as file:
        file.seek(0)
        content = file.read()
    try:
        message = protocol.unpack(content)
    except protocol.ConnectionClosedError:
        return None
    return message if isinstance(message, Proposal) else None
