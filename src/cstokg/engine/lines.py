"""The web server's lines to its engines: which rest, which are at work, and who waits for one.

All of that belongs to the thread of one event loop, which need not lock anything. A query that is
asked in that thread is no more than an entry here until it is answered.

Most queries are done in less time than it takes to fall asleep and be woken. While all are, an
engine is handed some more before it has done the one that it is at. When one takes longer after
all, those behind it go to other engines.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Lock, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from cstokg.engine import protocol
from cstokg.engine.line import Line
from cstokg.errors import EngineLostError, EnginesBusyError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

    from cstokg.engine.board import Board
    from cstokg.engine.protocol import Message, Reply

log = logging.getLogger(__name__)

MOST: Final = 256
"""How many queries may wait for an engine."""

_ATTEMPTS: Final = 16
"""How many engines may die before they begin, such as those that were killed while they rested."""

_TICK: Final = 0.05
"""Seconds between two looks at the time, and at who has given up."""

_AHEAD: Final = 3
"""How many jobs more than one an engine is handed while all are quickly done."""

_QUICK: Final = 0.01
"""Seconds in which a job is quickly done."""

_SHORTLY: Final = 0.0002
"""Seconds in which most replies come."""

# Where there is one alone, the engine would wait for whoever looks for its reply.
_PROCESSORS: Final = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1

_NOBODYS: Final[Future[Any]] = Future()
_NOBODYS.cancel()
"""The answer to a job that another engine does as well."""

_RETRY_AFTER: Final = 2
_BUSY: Final = "all engines are at work, and the query waited {:g} seconds in vain"
_CROWDED: Final = "all engines are at work, and {} other queries wait for one already"


@dataclass(eq=False, slots=True)
class Call:
    """A job, and who waits for what `read` makes of its reply.

    Whoever gives it up cancels `answer`, in the thread of the loop.
    """

    job: bytes
    answer: asyncio.Future[Any] | Future[Any]
    read: Callable[[Message], Any]
    """What is made of the reply; it raises an error that the reply is."""
    since: float = 0.0
    """The time of the loop's clock since when it waits for a line, or is the first of its line."""
    attempts: int = 0

    def settle(self, reply: Message) -> None:
        """Hand the reply to who waits for it."""
        try:
            found = self.read(reply)
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self.fail(error)
        else:
            if not self.answer.done():
                self.answer.set_result(found)

    def fail(self, error: Exception) -> None:
        """Tell who waits that there is no reply."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Lines:
    """The lines that come over `offers`, and the jobs for them.

    A job waits for a line for `patience` seconds, and then `limit` seconds for its reply.
    `diagnose` says what becomes of a job whose line ended: by the engine's place and the error with
    which it did, which is TimeoutError at the limit, it returns an error, or None for another try.
    """

    def __init__(
        self,
        offers: socket.socket,
        board: Board,
        patience: float,
        limit: float,
        diagnose: Callable[[int, Exception], Exception | None],
    ) -> None:
        self._offers = offers
        self._board = board
        self._patience = patience
        self._limit = limit
        self._diagnose = diagnose
        self._resting: list[Line] = []
        self._at_work: dict[Line, deque[Call]] = {}
        """The jobs that a line was handed; its engine is at the first of them, or about to be."""
        self._waiting: deque[Call] = deque()
        self._ticks = False
        self._most_at_once = 0
        self._depth = 1
        """How many jobs a line may have."""
        self._longest: float | None = None
        """How long the longest job took of those that were done since the last tick."""
        self._owner = 0
        self._starting = Lock()
        self._loop: AbstractEventLoop

    @property
    def loop(self) -> AbstractEventLoop:
        """The loop that all of this belongs to; one in a thread of its own if none was named."""
        with self._starting:
            if self._owner != os.getpid():
                loop = asyncio.new_event_loop()
                Thread(target=loop.run_forever, name="lines", daemon=True).start()
                loop.call_soon_threadsafe(self.run_in, loop)
                self._loop, self._owner = loop, os.getpid()
            return self._loop

    def run_in(self, loop: AbstractEventLoop) -> None:
        """Belong to `loop`, in whose thread this is called, and to this process."""
        self._loop, self._owner = loop, os.getpid()
        self._board.waiting = 0  # whoever was the owner before has ended
        loop.add_reader(self._offers, self._take_offers)

    def begin(self, call: Call) -> None:
        """Have a job done by the engine that rests since the shortest time, or in its turn.

        For the thread of the loop.
        """
        if len(self._waiting) < MOST:
            self._give(call)
        else:
            call.fail(EnginesBusyError(_CROWDED.format(MOST), retry_after=_RETRY_AFTER))

    def look(self) -> None:
        """Look again and again for a short while whether a reply is there, if that is quicker.

        It is where one query is asked after the other: most replies are there before this thread
        would have fallen asleep and been woken. Who asks at the same time would have to wait.
        """
        if self._board.calm and len(self._at_work) == 1 and self._most_at_once == 1:
            (line,) = self._at_work
            end = perf_counter() + _SHORTLY
            while not line.read() and perf_counter() < end:
                pass

    def heard(self, line: Line, reply: Reply) -> None:
        """Hand the line to who waits for one, and its reply to who waits for that."""
        message, last = reply
        calls = self._at_work[line]
        call = calls.popleft()
        now = self._loop.time()
        self._longest = max(self._longest or 0.0, now - call.since)
        if last or not calls:
            del self._at_work[line]
        else:
            calls[0].since = now
        if last:
            line.close()
            self._give(*calls)
        else:
            self._hand_out(line)
        call.settle(message)

    def lost(self, line: Line, error: Exception) -> None:
        """Have the line's jobs done by other engines, or say why that cannot be."""
        calls = self._at_work.pop(line, None)
        if calls is None:
            self._resting.remove(line)
            return
        call = calls.popleft()
        self._give(*calls)
        found = self._diagnose(line.place, error)
        call.attempts += 1
        if found is not None or call.answer.done():
            call.fail(found or error)
        elif call.attempts < _ATTEMPTS:
            log.info("an engine died as it was handed a job; the job goes to another")
            self.begin(call)
        else:
            call.fail(EngineLostError())

    def _give(self, *calls: Call) -> None:
        """Have jobs done by lines that take them now, or in their turn."""
        for call in calls:
            if call.answer.done():
                continue
            line = self._choose()
            if line is not None:
                self._send(line, call)
            else:
                call.since = self._loop.time()
                self._waiting.append(call)
                self._board.waiting = len(self._waiting)
                self._watch()

    def _choose(self) -> Line | None:
        """Return a line that rests, which it does no longer, or else one that takes another job."""
        while self._resting:
            line = self._resting.pop()
            if line.version == self._board.version:
                return line
            line.close()
        if self._depth == 1 or self._waiting:
            return None
        able = [line for line in self._at_work if self._takes_another(line)]
        return min(able, key=lambda line: len(self._at_work[line]), default=None)

    def _takes_another(self, line: Line) -> bool:
        """Whether a line's engine would begin another job at once, or shortly."""
        if line.version != self._board.version:
            return False
        calls = self._at_work.get(line)
        return calls is None or (
            len(calls) < self._depth and self._loop.time() - calls[0].since < _QUICK
        )

    def _send(self, line: Line, call: Call) -> None:
        calls = self._at_work.get(line)
        if calls is None:
            # What its last job left on the board is of no account to this one.
            self._board.rest(line.place)
            call.since = self._loop.time()
            calls = self._at_work[line] = deque()
        calls.append(call)
        line.send(call.job)
        self._watch()
        self._most_at_once = max(self._most_at_once, len(self._at_work), len(calls))

    def _take_back(self, calls: deque[Call]) -> list[Call]:
        """Return a line's jobs but the first; what it replies to them is of no account any more."""
        first, *others = calls
        calls.clear()
        calls.append(first)
        calls.extend(replace(call, answer=_NOBODYS) for call in others)
        return others

    def _hand_out(self, line: Line) -> None:
        """Have a line do what waits for one, as much as it takes, or rest."""
        while self._waiting and self._takes_another(line):
            call = self._waiting.popleft()
            self._board.waiting = len(self._waiting)
            if not call.answer.done():
                self._send(line, call)
        if line in self._at_work:
            return
        if line.version == self._board.version:
            self._resting.append(line)
        else:
            line.close()

    def _take_offers(self) -> None:
        for offer, descriptors in protocol.take_all(self._offers):
            if not offer:  # the parent has ended
                self._loop.remove_reader(self._offers)
            elif len(descriptors) < protocol.MAX_DESCRIPTORS:
                # The kernel has dropped what is beyond the limit, and the engine ends with it.
                log.warning("an engine is lost: this process has too many files open")
                for descriptor in descriptors:
                    os.close(descriptor)
            else:
                self._drop_outdated()
                talk, leash = (socket.socket(fileno=descriptor) for descriptor in descriptors)
                place, version = protocol.OFFER.unpack(offer)
                self._hand_out(Line(self._loop, self, place, version, talk, leash))

    def _drop_outdated(self) -> None:
        current = self._board.version
        for line in self._resting:
            if line.version != current:
                line.close()
        self._resting = [line for line in self._resting if line.version == current]

    def _watch(self) -> None:
        if not self._ticks:
            self._ticks = True
            self._loop.call_later(_TICK, self._tick)

    def _tick(self) -> None:
        """End what takes too long, and what nobody waits for any more."""
        now = self._loop.time()
        quick = self._longest is not None and self._longest < _QUICK
        self._depth, self._longest = 1 + _AHEAD if quick else 1, None
        for line, calls in list(self._at_work.items()):
            worked = now - calls[0].since
            given_up = calls[0].answer.done() and worked > _TICK
            if given_up or worked >= self._limit:
                line.close()
                self.lost(line, TimeoutError())
            elif worked > _TICK:
                self._give(*self._take_back(calls))
        late = [
            call
            for call in self._waiting
            if call.answer.done() or now - call.since >= self._patience
        ]
        for call in late:
            self._waiting.remove(call)
            call.fail(EnginesBusyError(_BUSY.format(self._patience), retry_after=_RETRY_AFTER))
        self._board.waiting = len(self._waiting)
        self._board.calm = _PROCESSORS > 1 and self._most_at_once <= 1
        self._most_at_once = len(self._at_work)
        self._ticks = False
        if self._at_work or self._waiting:
            self._watch()
