"""The parent of the web server, the workers and the writer: it keeps enough of them at hand.

It has a single thread, and keeps it: a fork takes along the forking thread alone, with every lock
that another one holds. A change is made between two turns of its loop, first on disk, if the
dataset is kept there, then in memory; a worker that has it is started before it is acknowledged.
"""

import gc
import logging
import multiprocessing
import os
import resource
import select
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any, Final

from cstokg.dataset.incremental import prepare
from cstokg.dataset.model import Dataset
from cstokg.dataset.shared import SharedDataset
from cstokg.dataset.transaction import apply, commit, revision_after
from cstokg.errors import StorageError, StorageFullError
from cstokg.execution.limits import Limits, WriteLimits, die_with_parent
from cstokg.execution.scoreboard import IDLE, ROWS, Reason, Scoreboard
from cstokg.execution.service import Addresses, ProcessQueryService
from cstokg.execution.worker import LONG, STALLED, Worker, describe_version
from cstokg.execution.writer import Committed, Proposal, Writer
from cstokg.shacl.write_check import ShapesCheck
from cstokg.store.disk import DiskStore

log = logging.getLogger(__name__)

LONG_PER_WORKER: Final = 4
"""How many long queries may run beside each worker that is kept at hand."""

MAX_WAITING: Final = 256
"""How many queries may wait for a worker."""

MAX_WRITES_WAITING: Final = 4
"""How many writes may wait for the one that is made; each holds one of the server's threads."""

_SPARE: Final = 1
_TICK: Final = 0.025
"""Seconds between two looks at the scoreboard."""

_MUCH: Final = 0.5
"""Processor seconds after which a query is stopped where others wait for a worker."""

_NICENESS: Final = 10
_WARM_UP: Final = "SELECT * { ?s ?p ?o } LIMIT 1"
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_READING: Final = "Reading goes on; the operator finds the reason in the log."


def supervise(
    dataset: Dataset,
    limits: Limits,
    workers: int,
    serve: Callable[[ProcessQueryService], None],
    *,
    check: ShapesCheck,
    writes: WriteLimits | None = None,
    disk: DiskStore | None = None,
) -> int:
    """Run `serve`, in a process of its own, with a service whose queries are bounded by `limits`.

    `workers` processes are kept at hand for short queries; they validate graphs against the shapes
    of `check` as well. With `writes` the service takes changes, bounded so, that pass the check;
    without, it is only for reading. What is written goes to `disk` first, which has the dataset.
    Returns the exit code of `serve`; SIGINT and SIGTERM are handed on to it. The calling process
    must have a single thread.
    """
    with tempfile.TemporaryDirectory(prefix="cstokg-") as folder:
        addresses = Addresses(Path(folder))
        return _Supervisor(dataset, limits, workers, check, writes, disk, addresses).run(serve)


def _warm_up(dataset: Dataset) -> None:
    """Do once, before the fork, what each worker would otherwise do at its first query."""
    dataset.query(_WARM_UP)
    gc.freeze()  # Otherwise each child's collector would write to, and so copy, every page.


def _listen(address: str, waiting: int) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(waiting)
    return listener


@dataclass(frozen=True)
class _Running:
    """A worker, and the version that it answers from."""

    process: ForkProcess
    version: int


@dataclass(frozen=True)
class _WriterRunning:
    process: ForkProcess
    connection: Connection
    row: int


