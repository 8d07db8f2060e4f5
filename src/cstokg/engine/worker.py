"""An engine: a process that answers one query after the other, and may be killed at any time."""

from __future__ import annotations

import os
import resource
import signal
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cstokg.check import PostedGraph, check
from cstokg.engine import protocol
from cstokg.engine.budget import (
    bound_memory,
    die_with_parent,
    die_with_peer,
    offer_to_oom_killer,
    start_timer,
)
from cstokg.errors import (
    AnswerTooLargeError,
    QueryError,
    ServiceFailedError,
    SourceError,
    UnknownFormatError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from cstokg.build import Dataset
    from cstokg.engine.board import Board
    from cstokg.engine.budget import Budget
    from cstokg.engine.protocol import Message

SLOW: Final = 0.1
"""Seconds after which a query counts as a long one, and its engine as not at hand."""

_ANSWERS: Final = (
    AnswerTooLargeError,
    QueryError,
    ServiceFailedError,
    SourceError,
    UnknownFormatError,
)
"""The errors that are told to whoever asked; any other is a fault."""

_STACK: Final = 8 * 1024 * 1024
_STDERR: Final = 2


def run_expendable(work: Callable[[], None]) -> None:
    """Do `work` in this process, which may be killed at any time and ends with its parent."""
    # The group's signals are for the server, which lets requests under way end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    die_with_parent(signal.SIGKILL)
    offer_to_oom_killer()
    # In a thread of its own: the store's source of random numbers belongs to a thread, and the
    # parent's would give every process the same UUIDs and blank nodes.
    threading.stack_size(_STACK)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@dataclass(frozen=True)
class Engine:
    """What an engine needs: the dataset, the socket to take jobs from, its place on the board.

    `version` is the number of the dataset's version, `back` where a job goes that asks for a
    later one. `shapes` is the folder of the shapes for graphs that are posted, if any may be.
    """

    dataset: Dataset
    version: int
    jobs: socket.socket
    back: socket.socket
    board: Board
    place: int
    budget: Budget
    shapes: Path | None = None

    def run(self) -> None:
        """Work in this process until it is worn out or killed."""
        run_expendable(self._work)

    def _work(self) -> None:
        bound_memory(self.budget.memory)
        worn = _peak_memory() + self.budget.memory // 8
        self.board.rest(self.place)
        while self.board.version == self.version:
            name, descriptors, _, _ = socket.recv_fds(
                self.jobs, protocol.NUMBER.size, protocol.MAX_DESCRIPTORS
            )
            if not descriptors:  # a note, which is only to wake it
                continue
            if self.board.version != self.version:
                # Sent after a write, perhaps, which is not in this engine's memory.
                self._hand_back(name, descriptors)
                return
            begin = time.monotonic()
            with socket.socket(fileno=descriptors[0]) as connection:
                (number,) = protocol.NUMBER.unpack(name)
                self.board.begin(self.place, number, begin)
                start_timer(self.budget.seconds)
                try:
                    self._do_job(connection, descriptors[1:])
                except (OSError, protocol.ConnectionClosedError):
                    pass  # Whoever asked has gone.
                finally:
                    start_timer(0)
            # After a long query another engine is in its place already; after a large one its
            # memory would stay with it.
            if time.monotonic() - begin > SLOW or _peak_memory() > worn:
                return
            self.board.rest(self.place)

    def _hand_back(self, name: bytes, descriptors: Sequence[int]) -> None:
        with suppress(OSError):  # The queue is full: whoever asked sees it closed, and asks again.
            protocol.hand_over(self.back, name, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)

    def _do_job(self, connection: socket.socket, files: Sequence[int]) -> None:
        job = protocol.take(connection, files)
        # Its last words go to whoever asked, until the next job comes.
        os.dup2(connection.fileno(), _STDERR)
        die_with_peer(connection, on=True)
        if has_left(connection):  # before there was a signal for it
            return
        reply = self._answer(job)
        die_with_peer(connection, on=False)
        protocol.send(connection, reply)

    def _answer(self, job: Message) -> Message:
        try:
            match job:
                case protocol.Query(text, prefixes, default_graphs, named_graphs):
                    return self.dataset.store.query(
                        text,
                        prefixes=self.dataset.prefixes if prefixes is None else prefixes,
                        default_graphs=default_graphs,
                        named_graphs=named_graphs,
                        max_rows=self.budget.max_rows,
                        services=self.budget.services,
                    )
                case protocol.Conversion(result, format_name):
                    return protocol.Written(result.serialize(format_name))
                case PostedGraph() if self.shapes is not None:
                    return check(self.dataset, job, self.shapes)
                case _:
                    raise TypeError(f"not a job: {job}")
        except _ANSWERS as error:
            return error
        except MemoryError:
            return protocol.OutOfMemory()


def has_left(connection: socket.socket) -> bool:
    """Whether the other end of `connection` is closed."""
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False


def _peak_memory() -> int:
    """Return the most bytes that this process has had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
