"""The short way to an answer: it was kept, or differs from another in its body alone.

Programs mostly ask in the same manner: GET /sparql with a query, and the same headers each time.
The whole way through the application (routing, negotiation, headers) is taken once for each manner
of asking; from then on the headers of that answer serve for the next, with its own tag and length.
Whatever is out of the ordinary takes the whole way, and so has nothing of its own here.

An answer is kept by the dataset's version, the address and what the client accepts. A version has a
new name after each change, so that nothing kept is ever stale. Most questions come once: what was
answered quickly is kept when it is asked a second time, for keeping takes its time as well.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

from cachetools import LRUCache
from werkzeug.wrappers import Request

from cstokg.errors import CstokgError
from cstokg.store import Written
from cstokg.web import caching, telemetry
from cstokg.web.compression import MIN_SIZE
from cstokg.web.metrics import metrics_of
from cstokg.web.site import Asked, latest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

    from cstokg.formats import Kind
    from cstokg.web.site import Answered, Site

    Headers = list[tuple[str, str]]
    ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

_PATH: Final = "/sparql"
_ENDPOINT: Final = "sparql.endpoint"
_ONLY_QUERY: Final = re.compile(r"query=([^&;]+)")
_BAD_ESCAPE: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_OWN_TO_EACH: Final = frozenset(("content-length", "date", "etag"))
_LARGEST: Final = 32
"""The largest answer that is kept is that part of the cache."""

_MANNERS: Final = 256
"""Of how many manners of asking is remembered what was learned."""

_LATELY: Final = 4096
"""Of how many questions at least is remembered that they were asked."""

# Who sends one of these wants more than the answer.
_SPECIAL: Final = (
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_X_QUERY_ID",
)


class _Manner(NamedTuple):
    """How a request is asked, but for its query: all that its answer's headers depend on."""

    scheme: str
    host: str
    port: str
    prefix: str
    accept: str
    encodings: str
    language: str


@dataclass(frozen=True)
class _Kept:
    """A whole answer. `text` is its query, for the log."""

    text: str
    headers: Headers
    body: bytes

    @property
    def size(self) -> int:
        """The bytes that it takes, about."""
        return len(self.body) + len(self.text) + 1024


@dataclass(frozen=True)
class _Known:
    """What was learned of a manner of asking: its formats, and the forms of its answers."""

    formats: Mapping[Kind, str]
    forms: dict[Kind, _Form]


@dataclass(frozen=True)
class _Form:
    """What the answers of one kind to one manner of asking share."""

    content_type: str
    headers: Headers
    place: tuple[object, ...]


