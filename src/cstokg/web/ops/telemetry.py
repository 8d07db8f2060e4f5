"""What the operator learns of each request: a line in the log, and numbers at /metrics."""

from __future__ import annotations

from time import perf_counter, time
from typing import TYPE_CHECKING

from flask import g, request

from cstokg.web.ops import request_log
from cstokg.web.ops.metrics import Metrics, current_metrics, install

if TYPE_CHECKING:
    from flask import Flask, Response


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


def _start() -> None:
    g.started = perf_counter()


def _observe(response: Response) -> Response:
    now = perf_counter()
    seconds = now - g.get("started", now)
    status = response.status_code
    current_metrics().observe(request.method, request.endpoint, status, seconds)
    said = request.method, request.path, status, seconds, g.get("query"), g.get("stopped")
    request_log.write(request_log.line(time(), *said))
    return response
