"""The application in threads, for a server with an event loop.

A thread works on a request until its answer is made; that the client sends and reads slowly is left
to the loop. Of an answer that is made piece by piece, a thread makes the next piece when the last
one is sent. When the client leaves, the queries of its request are stopped.

(WSGI, PEP 3333, under ASGI. The libraries for that keep a thread for as long as the client reads,
or refuse an address that is not in ASCII.)
"""

from __future__ import annotations

import asyncio
import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import unquote_to_bytes

from werkzeug.exceptions import RequestTimeout

from cstokg.web.server.slow_clients import STANDSTILL, Upload, places_of
from cstokg.web.site import installed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import WSGIEnvironment

    from flask import Flask

    from cstokg.web.server.asgi import Headers, Receive, Scope, Send

log = logging.getLogger(__name__)

_WHOLE: Final = 1024 * 1024
"""An answer that says it has no more than so many bytes is taken whole."""

_PIECE: Final = 128 * 1024


class _Body:
    """The pieces of an answer's body, made when they are taken."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._made = iter(pieces)
        self._pieces = pieces
        self.over = False

    def take(self, size: int) -> bytes:
        """Return `size` bytes or some more, less at the end. May take its time."""
        taken, length = [], 0
        try:
            for piece in self._made:
                taken.append(piece)
                length += len(piece)
                if length >= size:
                    return b"".join(taken)
        except BaseException:
            self.close()
            raise
        self.close()
        return b"".join(taken)

    def close(self) -> None:
        self.over = True
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


@dataclass(frozen=True)
class Begun:
    """An answer of which the beginning is there, which may be the `whole`."""

    status: int
    headers: Headers
    begin: bytes
    rest: _Body
    whole: bool


class Bridge:
    """Asks `app`, in up to `threads` threads."""

    def __init__(self, app: Flask, threads: int) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._numbers = count()

    async def ask(
        self, scope: Scope, receive: Receive, more: WSGIEnvironment
    ) -> tuple[Begun, WSGIEnvironment]:
        """Have the application answer a request; `more` is added to its environment.

        Raises ClientGoneError.
        """
        loop = asyncio.get_running_loop()
        upload = Upload(receive, places_of(self._app))
        with suppress(RequestTimeout):  # the application says so when it reads
            await upload.begin()
        environ = _environ(scope, upload) | more
        # No client can give its queries a name like that.
        name = f"request {next(self._numbers)}"
        work = loop.run_in_executor(self._pool, self._work, environ, name)
        leaving = loop.create_task(upload.gone())
        try:
            await asyncio.wait((work, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                installed(self._app).dataset.stop(name)
            return await work, environ
        finally:
            leaving.cancel()

    async def send(self, begun: Begun, send: Send) -> None:
        """Send an answer, as fast as the client reads."""
        loop = asyncio.get_running_loop()
        start = {"type": "http.response.start", "status": begun.status, "headers": begun.headers}
        piece, rest = begun.begin, begun.rest
        try:
            await send(start)
            while not rest.over:
                if piece:
                    async with asyncio.timeout(STANDSTILL):
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await loop.run_in_executor(self._pool, rest.take, _PIECE)
            async with asyncio.timeout(STANDSTILL):
                await send({"type": "http.response.body", "body": piece})
        except TimeoutError:
            log.info("a client took nothing of its answer for %g seconds", STANDSTILL)
        finally:
            if not rest.over:
                await loop.run_in_executor(self._pool, rest.close)

    def close(self) -> None:
        """Take no more requests."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _work(self, environ: WSGIEnvironment, name: str) -> Begun:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            said.append((status, headers))
            return _refuse_to_write

        with installed(self._app).dataset.stoppable(name):
            rest = _Body(self._app.wsgi_app(environ, start))
            status, headers = said[-1]  # Flask has said them by now
            length = {key.lower(): value for key, value in headers}.get("content-length", "")
            begin = rest.take(_WHOLE if length.isdecimal() and int(length) <= _WHOLE else _PIECE)
        sent = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return Begun(int(status[:3]), sent, begin, rest, whole=rest.over)


def _refuse_to_write(_: bytes) -> NoReturn:
    raise TypeError("the application returns its answer")


def _environ(scope: Scope, upload: Upload) -> WSGIEnvironment:
    """Return a request as PEP 3333 has it: bytes in the guise of Latin-1."""
    name, port = scope.get("server") or ("", "")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": name,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": upload,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:  # else it could pass for the one with a hyphen
            continue
        key = raw_name.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        value = raw_value.decode("latin-1")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
