"""The web server's connections to its engines: which are at hand, and who waits for one."""

from __future__ import annotations

import logging
import os
import socket
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from struct import Struct
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from cstokg.engine import protocol
from cstokg.errors import EnginesBusyError

if TYPE_CHECKING:
    from cstokg.engine.board import Board
    from cstokg.engine.cancellation import Cancellation

log = logging.getLogger(__name__)

MOST: Final = 256
"""How many queries may wait for an engine; each keeps one of the web server's threads."""

_RETRY_AFTER: Final = 2
_BUSY: Final = "all engines are at work, and the query waited {:g} seconds in vain"
_CROWDED: Final = "all engines are at work, and {} other queries wait for one already"
_TIMEVAL: Final = Struct("@ll")


@dataclass(frozen=True, eq=False)
class Line:
    """The web server's end of one engine: its place, its version, and the connections to it.

    Jobs and answers go over `talk`. Nothing goes over `leash`: the kernel kills the engine when it
    ends, whatever the engine is at.
    """

    place: int
    version: int
    talk: socket.socket
    leash: socket.socket

    def cut(self) -> None:
        """Have the engine killed. Any thread may do so, whatever another one waits for."""
        with suppress(OSError):  # it has ended
            self.leash.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connections, and so the engine."""
        self.talk.close()
        self.leash.close()


@dataclass(eq=False)
class _Waiter:
    """A thread that waits until it is woken, with a line or without."""

    line: Line | None = None
    asleep: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.asleep.acquire()

    def wait(self, seconds: float) -> Line:
        """Return the line; raises EnginesBusyError where there is none by then."""
        self.asleep.acquire(timeout=seconds)
        if self.line is None:
            raise EnginesBusyError(_BUSY.format(seconds), retry_after=_RETRY_AFTER)
        return self.line

    def wake(self) -> None:
        with suppress(RuntimeError):  # it was woken already
            self.asleep.release()


class Lines:
    """The lines that come over `offers`, for any thread of this process to take.

    They belong to the process that took one first; another process must take none. An engine that
    does not answer for `seconds` is taken for dead.
    """

    def __init__(self, offers: socket.socket, board: Board, seconds: float) -> None:
        self._offers = offers
        self._board = board
        self._patience = _TIMEVAL.pack(int(seconds), int(seconds % 1 * 1e6))
        self._lock = Lock()
        self._idle: list[Line] = []
        self._waiters: deque[_Waiter] = deque()
        self._owner = 0

    def take(self, seconds: float, cancellation: Cancellation) -> Line:
        """Return the line that rests since the shortest time, its engine of the present version.

        Where none rests the thread waits its turn. Raises EnginesBusyError after `seconds`, or if
        too many wait already, and what `cancellation` raises.
        """
        with self._lock:
            self._listen()
            line = self._resting()
            if line is not None:
                return line
            if len(self._waiters) >= MOST:
                raise EnginesBusyError(_CROWDED.format(MOST), retry_after=_RETRY_AFTER)
            waiter = _Waiter()
            self._waiters.append(waiter)
            self._board.waiting = len(self._waiters)
        try:
            with cancellation.over(waiter.wake):
                return waiter.wait(seconds)
        except Exception:
            self._withdraw(waiter)
            raise

    def give_back(self, line: Line) -> None:
        """Let others have `line`, whose engine has answered and takes another job."""
        with self._lock:
            self._hand_out(line)

    def _withdraw(self, waiter: _Waiter) -> None:
        """Let `waiter` wait no longer; a line that it got all the same is for others."""
        with self._lock:
            if waiter.line is not None:
                self._hand_out(waiter.line)
            else:
                self._waiters.remove(waiter)
                self._board.waiting = len(self._waiters)

    def _resting(self) -> Line | None:
        while self._idle:
            line = self._idle.pop()
            if line.version == self._board.version:
                return line
            line.close()
        return None

    def _hand_out(self, line: Line) -> None:
        if line.version != self._board.version:
            line.close()
        elif self._waiters:
            waiter = self._waiters.popleft()
            self._board.waiting = len(self._waiters)
            waiter.line = line
            waiter.wake()
        else:
            self._idle.append(line)

    def _listen(self) -> None:
        """Begin to take offers, in the process that is the first to want one."""
        if self._owner != os.getpid():
            self._owner = os.getpid()
            self._board.waiting = 0  # whoever was the owner before has ended
            Thread(target=self._take_offers, name="offers", daemon=True).start()

    def _take_offers(self) -> None:
        while True:
            offer, descriptors, _, _ = socket.recv_fds(
                self._offers, protocol.OFFER.size, protocol.MAX_DESCRIPTORS
            )
            if not offer:  # the parent has ended
                return
            if len(descriptors) < protocol.MAX_DESCRIPTORS:
                # The kernel has dropped what is beyond the limit, and the engine ends with it.
                log.warning("an engine is lost: this process has too many files open")
                for descriptor in descriptors:
                    os.close(descriptor)
                continue
            place, version = protocol.OFFER.unpack(offer)
            talk, leash = (socket.socket(fileno=descriptor) for descriptor in descriptors)
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                # Unlike `settimeout`, this costs no call of the kernel for each message.
                talk.setsockopt(socket.SOL_SOCKET, option, self._patience)
            with self._lock:
                self._drop_outdated()
                self._hand_out(Line(place, version, talk, leash))

    def _drop_outdated(self) -> None:
        current = self._board.version
        for line in self._idle:
            if line.version != current:
                line.close()
        self._idle = [line for line in self._idle if line.version == current]