@dataclass
class Express:
    """A WSGI application before `inner`, that of `app`, which keeps up to `capacity` bytes."""

    app: Flask
    inner: WSGIApplication
    capacity: int
    # Clients choose what they send, so that there may be any number of manners.
    _known: LRUCache[_Manner, _Known] = field(default_factory=lambda: LRUCache(_MANNERS))
    _lately: set[int] = field(default_factory=set)
    _before: set[int] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._cache: LRUCache[tuple[str, _Manner, str], _Kept] = LRUCache(
            self.capacity, getsizeof=lambda kept: kept.size
        )

    @property
    def kept(self) -> float:
        """How many bytes of answers are kept."""
        with self._lock:
            return self._cache.currsize

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        with metrics_of(self.app).under_way:
            return self._call(environ, start_response)

    def _call(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] != "GET" or environ["PATH_INFO"] != _PATH or not query:
            return self.inner(environ, start_response)
        if any(name in environ for name in _SPECIAL):
            return self.inner(environ, start_response)
        started = perf_counter()
        manner, site = _manner(environ), latest(self.app)
        key = (site.state, manner, query)
        with self._lock:
            kept, known = self._cache.get(key), self._known.get(manner)
            again = kept is None and self._was_asked(hash(key))
        metrics_of(self.app).count_cache(hit=kept is not None)
        if kept is None:
            kept = self._answer(environ, site, manner, known, query)
            if kept is None:
                return self._whole_way(environ, start_response, key)
            if again:
                self._keep(key, kept)
        telemetry.observe(
            self.app, "GET", _PATH, _ENDPOINT, 200, perf_counter() - started, kept.text
        )
        start_response("200 OK", list(kept.headers))  # the server adds the date
        return [kept.body]

    def _answer(
        self,
        environ: WSGIEnvironment,
        site: Site,
        manner: _Manner,
        known: _Known | None,
        query: str,
    ) -> _Kept | None:
        """Return the answer if it has a known form; else leave what is known of it in `environ`."""
        text = _text(query)
        if text is None or known is None or caching.changes(text):
            return None
        try:
            result = site.dataset.answer(text, known.formats)
        except CstokgError as error:
            environ[Asked.KEY] = Asked(site, error)
            return None
        form = known.forms.get(result.kind)
        body = result.content if isinstance(result, Written) else None
        if (
            form is None
            or not isinstance(body, bytes)
            or (manner.encodings and len(body) >= MIN_SIZE)
        ):
            environ[Asked.KEY] = Asked(site, result)
            return None
        place = (*form.place, query.encode("latin-1"))
        tag = caching.tag_of(site.state, form.content_type, "", place)
        own = [("Content-Length", str(len(body))), ("ETag", f'W/"{tag}"')]
        return _Kept(text, [*form.headers, *own], body)

    def _whole_way(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        key: tuple[str, _Manner, str],
    ) -> Iterable[bytes]:
        """Let the application answer; learn the form of its answer, and keep it."""
        said: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, exc_info: ExcInfo | None = None) -> object:
            said.append((status, headers))
            return start_response(status, headers, exc_info)

        body = self.inner(environ, start)  # type: ignore[arg-type]
        status, headers = said[-1]
        answered: Answered | None = environ.get(Asked.ANSWERED)
        names = {name.lower(): value for name, value in headers}
        if status != "200 OK" or answered is None or "etag" not in names:
            return body
        size = int(names.get("content-length", self.capacity))
        if size > self.capacity // _LARGEST and size >= MIN_SIZE:
            return body
        try:
            content = b"".join(body)
        finally:
            if (close := getattr(body, "close", None)) is not None:
                close()
        shared = [(name, value) for name, value in headers if name.lower() not in _OWN_TO_EACH]
        state, manner, query = key
        if "content-encoding" not in names and _text(query) is not None:
            request = Request(environ)
            place = (request.scheme, request.host, request.root_path, request.path)
            form = _Form(names["content-type"], shared, place)
            with self._lock:
                known = self._known.setdefault(manner, _Known(answered.formats, {}))
                known.forms[answered.kind] = form
        undated = [(name, value) for name, value in headers if name.lower() != "date"]
        self._keep((state, manner, query), _Kept(answered.query, undated, content))
        return [content]

    def _was_asked(self, question: int) -> bool:
        """Return whether a question, by its hash, is among the last thousands."""
        known = question in self._lately or question in self._before
        if len(self._lately) >= _LATELY:
            self._before, self._lately = self._lately, set()
        self._lately.add(question)
        return known

    def _keep(self, key: tuple[str, _Manner, str], kept: _Kept) -> None:
        if kept.size <= self.capacity // _LARGEST:
            with self._lock:
                self._cache[key] = kept


def _manner(environ: WSGIEnvironment) -> _Manner:
    get = environ.get
    return _Manner(
        environ["wsgi.url_scheme"],
        get("HTTP_HOST", ""),
        get("SERVER_PORT", ""),
        get("SCRIPT_NAME", ""),
        get("HTTP_ACCEPT", ""),
        get("HTTP_ACCEPT_ENCODING", ""),
        get("HTTP_ACCEPT_LANGUAGE", ""),
    )


def _text(query: str) -> str | None:
    """Return the query in an address that has nothing else in it, as `parameters` reads it."""
    only = _ONLY_QUERY.fullmatch(query)
    if only is None or _BAD_ESCAPE.search(query):
        return None
    # As quoted-printable, which has another sign before the same digits, and is decoded in C: in a
    # query every few characters are one.
    printable = only[1].replace("+", " ").replace("=", "=3D").replace("%", "=")
    try:
        return a2b_qp(printable).decode("utf-8")
    except ValueError:
        return None
