"""The short way answers as the whole way does, only quicker, and never with what is stale."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from tests.loops import running_loop
from tests.web.asgi_client import AsgiClient
from werkzeug.test import create_environ, run_wsgi_app

from cstokg import Dataset, load_settings
from cstokg.dataset.changes import SparqlUpdate
from cstokg.dataset.transaction import WritableDataset
from cstokg.web import site
from cstokg.web.application import create_app
from cstokg.web.server.front import CACHE_SIZE, Front

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from flask import Flask

    Make = Callable[..., "Asker"]

ROWS = "SELECT ?s { ?s a ckg:State } ORDER BY ?s"
QUERIES = (
    ROWS,
    "SELECT ?s { ?s a ckg:State } ORDER BY ?s LIMIT 1",
    "ASK { ?s a ckg:State }",
    "ASK { ?s a ckg:Nothing }",
    "CONSTRUCT { ?s a ckg:State } WHERE { ?s a ckg:State }",
    'SELECT ("жизнь + 1 % & ; #" AS ?x) {}',
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "SELECT ?s ?p ?o { ?s ?p ?o }",  # large enough to be compressed
    "SELECT (RAND() AS ?x) {}",
    "SELECT ?s { ?s a unknown:State }",
    "SELECT nonsense",
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "",
)
ACCEPTS: tuple[Mapping[str, str], ...] = (
    {},
    {"Accept": "application/sparql-results+json"},
    {"Accept": "text/csv"},
    {"Accept": "text/turtle, application/sparql-results+xml;q=0.5", "Accept-Encoding": "gzip"},
    {"Accept": "text/html"},
    {"Accept": "image/png"},
)


class Asker(AsgiClient):
    """Asks an application the short way and the whole way."""

    def __init__(self, app: Flask, cache_size: int, loop: AbstractEventLoop) -> None:
        super().__init__(Front(app, cache_size), loop)
        self.app = app

    def ask(
        self, query: str, headers: Mapping[str, str] | None = None, **more: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask by GET; return the status, the headers but for the date, and the body."""
        answer = self.get("/sparql", headers, query=query, **more)
        return answer.status, settled(answer.headers), answer.body

    def ask_whole_way(
        self, query: str, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask the application itself."""
        environ = create_environ(
            "/sparql", query_string=urlencode({"query": query}), headers=dict(headers)
        )
        body, status, said = run_wsgi_app(self.app.wsgi_app, environ, buffered=True)
        return int(status[:3]), settled(dict(said)), b"".join(body)

    def count(self, outcome: str) -> float:
        """Return how many answers the metrics say were kept (`hit`), or not (`miss`)."""
        text = self.app.test_client().get("/metrics").text
        (found,) = re.findall(
            rf'^cstokg_result_cache_total{{outcome="{outcome}"}} (.*)$', text, re.MULTILINE
        )
        return float(found)


def settled(headers: Mapping[str, str]) -> dict[str, str]:
    named = {name.lower(): value for name, value in headers.items() if name.lower() != "date"}
    if "vary" in named:
        named["vary"] = ", ".join(sorted(named["vary"].split(", ")))
    return named


@pytest.fixture
def make() -> Iterator[Make]:
    with running_loop() as loop:
        yield lambda dataset, cache_size=CACHE_SIZE: Asker(create_app(dataset), cache_size, loop)


@pytest.fixture
def asker(make: Make, small_dataset: Dataset) -> Asker:
    return make(small_dataset)


@pytest.mark.parametrize("headers", ACCEPTS, ids=lambda headers: headers.get("Accept", "none"))
def test_every_way_to_an_answer_gives_the_same(asker: Asker, headers: Mapping[str, str]) -> None:
    for query in QUERIES:
        whole = asker.ask_whole_way(query, headers)
        for _ in range(3):  # learned, by its form, kept
            short = asker.ask(query, headers)
            assert short[0] == whole[0], query
            if "RAND" in query or headers.get("Accept") == "text/html":
                # A page says how long its answer took.
                assert short[1].keys() == whole[1].keys(), query
            else:
                assert short == whole, query


def test_the_same_question_is_answered_from_what_is_kept(asker: Asker) -> None:
    first = asker.ask(ROWS)
    assert (asker.count("hit"), asker.count("miss")) == (0, 1)
    assert asker.ask(ROWS) == first
    assert (asker.count("hit"), asker.count("miss")) == (1, 1)


def test_what_is_asked_quickly_is_kept_once_it_is_asked_again(asker: Asker) -> None:
    asker.ask(ROWS)  # the manner of asking is known now
    other = f"{ROWS} LIMIT 2"
    answers = [asker.ask(other) for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert (asker.count("hit"), asker.count("miss")) == (1, 3)


def test_another_format_is_another_answer(asker: Asker) -> None:
    assert asker.ask(ROWS)[1]["content-type"] == "application/sparql-results+json"
    assert asker.ask(ROWS, {"Accept": "text/csv"})[1]["content-type"].startswith("text/csv")
    assert asker.ask(ROWS, format="xml")[1]["content-type"] == "application/sparql-results+xml"
    assert asker.count("hit") == 0


def test_a_format_in_the_address_is_no_manner_of_asking(asker: Asker) -> None:
    for _ in range(2):
        assert asker.ask(ROWS, format="csv")[1]["content-type"].startswith("text/csv")
        assert asker.ask(ROWS)[1]["content-type"] == "application/sparql-results+json"
        assert asker.ask("ASK {}")[1]["content-type"] == "application/sparql-results+json"


@pytest.mark.parametrize("call", ["RAND()", "NOW()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_each_time_is_not_kept(asker: Asker, call: str) -> None:
    query = f"SELECT ({call} AS ?x) {{}}"
    answers = {asker.ask(query)[2] for _ in range(3)}
    assert asker.count("hit") == 0
    if call not in {"NOW()", "BNODE()"}:  # the same in one second, or as far as names go
        assert len(answers) == 3


def test_mistakes_are_not_kept(asker: Asker) -> None:
    for _ in range(3):
        assert asker.ask("SELECT nonsense")[0] == 400
    assert asker.count("hit") == 0


def test_a_query_is_asked_once_even_where_it_fails(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker.ask(ROWS)
    asked: list[str] = []
    usual = Dataset.answer

    def counted(self: Dataset, text: str, *formats: Any, **more: Any) -> Any:
        asked.append(text)
        return usual(self, text, *formats, **more)

    monkeypatch.setattr(Dataset, "answer", counted)
    for query in filter(None, QUERIES):
        asked.clear()
        asker.ask(query, {"Accept-Encoding": "gzip"})
        assert asked == [query]


def test_nothing_kept_outlives_a_change(make: Make, small_copy: Path, tmp_path: Path) -> None:
    from cstokg import build_dataset

    settings = load_settings(small_copy, tmp_path)
    built = build_dataset(settings)
    asker = make(WritableDataset(built.store, built.info, settings.shapes))
    before = asker.ask("ASK { <urn:x:a> ?p ?o }")
    assert before[2].endswith(b"false}")
    with asker.app.test_request_context():
        site.write(SparqlUpdate("INSERT DATA { <urn:x:a> <urn:x:p> <urn:x:b> }"))
    after = asker.ask("ASK { <urn:x:a> ?p ?o }")
    assert after[2].endswith(b"true}")
    assert after[1]["etag"] != before[1]["etag"]
    assert asker.count("hit") == 0


def test_a_cache_of_no_size_keeps_nothing(make: Make, small_dataset: Dataset) -> None:
    asker = make(small_dataset, 0)
    for _ in range(3):
        assert asker.ask(ROWS)[0] == 200
    assert asker.count("hit") == 0


def test_the_cache_stays_within_its_size(make: Make, small_dataset: Dataset) -> None:
    asker = make(small_dataset, 50_000)
    for number in range(200):
        for _ in range(2):  # what is asked once is not kept
            asker.ask(f"{ROWS} LIMIT {number + 10}")
    before = asker.count("hit")
    assert asker.ask(f"{ROWS} LIMIT 209")[0] == 200
    assert asker.count("hit") == before + 1
    assert asker.front.express.kept <= 50_000
    asker.ask(f"{ROWS} LIMIT 10")
    assert asker.count("hit") == before + 1


def test_an_answer_that_would_fill_the_cache_is_not_kept(
    make: Make, small_dataset: Dataset
) -> None:
    asker = make(small_dataset, 8_000)
    for _ in range(2):
        assert len(asker.ask("SELECT ?s ?p ?o { ?s ?p ?o }")[2]) > 8_000
    assert asker.count("hit") == 0


def test_a_client_that_has_the_answer_is_told_so(asker: Asker) -> None:
    tag = asker.ask(ROWS)[1]["etag"]
    assert asker.ask(ROWS, {"If-None-Match": tag})[0] == 304


def test_each_request_has_its_line_in_the_log(
    asker: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    from cstokg.web.ops.request_log import log

    with caplog.at_level("INFO", log.name):
        for _ in range(3):
            asker.ask(ROWS)
        asker.front.express.close()  # the last ones are not written at once
    lines = [record.getMessage() for record in caplog.records if record.name == log.name]
    assert len(lines) == 3
    assert len({re.search(r'"query_sha256": "\w+"', line)[0] for line in lines}) == 1  # type: ignore[index]
