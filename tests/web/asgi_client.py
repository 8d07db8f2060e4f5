"""A client of an ASGI application in the same process, for tests that look behind its answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode

from tests.web import conftest

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence

    from cstokg.web.server.asgi import Message, Scope
    from cstokg.web.server.front import Front

T = TypeVar("T")


@dataclass(frozen=True)
class Answer(conftest.Answer):
    """An answer, and whether its end was sent."""

    whole: bool


@dataclass
class AsgiClient:
    """Asks `front` in an event loop."""

    front: Front
    loop: asyncio.AbstractEventLoop
    said: list[Message] = field(default_factory=list)
    """What the application said of the last request."""

    def get(self, path: str, headers: Mapping[str, str] | None = None, **parameters: str) -> Answer:
        return self.send(scope(path, headers or {}, parameters))

    def send(
        self, asked: Scope, body: Sequence[bytes] = (), *, more: bool = False, takes: int = 1000
    ) -> Answer:
        """Ask with the pieces of a body, of which there may be `more` that never come.

        The client takes so many pieces of the answer.
        """
        return self._run(self._send(asked, [*body, *([] if more else [b""])], more, takes))

    def leave(self, asked: Scope, body: bytes) -> None:
        """Ask with the beginning of a body, and leave."""
        left: Message = {"type": "http.disconnect"}
        messages = iter([{"type": "http.request", "body": body, "more_body": True}, left])

        async def receive() -> Message:
            return next(messages, left)

        async def send(message: Message) -> None:
            self.said.append(message)

        self.said.clear()
        self._run(self.front(asked, receive, send))

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=20)

    async def _send(self, asked: Scope, body: list[bytes], more: bool, takes: int) -> Answer:
        pieces, count, said = iter(body), len(body), self.said
        said.clear()

        async def receive() -> Message:
            nonlocal count
            for piece in pieces:
                count -= 1
                return {"type": "http.request", "body": piece, "more_body": more or count > 0}
            await asyncio.Event().wait()  # the client stays, and says no more
            raise AssertionError

        async def send(message: Message) -> None:
            if len(said) > takes:
                await asyncio.Event().wait()
            said.append(message)

        await self.front(asked, receive, send)
        names = {name.decode(): value.decode() for name, value in said[0]["headers"]}
        content = b"".join(each["body"] for each in said[1:])
        return Answer(said[0]["status"], names, content, not said[-1].get("more_body", False))


def scope(
    path: str, headers: Mapping[str, str], parameters: Mapping[str, str], method: str = "GET"
) -> Scope:
    """Return the scope of a request, as a server makes it (ASGI, HTTP)."""
    named = {"Host": "localhost", **headers}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": urlencode(parameters).encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
        "server": ("localhost", "80"),
    }
