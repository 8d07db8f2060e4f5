"""The web server's lines to its engines: which rest, which are at work, and who waits for one.

All of that belongs to the thread of one event loop, which need not lock anything. A query that is
asked in that thread is no more than an entry here until it is answered.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from collections import deque
from dataclasses import dataclass
from threading import Lock, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from cstokg.engine import protocol
from cstokg.engine.line import Line
from cstokg.errors import EngineLostError, EnginesBusyError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable
    from concurrent.futures import Future

    from cstokg.engine.board import Board
    from cstokg.engine.protocol import Message, Reply

log = logging.getLogger(__name__)

MOST: Final = 256
"""How many queries may wait for an engine."""

_ATTEMPTS: Final = 16
"""How many engines may die before they begin, such as those that were killed while they rested."""

_TICK: Final = 0.05
"""Seconds between two looks at the time, and at who has given up."""

_SHORTLY: Final = 0.0002
"""Seconds in which most replies come."""

# Where there is one alone, the engine would wait for whoever looks for its reply.
_PROCESSORS: Final = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1

_RETRY_AFTER: Final = 2
_BUSY: Final = "all engines are at work, and the query waited {:g} seconds in vain"
_CROWDED: Final = "all engines are at work, and {} other queries wait for one already"


@dataclass(eq=False, slots=True)
class Call:
    """A job, and who waits until the time `due` of the loop's clock for what `read` makes of it.

    Whoever gives it up cancels `answer`, in the thread of the loop.
    """

    job: bytes
    answer: asyncio.Future[Any] | Future[Any]
    read: Callable[[Message], Any]
    """What is made of the reply; it raises an error that the reply is."""
    due: float = 0.0
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
        self._at_work: dict[Line, Call] = {}
        self._waiting: deque[Call] = deque()
        self._ticks = False
        self._most_at_once = 0
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
        while self._resting:
            line = self._resting.pop()
            if line.version == self._board.version:
                self._send(line, call)
                return
            line.close()
        if len(self._waiting) < MOST:
            call.due = self._loop.time() + self._patience
            self._waiting.append(call)
            self._board.waiting = len(self._waiting)
            self._watch()
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
        call = self._at_work.pop(line)
        if last:
            line.close()
        else:
            self._hand_out(line)
        call.settle(message)

    def lost(self, line: Line, error: Exception) -> None:
        """Have the line's job done by another engine, or say why it cannot be."""
        call = self._at_work.pop(line, None)
        if call is None:
            self._resting.remove(line)
            return
        found = self._diagnose(line.place, error)
        call.attempts += 1
        if found is not None or call.answer.done():
            call.fail(found or error)
        elif call.attempts < _ATTEMPTS:
            log.info("an engine died as it was handed a job; the job goes to another")
            self.begin(call)
        else:
            call.fail(EngineLostError())

    def _send(self, line: Line, call: Call) -> None:
        # What its last job left on the board is of no account to this one.
        self._board.rest(line.place)
        call.due = self._loop.time() + self._limit
        self._at_work[line] = call
        line.send(call.job)
        self._watch()
        self._most_at_once = max(self._most_at_once, len(self._at_work))

    def _hand_out(self, line: Line) -> None:
        if line.version != self._board.version:
            line.close()
            return
        while self._waiting:
            call = self._waiting.popleft()
            self._board.waiting = len(self._waiting)
            if not call.answer.done():
                self._send(line, call)
                return
        self._resting.append(line)

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
        for line, call in list(self._at_work.items()):
            if call.answer.done() or now >= call.due:
                line.close()
                self.lost(line, TimeoutError())
        late = [call for call in self._waiting if call.answer.done() or now >= call.due]
        for call in late:
            self._waiting.remove(call)
            call.fail(EnginesBusyError(_BUSY.format(self._patience), retry_after=_RETRY_AFTER))
        self._board.waiting = len(self._waiting)
        self._board.calm = _PROCESSORS > 1 and self._most_at_once <= 1
        self._most_at_once = len(self._at_work)
        self._ticks = False
        if self._at_work or self._waiting:
            self._watch()
