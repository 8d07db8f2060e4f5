"""A client of an ASGI application in the same process, for tests that look behind its answers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from tests.web import conftest

from cstokg.web.server.adapter import Application
from cstokg.web.server.asgi_types import Message, Scope

if TYPE_CHECKING:
    from concurrent.futures import Future


@dataclass(frozen=True)
class Answer(conftest.Answer):
    """An answer, and whether its end was sent."""

    whole: bool


class Exchange:
    """A request under way, and what the application has said of it.

    The client takes the first `takes` pieces of the answer, or all.
    """

    def __init__(
        self,
        application: Application,
        loop: asyncio.AbstractEventLoop,
        asked: Scope,
        takes: int | None = None,
    ) -> None:
        self.said: list[Message] = []
        self.unread: asyncio.Queue[Message] = asyncio.Queue()
        self._loop = loop
        self._takes = takes
        self._done: Future[None] = asyncio.run_coroutine_threadsafe(
            application(asked, self.unread.get, self._send), loop
        )

    def put(self, body: bytes, *, more: bool = False) -> None:
        """Send a piece of the body; without `more` it is the last one."""
        self._put({"type": "http.request", "body": body, "more_body": more})

    def leave(self) -> None:
        """Close the connection."""
        self._put({"type": "http.disconnect"})

    def answer(self) -> Answer:
        """Wait until the application is done with the request, and return its answer."""
        self.wait()
        names = {name.decode(): value.decode() for name, value in self.said[0]["headers"]}
        content = b"".join(each["body"] for each in self.said[1:])
        whole = not self.said[-1].get("more_body", False)
        return Answer(self.said[0]["status"], names, content, whole)

    def wait(self) -> None:
        """Wait until the application is done with the request. Raises what it raises."""
        self._done.result(timeout=60)

    def _put(self, message: Message) -> None:
        asyncio.run_coroutine_threadsafe(self.unread.put(message), self._loop).result(timeout=60)

    async def _send(self, message: Message) -> None:
        if self._takes is not None and len(self.said) > self._takes:
            await asyncio.Event().wait()
        self.said.append(message)


@dataclass
class AsgiClient:
    """Asks an application in an event loop."""

    application: Application
    loop: asyncio.AbstractEventLoop

    def begin(self, asked: Scope, takes: int | None = None) -> Exchange:
        """Send the head of a request."""
        return Exchange(self.application, self.loop, asked, takes)

    def send(self, asked: Scope, *body: bytes) -> Answer:
        """Send a request with a body in pieces, and return its answer."""
        exchange = self.begin(asked)
        for piece in body:
            exchange.put(piece, more=True)
        exchange.put(b"")
        return exchange.answer()

    def get(self, path: str, headers: Mapping[str, str] | None = None, **parameters: str) -> Answer:
        """Send a GET, and return its answer."""
        return self.send(scope(path, headers or {}, parameters))


def scope(
    path: str,
    headers: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    method: str = "GET",
) -> Scope:
    """Return the scope of a request, as a server makes it (ASGI, HTTP)."""
    named = {"Host": "localhost", **(headers or {})}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": urlencode(parameters or {}).encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
        "server": ("localhost", "80"),
    }
