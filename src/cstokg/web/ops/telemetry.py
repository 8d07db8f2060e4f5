"""What the operator learns of each request: a line in the log, and numbers at /metrics."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import g, request

from cstokg.web.ops.metrics import Metrics, current_metrics, install, metrics_of
from cstokg.web.ops.request_log import log_request

if TYPE_CHECKING:
    from flask import Flask, Response

OBSERVED: Final = "cstokg.observed"
"""Where in the WSGI environment a request leaves its `Observed`."""


class Observed(NamedTuple):
    """What a request was, for one that is answered with the same answer again."""

    path: str
    endpoint: str | None
    query: str | None


def register(app: Flask) -> None:
    """Make `app` observe its requests; register this first, so that it sees whole answers."""
    install(app, Metrics())
    app.before_request(_start)
    app.after_request(_observe)


def note_query(query: str) -> None:
    """Remember the query of the request for its line in the log."""
    g.query = query


def note_stop(bound: str) -> None:
    """Remember which bound of the server stopped the query of the request (`query-timeout`)."""
    g.stopped = bound
    current_metrics().count_stop(bound)


def observe_kept(app: Flask, observed: Observed, seconds: float) -> None:
    """Observe a GET that was answered from the cache."""
    metrics = metrics_of(app)
    metrics.observe("GET", observed.endpoint, 200, seconds)
    metrics.count_cache(hit=True)
    log_request("GET", observed.path, 200, seconds, observed.query)


def count_miss(app: Flask) -> None:
    """Count a GET whose answer was not kept from before."""
    metrics_of(app).count_cache(hit=False)


def _start() -> None:
    g.started = perf_counter()


def _observe(response: Response) -> Response:
    now = perf_counter()
    seconds = now - g.get("started", now)
    status, query = response.status_code, g.get("query")
    current_metrics().observe(request.method, request.endpoint, status, seconds)
    request.environ[OBSERVED] = Observed(request.path, request.endpoint, query)
    log_request(request.method, request.path, status, seconds, query, g.get("stopped"))
    return response
