"""The short way to an answer: it was kept, or differs from another in its body alone.

Programs mostly ask in the same manner: GET /sparql with a query, and the same headers each time.
The whole way through the application (a thread, routing, negotiation, headers) is taken once for
each manner of asking; from then on the headers of that answer serve for the next, with its own tag
and length, and the event loop does the waiting. Whatever is out of the ordinary takes the whole
way, and so has nothing of its own here.

An answer is kept by the dataset's version, the manner and the query. A version has a new name after
each change, so that nothing kept is ever stale. Most questions come once: what was answered quickly
is kept when it is asked a second time, for keeping takes its time as well.
"""

from __future__ import annotations

from binascii import a2b_qp
from dataclasses import dataclass, field
from time import perf_counter, time
from typing import TYPE_CHECKING, Final, NamedTuple

from cachetools import LRUCache

from cstokg.errors import CstokgError
from cstokg.store import Written
from cstokg.web.http import conditional
from cstokg.web.http.compression import MIN_SIZE
from cstokg.web.ops.metrics import metrics_of
from cstokg.web.server.departures import ClientGoneError, Departures
from cstokg.web.server.reports import Report, Reports
from cstokg.web.site import Answered, Asked, installed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from hashlib import _Hash as Hash
    from wsgiref.types import WSGIEnvironment

    from flask import Flask

    from cstokg.formats import Kind
    from cstokg.web.server.asgi import Headers, Message, Receive, Scope, Send
    from cstokg.web.server.bridge import Begun, Bridge
    from cstokg.web.site import Site

    Manner = tuple[object, ...]
    Key = tuple[str, "_Known", bytes]

_PATH: Final = "/sparql"
_ENDPOINT: Final = "sparql.endpoint"
_QUERY: Final = b"query="
_OWN_TO_EACH: Final = frozenset((b"content-length", b"date", b"etag"))
_LARGEST: Final = 32
"""The largest answer that is kept is that part of the cache."""

_MANNERS: Final = 256
"""Of how many manners of asking is remembered what was learned."""

_LATELY: Final = 4096
"""Of how many questions at least is remembered that they were asked."""

_CLIENT_CLOSED: Final = 499
"""The status in the log of a request whose client left: nginx's, for there is none in HTTP."""

# Who sends one of these wants more than the answer.
_SPECIAL: Final = frozenset((b"if-none-match", b"if-modified-since", b"range", b"x-query-id"))
_TELLING: Final = frozenset((b"host", b"accept", b"accept-encoding", b"accept-language")) | _SPECIAL


class _Kept(NamedTuple):
    """A whole answer. `text` is its query, for the log."""

    text: str
    headers: Headers
    body: bytes

    @property
    def size(self) -> int:
        """The bytes that it takes, about."""
        return len(self.body) + len(self.text) + 1024


@dataclass(eq=False)
class _Form:
    """What the answers of one kind to one manner of asking share."""

    content_type: str
    headers: Headers
    place: tuple[str, ...]
    _seeds: dict[str, Hash] = field(default_factory=dict)

    def tag(self, state: str, query: bytes) -> bytes:
        """Return the tag of the answer to a query, as its header has it."""
        seed = self._seeds.get(state)
        if seed is None:
            seed = conditional.seed_of(state, self.content_type, "", self.place)
            self._seeds = {state: seed}
        return f'W/"{conditional.tag_of(seed, query)}"'.encode()


@dataclass(eq=False)
class _Known:
    """What was learned of a manner of asking: the formats and forms of its answers.

    They are those of an address with nothing but a query in it.
    """

    compresses: bool
    """Whether an answer that is long enough may be compressed."""
    formats: Mapping[Kind, str] | None = None
    forms: dict[Kind, _Form] = field(default_factory=dict)


