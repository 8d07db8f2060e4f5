"""A worker: a process that answers one job after the other, and may be killed at any time.

Each job comes on a connection of its own, which the kernel hands to whichever worker is idle.
"""

import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cstokg.dataset.model import Dataset
from cstokg.dataset.shared import SharedDataset
from cstokg.errors import CstokgError, QueryMemoryError
from cstokg.execution import wire
from cstokg.execution.limits import (
    Limits,
    bound_memory,
    die_with_parent,
    die_with_peer,
    offer_to_oom_killer,
    start_timer,
)
from cstokg.execution.scoreboard import Scoreboard
from cstokg.shacl.posted_graph import PostedGraph, validate_posted_graph
from cstokg.store import QueryOptions, SerializedResult
from cstokg.store.serialization import spool

LONG: Final = 0.5
"""Processor seconds after which a job is a long one, and its worker not at hand.

Not of the clock: where many are at work, a job of some milliseconds takes long too. And not sooner:
in a worker that has just been started a query takes several times as long, since the memory shared
with the parent is copied page by page where its terms are first read.
"""

STALLED: Final = 1.0
"""Seconds of the clock after which a worker is not at hand even if it does nothing.

It waits for another server (SERVICE), or for a processor.
"""

_SHORT: Final = 0.002
"""Processor seconds in which no job takes much memory."""

_STACK: Final = 8 * 1024 * 1024
_STDERR: Final = 2


Query = tuple[str, tuple[Any, ...]]
"""The job to answer a query: its text and the fields of its `QueryOptions`.

Small answers are tuples of fields as well: pickle takes its time over classes.
"""


@dataclass(frozen=True)
class DescribeVersion:
    """The job to say which version of the dataset this is."""


@dataclass(frozen=True)
class DescribeState:
    """The job to say which version another server has of the dataset: its `state`."""


@dataclass(frozen=True)
class Version:
    """What there is to know of a version of the dataset without asking it."""

    number: int
    derived_by: str
    source_sha256: str
    revision: str
    triples: Mapping[str, int]
    prefixes: Mapping[str, str]


def describe_version(dataset: Dataset, number: int) -> Version:
    """Return what there is to know of `dataset`, the version of that number."""
    info = dataset.info
    return Version(
        number, info.version, info.source_sha256, info.revision, info.triples, dataset.prefixes
    )


Job = Query | PostedGraph | DescribeVersion | DescribeState


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


def begin_job(connection: socket.socket, board: Scoreboard, row: int, seconds: float) -> object:
    """Return the job that came on `connection`, which this process then lives by.

    It is killed after `seconds`, or when the other end is closed, until the caller calls that off
    (`start_timer`, `die_with_peer`). Raises OSError and ConnectionLostError where the client has
    left already.
    """
    os.dup2(connection.fileno(), _STDERR)  # its last words go to the client
    number, job = wire.receive(connection)
    board.begin(row, number)
    start_timer(seconds)
    die_with_peer(connection, on=True)
    if wire.has_left(connection):  # before there was a signal for it
        die_with_peer(connection, on=False)
        start_timer(0)
        raise wire.ConnectionLostError
    return job


@dataclass(frozen=True)
class Worker:
    """What a worker needs: a version of the dataset, where jobs come from, and its row."""

    dataset: Dataset
    version: int
    listener: socket.socket
    board: Scoreboard
    row: int
    limits: Limits
    shapes: Path | None = None
    """The folder of the shapes for graphs that are posted, if any may be."""

    def run(self) -> None:
        """Work in this process until it is worn out, its version is over, or it is killed."""
        run_expendable(self._work)

    def _work(self) -> None:
        bound_memory(self.limits.memory)
        worn = _peak_memory() + self.limits.memory // 8
        while True:
            self.board.end(self.row)
            try:
                connection, _ = self.listener.accept()
            except OSError:  # the listener was shut down
                return
            before, begun = time.process_time(), time.monotonic()
            with connection, suppress(OSError, wire.ConnectionLostError):
                self._do(connection)
            took = time.process_time() - before
            # After a long job, or one that had to wait, another worker is in its place already;
            # after a large one its memory would stay with it, and none is large at once.
            if (
                took > LONG
                or time.monotonic() - begun > STALLED
                or (took > _SHORT and _peak_memory() > worn)
            ):
                return

    def _do(self, connection: socket.socket) -> None:
        job = begin_job(connection, self.board, self.row, self.limits.seconds)
        reply: object
        try:
            reply = self._answer(job)
        except CstokgError as error:
            reply = error
        except MemoryError:
            reply = QueryMemoryError(self.limits.memory)
        except Exception as error:  # noqa: BLE001 - a fault of ours is told as one, to be logged
            reply = wire.fault(error)
        die_with_peer(connection, on=False)
        try:
            wire.send(connection, reply)
        finally:
            start_timer(0)

    def _answer(self, job: object) -> object:
        match job:
            case str(text), tuple(options):
                limits = self.limits
                bounded = QueryOptions(*options)._replace(
                    max_rows=limits.max_rows, services=limits.services
                )
                answer = self.dataset.answer(text, bounded)
                if isinstance(answer, SerializedResult):
                    answer = spool(answer)
                    return tuple(answer) if isinstance(answer.content, bytes) else answer
                return answer
            case PostedGraph() if self.shapes is not None:
                return validate_posted_graph(self.dataset.current(), job, self.shapes)
            case DescribeVersion():
                return describe_version(self.dataset.current(), self.version)
            case DescribeState() if isinstance(self.dataset, SharedDataset):
                return self.dataset.present_state()
            case _:
                raise TypeError(f"not a job: {job}")


def _peak_memory() -> int:
    """Return the most bytes that this process has had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
