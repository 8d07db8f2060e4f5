"""The numbers of this process in the format of Prometheus.

One process answers all requests, so that its own registry has them all.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from cstokg.namespaces import short_graph_name
from cstokg.web.site import current_site

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

bp = Blueprint("metrics", __name__)

_KEY: Final = "cstokg.metrics"
TIMEOUT: Final = "query-timeout"
"""The bound of a query's time, as problems name it."""

_METHODS: Final = frozenset(
    ("GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE")
)
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counts requests. Labels take few values, whatever is sent: methods, endpoints, statuses."""

    def __init__(self) -> None:
        """Start at zero."""
        # When a series began would double their number, and nobody asks for it.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "cstokg_requests",
            "Requests answered.",
            ["method", "endpoint", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "cstokg_request_seconds",
            "Seconds until an answer was ready.",
            ["endpoint"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._stops = Counter(
            "cstokg_queries_stopped",
            "Queries that a bound of the server stopped: its time, memory or size.",
            ["bound"],
            registry=self.registry,
        )
        self._stops.labels(TIMEOUT)  # an alarm needs the series before the first timeout
        self._cache = Counter(
            "cstokg_result_cache",
            "Queries whose answer was kept from before (hit), or was not (miss).",
            ["outcome"],
            registry=self.registry,
        )
        self._hits, self._misses = (self._cache.labels(name) for name in ("hit", "miss"))
        self._rejections = Counter(
            "cstokg_rejections",
            "Requests refused by the fault of the client (4xx).",
            ["status"],
            registry=self.registry,
        )
        self._size = Gauge(
            "cstokg_store_triples",
            "Triples in each named graph.",
            ["graph"],
            registry=self.registry,
        )
        self.before_reading: list[Callable[[], None]] = []
        self._found: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._measuring = Lock()
        ProcessCollector(registry=self.registry)

    def observe(self, method: str, endpoint: str | None, status: int, *seconds: float) -> None:
        """Count requests that were answered with `status`, each after so many seconds."""
        known = method if method in _METHODS else "other"
        requests, took = self._series(known, endpoint or "none", status)
        requests.inc(len(seconds))
        for each in seconds:
            took.observe(each)
        if 400 <= status < 500:
            self._rejections.labels(str(status)).inc(len(seconds))

    def _series(self, method: str, endpoint: str, status: int) -> tuple[Counter, Histogram]:
        """Return what counts and times such requests; finding it by its labels takes longer."""
        key = method, endpoint, status
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = (
                self._requests.labels(method, endpoint, str(status)),
                self._seconds.labels(endpoint),
            )
        return found

    def measure(self, graphs: Mapping[str, int]) -> None:
        """Show that the dataset has these `graphs` now, of so many triples each."""
        with self._measuring:
            self._size.clear()
            for iri, triples in graphs.items():
                self._size.labels(short_graph_name(iri)).set(triples)

    def count_stop(self, bound: str) -> None:
        """Count a query that was stopped by `bound`, a name of few."""
        self._stops.labels(bound).inc()

    def count_cache(self, hits: int, misses: int) -> None:
        """Count queries whose answers were kept from before, and others."""
        self._hits.inc(hits)
        self._misses.inc(misses)


def install(app: Flask, metrics: Metrics) -> None:
    """Make `metrics` those of `app`."""
    app.extensions[_KEY] = metrics


def current_metrics() -> Metrics:
    """Return the numbers of the application that answers the request."""
    return metrics_of(current_app)


def metrics_of(app: Flask) -> Metrics:
    """Return the numbers of `app`."""
    return cast("Metrics", app.extensions[_KEY])


@bp.get("/metrics")
def numbers() -> Response:
    """Answer the numbers as Prometheus reads them."""
    metrics = current_metrics()
    for count in metrics.before_reading:
        count()
    metrics.measure(current_site().graphs)
    return Response(
        generate_latest(metrics.registry),
        content_type=CONTENT_TYPE_PLAIN_0_0_4,
        headers={"Cache-Control": "no-store"},
    )
