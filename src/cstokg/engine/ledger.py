"""The parent's part in writes: it has one change after the other worked out, and makes it.

A change is made in one step, between two turns of the parent's loop: whatever ends a writer before
leaves the dataset as it was.
"""

from __future__ import annotations

import logging
import os
import socket
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cstokg.engine import protocol
from cstokg.engine.changes import Made, Proposal, Version
from cstokg.engine.writer import Writer
from cstokg.transaction import apply, commit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import ForkContext, ForkProcess

    from cstokg.build import Dataset
    from cstokg.engine.board import Board
    from cstokg.engine.budget import WriteBudget

log = logging.getLogger(__name__)

_PATIENCE: Final = 1.0
"""Seconds that the parent waits at most for whoever asked to take an answer."""


@dataclass(frozen=True)
class _Work:
    """A change that is being worked out."""

    process: ForkProcess
    connection: socket.socket
    outcome: int


class Ledger:
    """Takes requests from `control`; `step` must be called whenever one of `sources` is ready.

    `publish` is called with each new version, before it is acknowledged.
    """

    def __init__(
        self,
        dataset: Dataset,
        control: socket.socket,
        board: Board,
        budget: WriteBudget | None,
        *,
        context: ForkContext,
        places: Iterator[int],
        publish: Callable[[Dataset], None],
    ) -> None:
        self._dataset = dataset
        control.setblocking(False)
        self._control = control
        self._board = board
        self._budget = budget
        self._context = context
        self._places = places
        self._publish = publish
        self._waiting: deque[tuple[int, socket.socket]] = deque()
        self._work: _Work | None = None

    def sources(self) -> list[socket.socket | int]:
        """Return what to wait for."""
        return [self._control, *([self._work.process.sentinel] if self._work else [])]

    def step(self) -> None:
        """Do what there is to do; it never waits for a process."""
        while self._take_request():
            pass
        if self._work is not None and not self._work.process.is_alive():
            work, self._work = self._work, None
            self._finish(work)
        if self._work is None and self._waiting:
            self._work = self._begin(*self._waiting.popleft())

    def close(self) -> None:
        """End the writer; what it works on is not made."""
        if self._work is not None:
            self._work.process.kill()
            self._work.process.join()

    def _take_request(self) -> bool:
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, protocol.REQUEST.size, 1)
        except BlockingIOError:
            return False
        if not descriptors:  # the web server has ended
            return False
        connection = socket.socket(fileno=descriptors[0])
        kind, number = protocol.REQUEST.unpack(message)
        if kind == protocol.ASK_WRITE and self._budget is not None:
            self._waiting.append((number, connection))
        else:
            self._answer(connection, self._version())
        return True

    def _begin(self, number: int, connection: socket.socket) -> _Work:
        if self._budget is None:
            raise TypeError("a dataset that is only for reading is written")
        place = next(self._places)
        self._board.clear_engine(place)
        outcome = os.memfd_create("cstokg-outcome")
        writer = Writer(self._dataset, self._board, place, self._budget, outcome)
        process = self._context.Process(target=writer.run, args=(number, connection), name="writer")
        process.start()
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
        before = self._dataset
        if proposal.delta:
            self._dataset = apply(before, proposal.delta)
            self._publish(self._dataset)
        made = commit(before, self._dataset, proposal.delta, proposal.filled)
        self._answer(
            work.connection,
            Made(made.added, made.removed, made.created, self._version()),
        )

    def _version(self) -> Version:
        info = self._dataset.info
        return Version(self._board.version, info.revision, info.triples, self._dataset.prefixes)

    @staticmethod
    def _answer(connection: socket.socket, message: protocol.Message) -> None:
        with connection, suppress(OSError):  # Whoever asked has gone, or does not listen.
            connection.settimeout(_PATIENCE)
            protocol.send(connection, message)


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
