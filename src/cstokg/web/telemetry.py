"""What the operator learns of each request: a line in the log, and numbers at /metrics."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from flask import current_app, g, request

from cstokg.web import request_log
from cstokg.web.metrics import Metrics, current_metrics, install, metrics_of

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
    observe(
        current_app,
        request.method,
        request.path,
        request.endpoint,
        response.status_code,
        perf_counter() - g.get("started", perf_counter()),
        g.get("query"),
        g.get("stopped"),
    )
    return response


def observe(
    app: Flask,
    method: str,
    path: str,
    endpoint: str | None,
    status: int,
    seconds: float,
    query: str | None,
    stopped: str | None = None,
) -> None:
    """Count a request, and write its line."""
    metrics = metrics_of(app)
    metrics.observe(method, endpoint, status, seconds)
    alone = len(metrics.under_way) <= 1
    request_log.write(method, path, status, seconds, query, stopped, alone=alone)
