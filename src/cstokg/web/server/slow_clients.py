"""Clients that send and read slowly, or not at all: how long the server bears with them.

Whoever sends a body must keep a least rate, and whoever reads a large answer must take some of it
now and then. A large body keeps one of the server's threads until it is there, and a large answer a
file on the disk: so only some may be under way at once.
"""

from __future__ import annotations

import asyncio
import weakref
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final, cast

from flask import current_app
from werkzeug.exceptions import ClientDisconnected, RequestTimeout, ServiceUnavailable

from cstokg.web.server.departures import ClientGoneError, until_gone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from cstokg.store.serialization import Spool
    from cstokg.web.server.asgi import Receive

BODIES: Final = 32
"""How many bodies are waited for at once."""

STREAMS: Final = 32
"""How many large answers are sent at once."""

HEAD_START: Final = 10.0
"""Seconds that a body may take, and one more for each `RATE` bytes of it."""

RATE: Final = 1000

STANDSTILL: Final = 60.0
"""Seconds in which a client must take some of a large answer."""

_SMALL: Final = 16 * 1024
"""Bytes of a body that are waited for without a thread."""

_PATIENCE: Final = 0.25
_RETRY_AFTER: Final = 2
_KEY: Final = "cstokg.slow_clients"
_TOO_SLOW: Final = "The request's body did not come in time."
_TOO_MANY_BODIES: Final = (
    "Too many requests wait for the rest of their bodies. A query can come by GET as well."
)
_TOO_MANY_STREAMS: Final = "Too many large answers are on their way to their clients."


@dataclass(frozen=True)
class Places:
    """The places of one application."""

    bodies: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(BODIES))
    streams: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(STREAMS))


def register(app: Flask) -> None:
    """Make `app` give out places to bodies and streams."""
    app.extensions[_KEY] = Places()


def places_of(app: Flask) -> Places:
    """Return the places of `app`."""
    return cast("Places", app.extensions[_KEY])


def current_places() -> Places:
    """Return the places of the application that answers the request."""
    return places_of(current_app)


class Upload:
    """The body of a request. It comes in the thread of an event loop, and is read in another."""

    def __init__(self, receive: Receive, places: Places) -> None:
        self._receive = receive
        self._places = places.bodies
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.time()
        self._got = 0
        self._unread = b""
        self._whole = asyncio.Event()

    async def begin(self) -> None:
        """Wait for a small body, or the beginning of a large one.

        Raises RequestTimeout, ClientGoneError.
        """
        while not self._whole.is_set() and self._got < _SMALL:
            await self._next()

    async def gone(self) -> None:
        """Wait until the client has left, once all of the body is there."""
        await self._whole.wait()
        await until_gone(self._receive)

    async def _next(self) -> None:
        allowed = HEAD_START + self._got / RATE
        try:
            async with asyncio.timeout_at(self._begun + allowed):
                message = await self._receive()
        except TimeoutError:
            raise RequestTimeout(_TOO_SLOW) from None
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        piece = message.get("body", b"")
        self._got += len(piece)
        self._unread += piece
        if not message.get("more_body", False):
            self._whole.set()

    def read(self, size: int = -1, /) -> bytes:
        """Return some bytes, up to `size`, or all; none at the end.

        In the application's thread. Raises ServiceUnavailable, RequestTimeout, ClientDisconnected.
        """
        while not self._whole.is_set() and (size < 0 or not self._unread):
            if not self._places.acquire(timeout=_PATIENCE):
                raise ServiceUnavailable(_TOO_MANY_BODIES, retry_after=_RETRY_AFTER)
            try:
                asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
            except ClientGoneError:
                raise ClientDisconnected from None
            finally:
                self._places.release()
        end = len(self._unread) if size < 0 else size
        taken, self._unread = self._unread[:end], self._unread[end:]
        return taken


class Stream:
    """The pieces of a large answer, for which there is a place until it is closed.

    Raises ServiceUnavailable.
    """

    def __init__(self, spool: Spool, places: Places) -> None:
        if not places.streams.acquire(timeout=_PATIENCE):
            raise ServiceUnavailable(_TOO_MANY_STREAMS, retry_after=_RETRY_AFTER)
        self._spool = spool
        # Once, whether it is closed, or dropped after an error.
        self.close = weakref.finalize(self, places.streams.release)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._spool)
