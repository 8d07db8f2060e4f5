"""The short way answers as the whole way does, only quicker, and never with what is stale."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from cstokg import Dataset, load_settings
from cstokg.change import SparqlUpdate
from cstokg.transaction import WritableDataset
from cstokg.web import create_app, site

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Flask

    from cstokg.web.express import Express

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


@pytest.fixture
def app(small_dataset: Dataset) -> Flask:
    return create_app(small_dataset)


def ask(
    app: Flask, query: str, headers: Mapping[str, str] | None = None, **more: Any
) -> tuple[str, dict[str, str], bytes]:
    """Ask by GET; return the status, the headers but for the date, and the body."""
    return answer(app.wsgi_app, query, headers, **more)


def answer(
    application: Any, query: str, headers: Mapping[str, str] | None = None, **more: Any
) -> tuple[str, dict[str, str], bytes]:
    environ = create_environ("/sparql", query_string={"query": query, **more}, headers=headers)
    body, status, said = run_wsgi_app(application, environ, buffered=True)
    named = {name.lower(): value for name, value in said if name.lower() != "date"}
    if "vary" in named:
        named["vary"] = ", ".join(sorted(named["vary"].split(", ")))
    return status, named, b"".join(body)


def express(app: Flask) -> Express:
    return cast("Express", app.wsgi_app)


def count(app: Flask, outcome: str) -> float:
    """Return how many answers the metrics say were kept (`hit`), or not (`miss`)."""
    text = app.test_client().get("/metrics").text
    (found,) = re.findall(
        rf'^cstokg_result_cache_total{{outcome="{outcome}"}} (.*)$', text, re.MULTILINE
    )
    return float(found)


@pytest.mark.parametrize("headers", ACCEPTS, ids=lambda headers: headers.get("Accept", "none"))
def test_every_way_to_an_answer_gives_the_same(app: Flask, headers: Mapping[str, str]) -> None:
    for query in QUERIES:
        whole = answer(express(app).inner, query, headers)
        for _ in range(3):  # learned, by its form, kept
            short = ask(app, query, headers)
            assert short[0] == whole[0], query
            if "RAND" in query or headers.get("Accept") == "text/html":
                # A page says how long its answer took.
                assert short[1].keys() == whole[1].keys(), query
            else:
                assert short == whole, query


def test_the_same_question_is_answered_from_what_is_kept(app: Flask) -> None:
    first = ask(app, ROWS)
    assert (count(app, "hit"), count(app, "miss")) == (0, 1)
    assert ask(app, ROWS) == first
    assert (count(app, "hit"), count(app, "miss")) == (1, 1)


def test_what_is_asked_quickly_is_kept_once_it_is_asked_again(app: Flask) -> None:
    ask(app, ROWS)  # the manner of asking is known now
    other = f"{ROWS} LIMIT 2"
    answers = [ask(app, other) for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert (count(app, "hit"), count(app, "miss")) == (1, 3)


def test_another_format_is_another_answer(app: Flask) -> None:
    assert ask(app, ROWS)[1]["content-type"] == "application/sparql-results+json"
    assert ask(app, ROWS, {"Accept": "text/csv"})[1]["content-type"].startswith("text/csv")
    assert ask(app, ROWS, format="xml")[1]["content-type"] == "application/sparql-results+xml"
    assert count(app, "hit") == 0


@pytest.mark.parametrize("call", ["RAND()", "NOW()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_each_time_is_not_kept(app: Flask, call: str) -> None:
    query = f"SELECT ({call} AS ?x) {{}}"
    answers = {ask(app, query)[2] for _ in range(3)}
    assert count(app, "hit") == 0
    if call not in {"NOW()", "BNODE()"}:  # the same in one second, or as far as names go
        assert len(answers) == 3


def test_mistakes_are_not_kept(app: Flask) -> None:
    for _ in range(3):
        assert ask(app, "SELECT nonsense")[0].startswith("400")
    assert count(app, "hit") == 0


def test_a_query_is_asked_once_even_where_it_fails(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(app, ROWS)
    asked: list[str] = []
    usual = Dataset.answer

    def counted(self: Dataset, text: str, *formats: Any, **more: Any) -> Any:
        asked.append(text)
        return usual(self, text, *formats, **more)

    monkeypatch.setattr(Dataset, "answer", counted)
    for query in filter(None, QUERIES):
        asked.clear()
        ask(app, query, {"Accept-Encoding": "gzip"})
        assert asked == [query]


def test_nothing_kept_outlives_a_change(small_copy: Path, tmp_path: Path) -> None:
    from cstokg import build_dataset

    settings = load_settings(small_copy, tmp_path)
    built = build_dataset(settings)
    app = create_app(WritableDataset(built.store, built.info, settings.shapes))
    before = ask(app, "ASK { <urn:x:a> ?p ?o }")
    assert before[2].endswith(b"false}")
    with app.test_request_context():
        site.write(SparqlUpdate("INSERT DATA { <urn:x:a> <urn:x:p> <urn:x:b> }"))
    after = ask(app, "ASK { <urn:x:a> ?p ?o }")
    assert after[2].endswith(b"true}")
    assert after[1]["etag"] != before[1]["etag"]
    assert count(app, "hit") == 0


def test_a_cache_of_no_size_keeps_nothing(small_dataset: Dataset) -> None:
    app = create_app(small_dataset, cache_size=0)
    for _ in range(3):
        assert ask(app, ROWS)[0] == "200 OK"
    assert count(app, "hit") == 0


def test_the_cache_stays_within_its_size(small_dataset: Dataset) -> None:
    app = create_app(small_dataset, cache_size=50_000)
    for number in range(200):
        for _ in range(2):  # what is asked once is not kept
            ask(app, f"{ROWS} LIMIT {number + 10}")
    before = count(app, "hit")
    assert ask(app, f"{ROWS} LIMIT 209")[0] == "200 OK"
    assert count(app, "hit") == before + 1
    assert express(app).kept <= 50_000
    ask(app, f"{ROWS} LIMIT 10")
    assert count(app, "hit") == before + 1


def test_an_answer_that_would_fill_the_cache_is_not_kept(small_dataset: Dataset) -> None:
    app = create_app(small_dataset, cache_size=8_000)
    for _ in range(2):
        assert len(ask(app, "SELECT ?s ?p ?o { ?s ?p ?o }")[2]) > 8_000
    assert count(app, "hit") == 0


def test_a_client_that_has_the_answer_is_told_so(app: Flask) -> None:
    tag = ask(app, ROWS)[1]["etag"]
    assert ask(app, ROWS, {"If-None-Match": tag})[0].startswith("304")


def test_each_request_has_its_line_in_the_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    from cstokg.web.request_log import log

    with caplog.at_level("INFO", log.name):
        for _ in range(3):
            ask(app, ROWS)
    lines = [record.getMessage() for record in caplog.records if record.name == log.name]
    assert len(lines) == 3
    assert len({re.search(r'"query_sha256": "\w+"', line)[0] for line in lines}) == 1  # type: ignore[index]
