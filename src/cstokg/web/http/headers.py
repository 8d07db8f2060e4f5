"""The headers that every answer has, added as WSGI middleware (PEP 3333): once, and last."""

from collections.abc import Iterable
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may do: it has its own style sheet and no script, but for that of the query editor
(editor.py) and those that connect to nowhere (static_files.py); nothing is loaded from another
host."""

# All that is served is public and only for reading: pages of other sites may read it (CORS).
_READABLE: Final = (
    "Accept-Query, Allow, Content-Disposition, Content-Encoding, Content-Location, ETag, Link, "
    "Retry-After, X-Query-Warning"
)
MARKDOWN: Final = "text/markdown"
"""RFC 7763."""

FURTHER: Final = "cstokg.headers"
"""Where in the WSGI environment a view leaves headers that are pairs already."""

_HEADERS: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", _READABLE),
    ("Content-Security-Policy", POLICY),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
)
# What scripts and their libraries send with a read. Not Authorization, so that pages of other sites
# cannot write, nor X-Query-Id, so that they stop no query.
_READING: Final = (
    "Accept, Accept-Language, Cache-Control, Content-Language, Content-Type, If-Modified-Since, "
    "If-None-Match, Pragma, Prefer, QueryId, Range, Traceparent, Tracestate, User-Agent, "
    "X-Request-Id, X-Requested-With"
)
_PREFLIGHT: Final = (
    ("Access-Control-Allow-Headers", _READING),
    ("Access-Control-Max-Age", "86400"),
)
_WRITING: Final = ("PUT", "DELETE")
_STATIC: Final = "/static/"


def with_standard_headers(app: WSGIApplication) -> WSGIApplication:
    """Return `app` with the headers of every answer, where it has not set them itself."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            return start(status, _completed(environ, status, headers), error)

        if (path := environ["PATH_INFO"]).endswith(".md"):  # the same address, as Markdown
            environ |= {"PATH_INFO": path.removesuffix(".md"), "HTTP_ACCEPT": MARKDOWN}
        return app(environ, begin)

    return answer


def _completed(
    environ: WSGIEnvironment, status: str, headers: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    found = dict(headers)
    if status.startswith("304"):
        # RFC 9111, 3.2: it replaces headers of the page that is there, which keeps its policy.
        found["Content-Security-Policy"] = ""
    more = [pair for pair in _HEADERS if pair[0] not in found]
    more += environ.get(FURTHER, ())
    # Every address but those of files answers in more than one format, errors included.
    vary = (
        "Accept-Encoding" if environ["PATH_INFO"].startswith(_STATIC) else "Accept, Accept-Encoding"
    )
    if "Vary" in found:
        vary = f"{vary}, {found['Vary']}"
        headers = [pair for pair in headers if pair[0] != "Vary"]
    more.append(("Vary", vary))
    if environ["REQUEST_METHOD"] == "OPTIONS":
        # Pages of other sites may read, and no more.
        allowed = found.get("Allow", "GET").split(", ")
        reading = ", ".join(method for method in allowed if method not in _WRITING)
        more += [*_PREFLIGHT, ("Access-Control-Allow-Methods", reading)]
    return [*headers, *more]
