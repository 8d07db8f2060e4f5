"""The numbers of the server in the format of Prometheus.

Where several processes serve, PROMETHEUS_MULTIPROC_DIR names a folder for their numbers, as
prometheus_client has it, and each answers with the sums of all.
"""

import os
from collections.abc import Iterable, Mapping
from typing import Final, cast

from flask import Blueprint, Flask, Response, current_app
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from cstokg.namespaces import short_graph_name
from cstokg.web.site import current_site

bp = Blueprint("metrics", __name__)

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable of the environment that prometheus_client reads when it is imported."""

_KEY: Final = "cstokg.metrics"
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
        self._stops.labels("query-timeout")  # an alarm needs the series before the first timeout
        self._cache = Counter(
            "cstokg_result_cache",
            "GET requests whose answer was kept from before (hit), or was not (miss).",
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
        self._found: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, method: str, endpoint: str | None, status: int, seconds: float) -> None:
        """Count a request that was answered with `status` after so many seconds."""
        known = method if method in _METHODS else "other"
        requests, took = self._series(known, endpoint or "none", status)
        requests.inc()
        took.observe(seconds)
        if 400 <= status < 500:
            self._rejections.labels(str(status)).inc()

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

    def count_stop(self, bound: str) -> None:
        """Count a query that was stopped by `bound`, a name of few."""
        self._stops.labels(bound).inc()

    def count_cache(self, *, hit: bool) -> None:
        """Count a request whose answer was kept from before, or one whose was not."""
        (self._hits if hit else self._misses).inc()


class _Sizes(Collector):
    """How many triples each graph has, when the numbers are read."""

    def __init__(self, graphs: Mapping[str, int]) -> None:
        self._graphs = graphs

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily(
            "cstokg_store_triples", "Triples in each named graph.", labels=["graph"]
        )
        for iri, triples in self._graphs.items():
            family.add_metric([short_graph_name(iri)], triples)
        yield family


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
    """Answer the numbers as Prometheus reads them; those of memory are of this process."""
    extra = CollectorRegistry()
    extra.register(_Sizes(current_site().graphs))
    ProcessCollector(registry=extra)
    counted = current_metrics().registry
    if FOLDER in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return Response(
        generate_latest(counted) + generate_latest(extra),
        content_type=CONTENT_TYPE_PLAIN_0_0_4,
        headers={"Cache-Control": "no-store"},
    )
