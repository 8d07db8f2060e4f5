"""Clients that leave before they are answered: what they asked is given up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from cstokg.web.server.asgi import Receive

T = TypeVar("T")

_TICK: Final = 0.1
"""Seconds between two looks at what is waited for: most of it is there before anybody looks."""


class ClientGoneError(Exception):
    """The client left before its answer was there."""


async def until_gone(receive: Receive) -> None:
    """Wait until the client has left, of whom nothing else is expected."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Departures:
    """What is waited for in one event loop, each as long as its client waits for it."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[Any], Receive] = {}
        self._before: set[asyncio.Future[Any]] = set()
        self._watches: dict[asyncio.Future[Any], asyncio.Task[None]] = {}
        self._ticks = False

    async def wait(self, answer: asyncio.Future[T], receive: Receive) -> T:
        """Return the answer, whose future is cancelled if the client leaves before.

        Something may be received for that. Raises ClientGoneError.
        """
        if answer.done():
            return answer.result()
        self._waiting[answer] = receive
        if not self._ticks:
            self._tick()
        try:
            return await answer
        except asyncio.CancelledError:
            if answer in self._watches and self._watches[answer].done():
                raise ClientGoneError from None
            raise
        finally:
            del self._waiting[answer]
            watch = self._watches.pop(answer, None)
            if watch is not None:
                watch.cancel()

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        for answer in self._waiting.keys() & self._before - self._watches.keys():
            self._watches[answer] = loop.create_task(_watch(self._waiting[answer], answer))
        self._before = set(self._waiting)
        self._ticks = bool(self._waiting)
        if self._ticks:
            loop.call_later(_TICK, self._tick)


async def _watch(receive: Receive, answer: asyncio.Future[Any]) -> None:
    await until_gone(receive)
    answer.cancel()
