"""The parent of the web server and the engines: it keeps enough engines at hand.

It has a single thread, and keeps it: a fork takes along the forking thread alone, with every lock
that another one holds.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import select
import signal
import socket
import time
from contextlib import suppress
from itertools import cycle
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final

from cstokg.engine.board import NEVER, PLACES, Board
from cstokg.engine.budget import die_with_parent
from cstokg.engine.client import BoundedDataset, Engines
from cstokg.engine.worker import SLOW, Engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkProcess

    from cstokg.build import Dataset
    from cstokg.engine.budget import Budget

log = logging.getLogger(__name__)

LONG_PER_ENGINE: Final = 4
"""How many long queries may run beside each engine that is kept at hand."""

_SPARE: Final = 1
_TICK: Final = 0.025
"""Seconds between two looks at the board."""

_NICENESS: Final = 10
_WARM_UP: Final = "SELECT * { ?s ?p ?o } LIMIT 1"
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def supervise(
    dataset: Dataset, budget: Budget, engines: int, serve: Callable[[Dataset], None]
) -> int:
    """Run `serve`, in a process of its own, with a dataset whose queries are bounded by `budget`.

    `engines` processes are kept at hand for short queries. Returns the exit code of `serve`;
    SIGINT and SIGTERM are handed on to it. The calling process must have a single thread.
    """
    # What an engine would otherwise do at its first query is done once, before the fork.
    dataset.query(_WARM_UP, prefixes=dataset.prefixes)
    gc.collect()
    gc.freeze()  # Otherwise each child's collector would write to, and so copy, every page.
    return _Pool(dataset, budget, engines).run(serve)


class _Pool:
    def __init__(self, dataset: Dataset, budget: Budget, engines: int) -> None:
        self._dataset = dataset
        self._budget = budget
        self._wanted = engines + _SPARE
        self._most = self._wanted + LONG_PER_ENGINE * engines
        self._context = multiprocessing.get_context("fork")
        self._board = Board()
        self._places = cycle(range(PLACES))
        # Messages, not a stream: each is taken by one engine. The kernel's buffer is the queue.
        self._submit, self._take = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._engines: dict[int, ForkProcess] = {}

    def run(self, serve: Callable[[Dataset], None]) -> int:
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
                wait([web.sentinel, *(p.sentinel for p in self._engines.values())], _TICK)
                self._bury_dead()
                self._keep_at_hand()
        finally:
            if web.is_alive():  # After a fault of ours: better no server than one without engines.
                web.terminate()
            for engine in self._engines.values():
                engine.kill()
                engine.join()
        web.join()
        return web.exitcode or 0

    def _run_web(self, serve: Callable[[Dataset], None]) -> None:
        die_with_parent(signal.SIGTERM)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        # Its own children inherit the sockets and the board.
        multiprocessing.set_start_method("fork", force=True)
        engines = Engines(self._submit, self._board, self._budget)
        serve(BoundedDataset(self._dataset.store, self._dataset.info, engines))

    def _start_engine(self) -> None:
        place = next(self._places)
        self._board.clear_engine(place)
        engine = Engine(self._dataset, self._take, self._board, place, self._budget)
        process = self._context.Process(target=engine.run, name="engine")
        process.start()
        self._engines[place] = process

    def _bury_dead(self) -> None:
        for place, process in list(self._engines.items()):
            if process.is_alive():
                continue
            log.info("engine %d ended with %s", place, process.exitcode)
            if self._board.since(place) == NEVER:
                time.sleep(_TICK)  # Engines that cannot even start are not started in a rush.
            process.close()
            del self._engines[place]

    def _keep_at_hand(self) -> None:
        now = time.monotonic()
        long = {}
        for place in self._engines:
            since = self._board.since(place)
            if since > 0 and now - since > SLOW:
                long[place] = since
        missing = self._wanted - (len(self._engines) - len(long))
        for _ in range(min(missing, self._most - len(self._engines))):
            self._start_engine()
            missing -= 1
        for place in long:
            # What takes long anyway leaves the processors to what is done at once.
            with suppress(ProcessLookupError):  # It has ended, and a fork has collected it.
                os.setpriority(os.PRIO_PROCESS, self._engines[place].pid or 0, _NICENESS)
        if missing > 0 and select.select([self._take], [], [], 0)[0]:
            for place in sorted(long, key=long.__getitem__)[:missing]:
                self._board.dismiss(place)
                self._engines[place].kill()