@dataclass
class _Supervisor:
    dataset: Dataset
    limits: Limits
    workers: int
    check: ShapesCheck
    writes: WriteLimits | None
    disk: DiskStore | None
    addresses: Addresses

    def __post_init__(self) -> None:
        self._wanted = self.workers + _SPARE
        self._most = self._wanted + LONG_PER_WORKER * self.workers
        self._context = multiprocessing.get_context("fork")
        self._board = Scoreboard()
        self._rows = cycle(range(ROWS))
        self._running: dict[int, _Running] = {}
        self._writer: _WriterRunning | None = None
        self._listener = _listen(self.addresses.workers(0), MAX_WAITING)
        self._writes = _listen(self.addresses.writer, MAX_WRITES_WAITING)

    def run(self, serve: Callable[[ProcessQueryService], None]) -> int:
        if self.writes is not None:  # each is judged in a new process; else few are ever asked
            self.check.prepare()
        gc.collect()
        _warm_up(self.dataset)
        # Blocked until parent and child each have their own way to take them.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        for _ in range(self._wanted):
            self._start_worker()
        web = self._context.Process(target=self._run_web, args=(serve,), name="web")
        web.start()
        for number in _SIGNALS:
            signal.signal(number, lambda *_: web.terminate())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        try:
            while web.is_alive():
                self._keep_writer()
                wait([web.sentinel, *self._sources()], _TICK)
                self._make_proposed()
                self._reap()
                self._keep_at_hand()
        finally:
            if web.is_alive():  # After a fault of ours: better no server than one without workers.
                web.terminate()
            processes = [running.process for running in self._running.values()]
            if self._writer is not None:
                processes.append(self._writer.process)
            for process in processes:
                process.kill()
                process.join()
        web.join()
        return web.exitcode or 0

    def _run_web(self, serve: Callable[[ProcessQueryService], None]) -> None:
        die_with_parent(signal.SIGTERM)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        self._listener.close()
        self._writes.close()
        # Each connection is a file, and each large answer another one.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        # Its own children inherit the scoreboard.
        multiprocessing.set_start_method("fork", force=True)
        dataset = self.dataset
        serve(
            ProcessQueryService(
                dataset.info,
                dataset.prefixes,
                self._board,
                self.addresses,
                self.limits,
                self.writes,
                shared=isinstance(dataset, SharedDataset),
            )
        )

    def _sources(self) -> list[Any]:
        """Return what to wait for beside the web server."""
        sources: list[Any] = [running.process.sentinel for running in self._running.values()]
        if self._writer is not None:
            sources += [self._writer.connection, self._writer.process.sentinel]
        return sources

    def _start_worker(self) -> None:
        row = self._free_row()
        self._board.end(row)
        version = self._board.version
        worker = Worker(
            self.dataset,
            version,
            self._listener,
            self._board,
            row,
            self.limits,
            self.check.shapes,
        )
        process = self._context.Process(target=worker.run, name="worker")
        process.start()
        self._running[row] = _Running(process, version)

    def _free_row(self) -> int:
        """Return a row that no process has; that of one that died is the last to be used again."""
        taken = {*self._running, self._writer.row if self._writer else None}
        return next(row for row in self._rows if row not in taken)

    def _keep_writer(self) -> None:
        """Have a writer wait for the next change, where changes are taken."""
        if self.writes is None or self._writer is not None:
            return
        if not isinstance(self.dataset, SharedDataset):
            prepare(self.dataset.store)
        ours, theirs = self._context.Pipe()
        row = self._free_row()
        self._board.end(row)
        writer = Writer(
            self.dataset, self._writes, theirs, self._board, row, self.writes, self.check
        )
        process = self._context.Process(target=writer.run, name="writer")
        process.start()
        theirs.close()
        self._writer = _WriterRunning(process, ours, row)

    def _make_proposed(self) -> None:
        """Make the change that the writer proposes, if it does, and note its end."""
        writer = self._writer
        if writer is None:
            return
        with suppress(EOFError, OSError):  # it died, or its client has left
            if writer.connection.poll():
                writer.connection.send(self._make(writer.connection.recv()))
        if not writer.process.is_alive():
            if writer.process.exitcode:
                log.info("a writer ended with %s", writer.process.exitcode)
            self._board.forget(writer.row)
            writer.connection.close()
            writer.process.close()
            self._writer = None

    def _make(self, proposal: Proposal) -> Committed | StorageError:
        before, delta = self.dataset, proposal.delta
        if delta:
            if self.disk is not None:
                try:
                    self.disk.commit(delta.removed, delta.added, revision_after(before, delta))
                except StorageError as error:
                    log.warning("a change was not stored: %s", error)
                    return _without_path(error)
            self._publish(apply(before, delta))
        made = commit(before, self.dataset, delta, proposal.filled)
        version = describe_version(self.dataset, self._board.version)
        return Committed(made.added, made.removed, made.created, version)

    def _publish(self, dataset: Dataset) -> None:
        """Have queries that begin from now on answered from `dataset`."""
        _warm_up(dataset)
        self.dataset = dataset
        old, self._listener = (
            self._listener,
            _listen(self.addresses.workers(self._board.version + 1), MAX_WAITING),
        )
        self._board.advance()
        with old:
            # Wakes the workers that wait for a job, which end; those with a job end after it.
            old.shutdown(socket.SHUT_RDWR)
            Path(old.getsockname()).unlink()
        self._start_worker()  # the others once the client has been told

    def _reap(self) -> None:
        """Forget the workers that have ended."""
        for row, running in list(self._running.items()):
            process = running.process
            if process.is_alive():
                continue
            log.debug("worker %d ended with %s", row, process.exitcode)
            if process.exitcode and self._board.row(row).job == IDLE:
                time.sleep(_TICK)  # Workers that cannot even start are not started in a rush.
            self._board.forget(row)
            process.close()
            del self._running[row]

    def _keep_at_hand(self) -> None:
        at_hand, long = 0, {}
        for row, running in self._running.items():
            worked = self._worked(row, running.process)
            if worked > LONG or self._is_stalled(row):
                long[row] = worked
            elif running.version == self._board.version:
                at_hand += 1
        missing = self._wanted - at_hand
        for _ in range(min(missing, self._most - at_hand - len(long))):
            self._start_worker()
            missing -= 1
        for row in long:
            # What takes long anyway leaves the processors to what is done at once.
            _lower_priority(self._running[row].process)
        if missing > 0 and self._others_wait():
            for row in sorted(long, key=long.__getitem__, reverse=True)[:missing]:
                if long[row] > _MUCH:
                    self._board.stop(self._board.row(row).job, Reason.CROWDED)

    def _others_wait(self) -> bool:
        """Return True if a query waits for a worker to take it."""
        return bool(select.select([self._listener], [], [], 0)[0])

    def _is_stalled(self, row: int) -> bool:
        """Return True if a worker has been at its job for so long that it cannot be at work."""
        found = self._board.row(row)
        return found.job != IDLE and time.monotonic() - found.began > STALLED

    def _worked(self, row: int, process: ForkProcess) -> float:
        """Return the processor seconds that a worker has spent on its job."""
        found = self._board.row(row)
        if found.job == IDLE or process.pid is None:
            return 0.0
        try:
            return _processor_time(process.pid) - found.used
        except OSError:  # it has ended
            return 0.0


def _processor_time(pid: int) -> float:
    """Return the processor seconds that a process has used. Raises OSError for one that ended."""
    # clock_getcpuclockid(3): the clock of a whole process, as the kernel numbers them.
    return time.clock_gettime(~pid << 3 | 2)


def _lower_priority(process: ForkProcess) -> None:
    """Have all threads of `process` leave the processors to others: each has its own niceness."""
    with suppress(FileNotFoundError, ProcessLookupError):  # It has ended, and was collected.
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(task.name), _NICENESS)


def _without_path(error: StorageError) -> StorageError:
    """Return an error as the client may see it: folders are for the log alone."""
    if isinstance(error, StorageFullError):
        return StorageFullError("the change is not made: the server's disk is full", hint=_READING)
    return StorageError("the change is not made: it cannot be stored on disk", hint=_READING)
