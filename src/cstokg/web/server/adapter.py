"""The Flask application for an ASGI server: WSGI (PEP 3333) in threads, bodies in the event loop.

A thread works on a request from the moment its body is there until its answer is made. What takes
time with slow clients, the sending of a body and the reading of a large answer, is left to the
event loop, and bounded. When a client leaves, what its request waits for is cancelled.

(The libraries for WSGI under ASGI keep a thread for as long as the client reads, or refuse an
address that is not in ASCII.)
"""

import asyncio
import logging
import os
import sys
from asyncio import AbstractEventLoop, Future
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from tempfile import SpooledTemporaryFile
from time import perf_counter
from typing import IO, Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIEnvironment

from flask import Flask
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestTimeout,
    ServiceUnavailable,
    abort,
)

from cstokg.execution.cancellation import Cancellation, cancelled_by
from cstokg.store.serialization import Spool
from cstokg.web.application import REFUSAL
from cstokg.web.http.authorization import largest_body
from cstokg.web.http.responses import NO_STREAM
from cstokg.web.ops import telemetry
from cstokg.web.server.asgi_types import Headers, Receive, Scope, Send
from cstokg.web.server.response_cache import Kept, ResponseCache
from cstokg.web.site import service_of

log = logging.getLogger(__name__)

CACHE_SIZE: Final = 64 * 2**20
"""How many bytes of answers are kept, if the operator does not say otherwise."""

_THREADS: Final = 128
"""How many requests are worked on at once; a thread is only started when all others are busy."""

_STREAMS: Final = 32
"""How many large answers are sent at once; each keeps a file on the disk."""

_BODIES: Final = 64
"""How many large bodies are received at once; each keeps a file on the disk."""

_IN_MEMORY: Final = 64 * 1024
"""Up to how many bytes a body is kept in memory."""

_READ_AWAY: Final = 32 * 2**20
"""How much of a body that is too large is read, so that the client sees the answer to it."""

_LONGEST_HEADERS: Final = 64 * 1024
"""How many bytes the headers of a request may have: the server's own limit is above it, and its
refusal has no content."""

_HEAD_START: Final = 10.0
"""Seconds that a body may take, and one more for each `_RATE` bytes of it."""

_RATE: Final = 1000
_STANDSTILL: Final = 60.0
"""Seconds in which a client must take some of a large answer."""

_PROMPT: Final = 0.05
"""Seconds in which most answers are there: before, the client's leaving is not looked for."""

_OF_THE_BODY: Final = (b"content-length", b"transfer-encoding")
_RETRY_AFTER: Final = 2
_LONG_HEADERS: Final = (
    f"The headers are longer than {_LONGEST_HEADERS} bytes. Leave some out; a query comes by POST."
)
_CUT: Final = (
    "The request's body is cut: it ended before its length or its last chunk, or a chunk is wrong."
)
_CODED: Final = "A request's body comes in chunks or with its length: no other coding is known."
_TOO_SLOW: Final = "The request's body did not come in time."
_TOO_MANY_BODIES: Final = (
    "Too many requests wait for the rest of their bodies. A query can come by GET as well."
)


class _Response(NamedTuple):
    """An answer as ASGI has it; a large body is in a file."""

    status: int
    headers: Headers
    body: bytes | Spool
    observed: telemetry.Observed | None


