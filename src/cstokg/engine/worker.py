"""An engine: a process that answers one query after the other, and may be killed at any time."""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
from cstokg.shacl.posted_graph import PostedGraph, check
from cstokg.store import Written
from cstokg.store.serialization import put_aside, write

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from cstokg.dataset.model import Dataset
    from cstokg.engine.board import Board
    from cstokg.engine.budget import Budget
    from cstokg.engine.protocol import Message
    from cstokg.store import Result

SLOW: Final = 0.1
"""Seconds of processor time after which a query is a long one, and its engine not at hand.

Not of the clock: where many are at work, a query of no more than some milliseconds takes long too.
"""

_SHORTLY: Final = 0.0005
"""Seconds in which the next query comes of a program that asks one after the other."""

_SHORT: Final = 0.002
"""Seconds of processor time in which no query takes much memory."""

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
    """What an engine needs: the dataset, its connections, and its place on the board.

    Jobs and answers go over `talk`; `leash` is open as long as somebody wants the engine.
    `shapes` is the folder of the shapes for graphs that are posted, if any may be.
    """

    dataset: Dataset
    talk: socket.socket
    leash: socket.socket
    board: Board
    place: int
    budget: Budget
    shapes: Path | None = None

    def run(self) -> None:
        """Work in this process until it is worn out, no longer wanted, or killed."""
        run_expendable(self._work)

    def _work(self) -> None:
        bound_memory(self.budget.memory)
        worn = _peak_memory() + self.budget.memory // 8
        # Its last words go to whoever asked.
        os.dup2(self.talk.fileno(), _STDERR)
        die_with_peer(self.leash, on=True)
        if protocol.has_left(self.leash):  # before there was a signal for it
            return
        with suppress(OSError, protocol.ConnectionClosedError):  # whoever asked has gone
            self._do_jobs(worn)

    def _do_jobs(self, worn: int) -> None:
        """Wait for a job and do it, one after the other, as long as there should be another."""
        incoming, last = protocol.Incoming(), False
        used = time.process_time()
        while not last:
            self.board.rest(self.place)
            job = incoming.wait(self.talk, _SHORTLY if self.board.calm else 0)
            before = used
            self.board.begin(self.place, time.monotonic(), before)
            start_timer(self.budget.seconds)
            reply = self._answer(job)
            used = time.process_time()
            # After a long query another engine is in its place already; after a large one its
            # memory would stay with it, and none is large without taking some time.
            took = used - before
            last = took > SLOW or (took > _SHORT and _peak_memory() > worn)
            protocol.send(self.talk, reply, last=last)
            start_timer(0)

    def _answer(self, job: Message) -> Message:
        try:
            match job:
                case protocol.Query():
                    return self._query(job)
                case protocol.Conversion(result, format_name):
                    content = result.serialize(format_name)
                    return put_aside(Written(result.kind, format_name, content))
                case PostedGraph() if self.shapes is not None:
                    return check(self.dataset, job, self.shapes)
                case _:
                    raise TypeError(f"not a job: {job}")
        except _ANSWERS as error:
            return error
        except MemoryError:
            return protocol.OutOfMemory()

    def _query(self, query: protocol.Query) -> Result | Written:
        result = self.dataset.store.query(
            query.text,
            prefixes=self.dataset.prefixes if query.prefixes is None else query.prefixes,
            default_graphs=query.default_graphs,
            named_graphs=query.named_graphs,
            max_rows=self.budget.max_rows,
            services=self.budget.services,
        )
        written = write(result, query.formats)
        return put_aside(written) if isinstance(written, Written) else written


def _peak_memory() -> int:
    """Return the most bytes that this process has had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
