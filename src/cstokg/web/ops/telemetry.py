"""What the operator learns of each request: a line in the log, and numbers at /metrics."""

from time import perf_counter
from typing import Final, NamedTuple

from flask import Flask, Response, g
from flask.globals import app_ctx, request_ctx

from cstokg.web.ops.metrics import Metrics, current_metrics, install, metrics_of
from cstokg.web.ops.request_log import log_request

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
    asked, noted = request_ctx.request, app_ctx.g  # themselves: the proxies take their time
    now = perf_counter()
    seconds = now - noted.get("started", now)
    status, query = response.status_code, noted.get("query")
    current_metrics().observe(asked.method, asked.endpoint, status, seconds)
    asked.environ[OBSERVED] = Observed(asked.path, asked.endpoint, query)
    log_request(asked.method, asked.path, status, seconds, query, noted.get("stopped"))
    return response
