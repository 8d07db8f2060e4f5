"""The parent of the web server and the engines: it keeps enough engines at hand.

It has a single thread, and keeps it: a fork takes along the forking thread alone, with every lock
that another one holds.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import resource
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cstokg.dataset.transaction import prepare
from cstokg.engine import protocol
from cstokg.engine.board import IDLE, NEVER, PLACES, Board
from cstokg.engine.budget import die_with_parent
from cstokg.engine.client import BoundedDataset, Engines
from cstokg.engine.control import Control
from cstokg.engine.ledger import Ledger
from cstokg.engine.worker import SLOW, Engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkProcess

    from cstokg.dataset.model import Dataset
    from cstokg.engine.budget import Budget, WriteBudget
    from cstokg.engine.keeper import Keeper

log = logging.getLogger(__name__)

LONG_PER_ENGINE: Final = 4
"""How many long queries may run beside each engine that is kept at hand."""

_SPARE: Final = 1
_TICK: Final = 0.025
"""Seconds between two looks at the board."""

_MUCH: Final = 0.2
"""Seconds of processor time after which a query is stopped where others wait for an engine."""

_STALLED: Final = 1.0
"""Seconds of the clock after which an engine is not at hand even if it does nothing.

It waits for another server (SERVICE), or for a processor.
"""

_NICENESS: Final = 10
_WARM_UP: Final = "SELECT * { ?s ?p ?o } LIMIT 1"
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def supervise(
    dataset: Dataset,
    budget: Budget,
    engines: int,
    serve: Callable[[BoundedDataset], None],
    *,
    shapes: Path | None = None,
    writes: WriteBudget | None = None,
    keeper: Keeper | None = None,
) -> int:
    """Run `serve`, in a process of its own, with a dataset whose queries are bounded by `budget`.

    `engines` processes are kept at hand for short queries. With the folder `shapes` they validate
    graphs as well. With `writes` the dataset takes changes,
    bounded so; without, it is only for reading. What is written goes to the disk of `keeper` first,
    which holds the dataset. Returns the exit code of `serve`; SIGINT and SIGTERM are handed on to
    it. The calling process must have a single thread.
    """
    return _Pool(dataset, budget, engines, shapes, writes, keeper).run(serve)


def _warm_up(dataset: Dataset) -> None:
    """Do once, before the fork, what each engine would otherwise do at its first query."""
    dataset.query(_WARM_UP, prefixes=dataset.prefixes)
    gc.freeze()  # Otherwise each child's collector would write to, and so copy, every page.


@dataclass(frozen=True)
class _Running:
    """An engine, and the number of the version that it answers from."""

    process: ForkProcess
    version: int


class _Pool:
    def __init__(
        self,
        dataset: Dataset,
        budget: Budget,
        engines: int,
        shapes: Path | None,
        writes: WriteBudget | None,
        keeper: Keeper | None,
    ) -> None:
        self._dataset = dataset
        self._budget = budget
        self._shapes = shapes
        self._writes = writes
        self._wanted = engines + _SPARE
        self._most = self._wanted + LONG_PER_ENGINE * engines
        self._context = multiprocessing.get_context("fork")
        self._board = Board()
        self._places = cycle(range(PLACES))
        # Messages, not a stream: each comes with its descriptors.
        self._offer, self._offers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ask, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._engines: dict[int, _Running] = {}
        self._ledger = Ledger(
            dataset,
            control,
            self._board,
            writes,
            context=self._context,
            publish=self._publish,
            keeper=keeper,
        )

    def run(self, serve: Callable[[BoundedDataset], None]) -> int:
        for shapes in {self._shapes, self._writes.shapes if self._writes else None}:
            if shapes is not None:
                prepare(shapes)
        gc.collect()
        _warm_up(self._dataset)
        # Blocked until parent and child each have their own way to take them.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        for _ in range(self._wanted):
            self._start_engine()
        web = self._context.Process(target=self._run_web, args=(serve,), name="web")
        web.start()
        for number in _SIGNALS:
            signal.signal(number, lambda *_: web.terminate())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        try:
            while web.is_alive():
                engines = (running.process.sentinel for running in self._engines.values())
                wait([web.sentinel, *self._ledger.sources(), *engines], _TICK)
                self._ledger.step()
                self._bury_dead()
                self._keep_at_hand()
        finally:
            if web.is_alive():  # After a fault of ours: better no server than one without engines.
                web.terminate()
            self._ledger.close()
            for running in self._engines.values():
                running.process.kill()
                running.process.join()
        web.join()
        return web.exitcode or 0

    def _run_web(self, serve: Callable[[BoundedDataset], None]) -> None:
        die_with_parent(signal.SIGTERM)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        # Each connection is a file, and each large answer another one.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        # Its own children inherit the sockets and the board.
        multiprocessing.set_start_method("fork", force=True)
        numbers = cycle(range(PLACES))
        engines = Engines(self._offers, self._board, self._budget)
        control = Control(self._ask, self._board, self._writes, numbers)
        dataset = self._dataset
        serve(BoundedDataset(dataset.store, dataset.info, engines, control, dataset.prefixes))

    def _publish(self, dataset: Dataset) -> None:
        """Have queries that begin from now on answered from `dataset`."""
        _warm_up(dataset)
        self._dataset = dataset
        self._board.advance()
        self._withdraw_offers()
        for _ in range(self._wanted):
            self._start_engine()

    def _withdraw_offers(self) -> None:
        """End the engines that nobody has taken: the web server ends those that it has."""
        for _, descriptors in protocol.take_all(self._offers):
            for descriptor in descriptors:
                os.close(descriptor)

    def _start_engine(self) -> None:
        place = next(self._places)
        while place in self._engines:
            place = next(self._places)
        self._board.clear_engine(place)
        version = self._board.version
        talk, its_talk = socket.socketpair()
        leash, its_leash = socket.socketpair()
        with talk, its_talk, leash, its_leash:
            engine = Engine(
                self._dataset,
                its_talk,
                its_leash,
                self._board,
                place,
                self._budget,
                self._shapes,
            )
            process = self._context.Process(
                target=_run_engine, args=(engine, talk, leash), name="engine"
            )
            process.start()
            self._engines[place] = _Running(process, version)
            offer = protocol.OFFER.pack(place, version)
            try:
                protocol.hand_over(self._offer, offer, talk.fileno(), leash.fileno())
            except OSError:  # nobody has taken any for long
                process.kill()

    def _bury_dead(self) -> None:
        for place, running in list(self._engines.items()):
            process = running.process
            if process.is_alive():
                continue
            log.info("engine %d ended with %s", place, process.exitcode)
            if self._board.since(place) == NEVER and running.version == self._board.version:
                time.sleep(_TICK)  # Engines that cannot even start are not started in a rush.
            process.close()
            del self._engines[place]

    def _keep_at_hand(self) -> None:
        at_hand, long = 0, {}
        for place, running in self._engines.items():
            worked = self._worked(place, running.process)
            if worked > SLOW or self._waits_for_others(place):
                long[place] = worked
            elif running.version == self._board.version:
                at_hand += 1
        missing = self._wanted - at_hand
        for _ in range(min(missing, self._most - at_hand - len(long))):
            self._start_engine()
            missing -= 1
        for place in long:
            # What takes long anyway leaves the processors to what is done at once.
            _give_way(self._engines[place].process)
        if missing > 0 and self._board.waiting:
            for place in sorted(long, key=long.__getitem__, reverse=True)[:missing]:
                if long[place] > _MUCH:
                    self._board.dismiss(place)
                    self._engines[place].process.kill()

    def _waits_for_others(self, place: int) -> bool:
        """Return whether an engine has been at its job for so long that it cannot be at work."""
        since = self._board.since(place)
        return since not in (NEVER, IDLE) and time.monotonic() - since > _STALLED

    def _worked(self, place: int, process: ForkProcess) -> float:
        """Return the seconds of processor time that an engine has spent on its job."""
        if self._board.since(place) in (NEVER, IDLE):
            return 0.0
        try:
            # clock_getcpuclockid(3): the clock of a whole process, as the kernel numbers them.
            return time.clock_gettime(~(process.pid or 0) << 3 | 2) - self._board.used(place)
        except OSError:  # it has ended
            return 0.0


def _give_way(process: ForkProcess) -> None:
    """Have all threads of `process` leave the processors to others: each has its own niceness."""
    with suppress(FileNotFoundError, ProcessLookupError):  # It has ended, and was collected.
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            os.setpriority(os.PRIO_PROCESS, int(task.name), _NICENESS)


def _run_engine(engine: Engine, *others: socket.socket) -> None:
    """Run `engine` in a process that does not keep the `others`' ends of its connections open."""
    for end in others:
        end.close()
    engine.run()
