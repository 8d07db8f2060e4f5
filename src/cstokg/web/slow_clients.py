"""How many requests may wait for their clients at once.

A body that comes slowly, and a large answer that is read slowly, each keep one of the server's
threads for as long as the client likes: the server's calls cannot be ended from here. So only some
threads may be kept so, and all others go on; a proxy that buffers spares the server both.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final, cast

from flask import current_app, request
from werkzeug.exceptions import ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import InputStream

    from flask import Flask

    from cstokg.store.written import Spool

BODIES: Final = 32
"""How many bodies are read at once; most are there at once, and need a place for a moment."""

STREAMS: Final = 32
"""How many large answers are sent at once."""

_PATIENCE: Final = 0.25
_RETRY_AFTER: Final = 2
_KEY: Final = "cstokg.slow_clients"
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
    app.before_request(_bound_body)


def places() -> Places:
    """Return the places of the application that answers the request."""
    return cast("Places", current_app.extensions[_KEY])


def _bound_body() -> None:
    request.environ["wsgi.input"] = Body(request.environ["wsgi.input"], places())


class Body:
    """The stream of a request's body, read only with a place. Raises ServiceUnavailable."""

    def __init__(self, stream: InputStream, places: Places) -> None:
        self._stream = stream
        self._places = places.bodies

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, or all."""
        if not self._places.acquire(timeout=_PATIENCE):
            raise ServiceUnavailable(_TOO_MANY_BODIES, retry_after=_RETRY_AFTER)
        try:
            return self._stream.read(size)
        finally:
            self._places.release()


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