class Application:
    """An ASGI application that answers as `app` does.

    Answers of `cache_size` bytes together are kept for clients that ask the same; 0 keeps none.
    """

    def __init__(self, app: Flask, cache_size: int = CACHE_SIZE) -> None:
        self.app = app
        self._cache = ResponseCache(cache_size)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="request")
        self._bodies = self._streams = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or begin and end with the server (ASGI, lifespan)."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self._threads.shutdown(wait=False, cancel_futures=True)
            await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = perf_counter()
        key = self._cache.key(scope, service_of(self.app))
        kept = self._cache.get(key) if key is not None else None
        if kept is not None:
            await _send(send, 200, kept.headers, kept.body)
            telemetry.observe_kept(self.app, kept.observed, perf_counter() - begun)
            return
        headers = dict(scope["headers"])
        has_body = scope["method"] not in ("GET", "HEAD", "OPTIONS")
        is_large = has_body and _may_be_large(headers)
        with SpooledTemporaryFile(_IN_MEMORY) if is_large else BytesIO() as body:
            refusal = None
            try:
                _check_headers(scope["headers"])
                if has_body:
                    await self._receive(headers, receive, body)
            except HTTPException as error:
                refusal = error
            environ = _environ(scope, body, refusal)
            environ[NO_STREAM] = self._streams >= _STREAMS
            response = await self._work(environ, receive)
        if isinstance(response.body, Spool):
            await self._stream(send, response, response.body)
            return
        await _send(send, response.status, response.headers, response.body)
        if key is not None and response.status == 200 and response.observed is not None:
            self._cache.put(key, Kept(response.headers, response.body, response.observed))
            telemetry.count_miss(self.app)

    async def _receive(
        self, headers: dict[bytes, bytes], receive: Receive, body: IO[bytes]
    ) -> None:
        """Write the body of a request into a file.

        Raises BadRequest, RequestEntityTooLarge, RequestTimeout and ServiceUnavailable.
        """
        most = largest_body(self.app, headers.get(b"authorization"))
        if int(headers.get(b"content-length", 0)) > most + _READ_AWAY:
            # RFC 9110, 10.1.1: who asks whether to send the body is answered instead.
            raise RequestEntityTooLarge(f"The body may have {most:,} bytes.")
        got, counted, more = 0, False, True
        begun = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(begun + _HEAD_START) as limit:
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        # Also what granian says of a body that is not as HTTP has it. Who has left
                        # hears nothing of the answer; it is in the log.
                        raise BadRequest(_CUT)
                    piece = message.get("body", b"")
                    more = message.get("more_body", False)
                    got += len(piece)
                    if more:
                        limit.reschedule(begun + _HEAD_START + got / _RATE)
                    if got > most:  # the application says so, where it has one byte too many
                        body.write(piece[: max(0, most + 1 - (got - len(piece)))])
                        if got > most + _READ_AWAY:
                            return
                        continue
                    if got > _IN_MEMORY and not counted:
                        if self._bodies >= _BODIES:
                            raise ServiceUnavailable(_TOO_MANY_BODIES, retry_after=_RETRY_AFTER)
                        self._bodies, counted = self._bodies + 1, True
                    body.write(piece)
        except TimeoutError:
            raise RequestTimeout(_TOO_SLOW) from None
        finally:
            self._bodies -= counted

    async def _work(self, environ: WSGIEnvironment, receive: Receive) -> _Response:
        """Have a thread answer a request, as long as the client waits for it."""
        loop = asyncio.get_running_loop()
        cancellation = Cancellation()
        work = loop.run_in_executor(self._threads, self._respond, environ, cancellation)
        watch = loop.call_later(_PROMPT, _watch, loop, work, receive, cancellation)
        try:
            return await work
        finally:
            watch.cancel()

    def _respond(self, environ: WSGIEnvironment, cancellation: Cancellation) -> _Response:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            said.append((status, headers))

        with cancelled_by(cancellation):
            pieces: Any = self.app.wsgi_app(environ, start)
            try:
                body = pieces if isinstance(pieces, Spool) else b"".join(pieces)
            finally:
                if hasattr(pieces, "close"):
                    pieces.close()
        status, headers = said[-1]
        coded = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
        ]
        return _Response(int(status[:3]), coded, body, environ.get(telemetry.OBSERVED))

    async def _stream(self, send: Send, response: _Response, spool: Spool) -> None:
        """Send a large answer, as fast as the client reads."""
        self._streams += 1
        try:
            await send(_start(response.status, response.headers))
            for piece in spool:
                async with asyncio.timeout(_STANDSTILL):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            log.info("a client took nothing of its answer for %g seconds", _STANDSTILL)
        finally:
            self._streams -= 1


def _may_be_large(headers: dict[bytes, bytes]) -> bool:
    """Return True unless a request with these `headers` says that its body is small."""
    said = headers.get(b"content-length", b"")
    is_small = said.isdigit() and int(said) <= _IN_MEMORY and b"transfer-encoding" not in headers
    return not is_small


def _check_headers(headers: Headers) -> None:
    """Raise RequestHeaderFieldsTooLarge, or NotImplemented for a body that is coded otherwise."""
    if sum(len(name) + len(value) for name, value in headers) > _LONGEST_HEADERS:
        raise RequestHeaderFieldsTooLarge(_LONG_HEADERS)
    if dict(headers).get(b"transfer-encoding", b"chunked").lower() != b"chunked":
        abort(501, _CODED)  # RFC 9112, section 6.1


def _watch(
    loop: AbstractEventLoop, work: Future[Any], receive: Receive, cancellation: Cancellation
) -> None:
    """Cancel what a request waits for when its client leaves, until its work is done."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        cancellation.cancel()

    leaving = loop.create_task(watch())
    work.add_done_callback(lambda _: leaving.cancel())


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send(_start(status, headers))
    await send({"type": "http.response.body", "body": body})


def _start(status: int, headers: Headers) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def _environ(scope: Scope, body: IO[bytes], refusal: HTTPException | None) -> WSGIEnvironment:
    """Return a request as PEP 3333 has it: bytes in the guise of Latin-1."""
    name, port = scope.get("server") or ("", "")
    size = body.seek(0, os.SEEK_END)
    body.seek(0)
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
        # What came of the body counts, whatever it was said to be: of one without a length, sent in
        # chunks, Werkzeug would silently leave out what is too much.
        "CONTENT_LENGTH": str(size),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        REFUSAL: refusal,
    }
    for raw_name, raw_value in scope["headers"]:
        # With an underscore it could pass for the one with a hyphen.
        if b"_" in raw_name or raw_name in _OF_THE_BODY:
            continue
        key = raw_name.decode("latin-1").upper().replace("-", "_")
        if key != "CONTENT_TYPE":
            key = f"HTTP_{key}"
        value = raw_value.decode("latin-1")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
