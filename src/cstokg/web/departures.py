"""Clients that leave before they are answered: what they asked is given up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cstokg.web.asgi import Receive

_TICK: Final = 0.1
"""Seconds between two looks at what is waited for: most of it is there before anybody looks."""


class ClientGoneError(Exception):
    """The client left before its answer was there."""


class Departures:
    """What is waited for in one event loop, each as long as its client waits for it."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[Any], Receive] = {}
        self._before: set[asyncio.Future[Any]] = set()
        self._watches: dict[asyncio.Future[Any], asyncio.Task[None]] = {}
        self._ticks = False

    def expect(self, answer: asyncio.Future[Any], receive: Receive) -> None:
        """Cancel `answer` if the client leaves before it is there.

        Something may be received for that. `forget` must be called when it is there.
        """
        self._waiting[answer] = receive
        if not self._ticks:
            self._tick()

    def forget(self, answer: asyncio.Future[Any]) -> bool:
        """Expect nothing more of an answer; return whether its client has left."""
        del self._waiting[answer]
        watch = self._watches.pop(answer, None)
        if watch is None:
            return False
        left = watch.done()
        watch.cancel()
        return left

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        for answer in self._waiting.keys() & self._before - self._watches.keys():
            self._watches[answer] = loop.create_task(_watch(self._waiting[answer], answer))
        self._before = set(self._waiting)
        self._ticks = bool(self._waiting)
        if self._ticks:
            loop.call_later(_TICK, self._tick)


async def _watch(receive: Receive, answer: asyncio.Future[Any]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    answer.cancel()