class Express:
    """An ASGI application before `bridge`, the whole way to `app`. Keeps up to `capacity` bytes."""

    def __init__(self, app: Flask, bridge: Bridge, capacity: int) -> None:
        self._capacity = capacity
        self._app = app
        self._bridge = bridge
        self._metrics = metrics_of(app)
        self._reports = Reports(self._metrics)
        self._metrics.before_reading.append(self._reports.make)
        self._known: dict[Manner, _Known] = {}
        self._lately: set[int] = set()
        self._before: set[int] = set()
        self._departures = Departures()
        self._cache: LRUCache[Key, _Kept] = LRUCache(capacity, getsizeof=lambda kept: kept.size)

    @property
    def kept(self) -> float:
        """How many bytes of answers are kept."""
        return self._cache.currsize

    def close(self) -> None:
        """Make the last reports."""
        self._reports.make()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        query = scope["query_string"]
        if not query or scope["method"] != "GET" or not scope["path"].endswith(_PATH):
            await self._whole_way(scope, receive, send, {})
            return
        started = perf_counter()
        manner = _manner(scope)
        site, known = installed(self._app), self._known.get(manner)
        answer: _Kept | None = None
        more: WSGIEnvironment = {}
        if known is not None and site.dataset.is_current:
            key = (site.state, known, query)
            answer = kept = self._cache.get(key)
            if kept is None:
                try:
                    answer = await self._answer(key, site, receive, more)
                except ClientGoneError:
                    self._report(_CLIENT_CLOSED, started, _text(query), kept=False)
                    return
        if answer is None:
            self._metrics.count_cache(0, 1)
            begun = await self._whole_way(scope, _once_more(receive), send, more)
            self._learn(scope, manner, begun, more)
            return
        await send({"type": "http.response.start", "status": 200, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})
        self._report(200, started, answer.text, kept=answer is kept)

    async def _answer(
        self, key: Key, site: Site, receive: Receive, more: WSGIEnvironment
    ) -> _Kept | None:
        """Return the answer if it has a known form; else leave what is known of it in `more`.

        Raises ClientGoneError.
        """
        state, known, query = key
        text = _text(query)
        if text is None or known.formats is None:
            return None
        answer = site.dataset.begin(text, known.formats)
        # While it is worked on, what can be done by now.
        again, changes = self._was_asked(hash(key)), conditional.changes(text)
        site.dataset.look()
        try:
            result = await self._departures.wait(answer, receive)
        except CstokgError as error:
            more[Asked.KEY] = Asked(site, error)
            return None
        form = known.forms.get(result.kind)
        body = result.content if isinstance(result, Written) else None
        if (
            form is None
            or changes
            or not isinstance(body, bytes)
            or (known.compresses and len(body) >= MIN_SIZE)
        ):
            more[Asked.KEY] = Asked(site, result)
            return None
        length, tag = b"%d" % len(body), form.tag(state, query)
        headers = [*form.headers, (b"content-length", length), (b"etag", tag)]
        kept = _Kept(text, headers, body)
        if again:
            self._keep(key, kept)
        return kept

    async def _whole_way(
        self, scope: Scope, receive: Receive, send: Send, more: WSGIEnvironment
    ) -> Begun | None:
        """Let the application answer; return what it answered, and add to `more` what it said."""
        try:
            begun, environ = await self._bridge.ask(scope, receive, more)
        except ClientGoneError:
            return None
        more |= environ
        await self._bridge.send(begun, send)
        return begun

    def _learn(
        self, scope: Scope, manner: Manner, begun: Begun | None, more: WSGIEnvironment
    ) -> None:
        """Learn the form of an answer, and keep it."""
        answered: Answered | None = more.get(Asked.ANSWERED)
        if begun is None or begun.status != 200 or answered is None or not begun.whole:
            return
        names = dict(begun.headers)
        given = {name for name, _ in scope["headers"]}
        if b"etag" not in names or given & _SPECIAL or b"host" not in given:
            return
        known = self._known.get(manner)
        if known is None:
            if len(self._known) >= _MANNERS:  # clients choose what they send
                del self._known[next(iter(self._known))]
            compresses = b"accept-encoding" in given
            known = self._known[manner] = _Known(compresses)
        query = scope["query_string"]
        if b"content-encoding" not in names and _text(query) is not None:
            shared = [header for header in begun.headers if header[0] not in _OWN_TO_EACH]
            form = _Form(names[b"content-type"].decode(), shared, answered.place)
            known.formats, known.forms[answered.kind] = answered.formats, form
        undated = [header for header in begun.headers if header[0] != b"date"]
        self._keep((answered.state, known, query), _Kept(answered.query, undated, begun.begin))

    def _was_asked(self, question: int) -> bool:
        """Return whether a question, by its hash, is among the last thousands."""
        known = question in self._lately or question in self._before
        if len(self._lately) >= _LATELY:
            self._before, self._lately = self._lately, set()
        self._lately.add(question)
        return known

    def _keep(self, key: Key, kept: _Kept) -> None:
        if kept.size <= self._capacity // _LARGEST:
            self._cache[key] = kept

    def _report(self, status: int, started: float, query: str | None, *, kept: bool) -> None:
        seconds = perf_counter() - started
        self._reports.add(Report(time(), "GET", _PATH, _ENDPOINT, status, seconds, query, kept))


def _manner(scope: Scope) -> Manner:
    """Return how a request is asked, but for its query: all that its answer's headers depend on."""
    telling = [header for header in scope["headers"] if header[0] in _TELLING]
    return (scope["scheme"], scope["path"], *telling)


def _once_more(receive: Receive) -> Receive:
    """Return how to receive a request without a body of which something was received, or not."""
    begun = False

    async def once_more() -> Message:
        nonlocal begun
        if begun:
            return await receive()
        begun = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return once_more


def _text(query: bytes) -> str | None:
    """Return the query in an address that has nothing else in it, as `parameters` reads it."""
    if not query.startswith(_QUERY) or b"&" in query or b";" in query:
        return None
    # As quoted-printable, which has another sign before the same digits, and is decoded in C: in a
    # query every few characters are one.
    printable = query[len(_QUERY) :].replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"=")
    decoded = a2b_qp(printable)
    if len(printable) - len(decoded) != 2 * printable.count(b"="):  # a sign without its digits
        return None
    try:
        return decoded.decode("utf-8")
    except UnicodeDecodeError:
        return None
