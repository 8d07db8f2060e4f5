"""The application for an ASGI server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from cstokg.web.server.bridge import Bridge
from cstokg.web.server.express import Express
from cstokg.web.site import installed

if TYPE_CHECKING:
    from flask import Flask

    from cstokg.web.server.asgi import Receive, Scope, Send

CACHE_SIZE: Final = 64 * 2**20
"""How many bytes of answers are kept, if nobody says otherwise."""

_THREADS: Final = 352
"""How many requests the application works on at once. A thread is only started when all others are
at work, and most only wait: for an engine (engine.lines.MOST) or for the rest of a body
(slow_clients.BODIES). Some are left over whatever all of those wait for."""


class Front:
    """An ASGI application that answers as `app` does.

    Answers of `cache_size` bytes together are kept for who asks the same; 0 keeps none.
    """

    def __init__(self, app: Flask, cache_size: int = CACHE_SIZE) -> None:
        self._app = app
        self._bridge = Bridge(app, _THREADS)
        self.express = Express(app, self._bridge, cache_size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or begin and end with the server (ASGI, lifespan)."""
        if scope["type"] == "http":
            await self.express(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        installed(self._app).dataset.run_in(asyncio.get_running_loop())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._bridge.close()
        self.express.close()
        await send({"type": "lifespan.shutdown.complete"})
