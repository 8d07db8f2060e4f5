"""Who asks the same again gets the same answer again, and never one that is stale or another's."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.loops import running_loop
from tests.web.asgi_client import AsgiClient, scope
from tests.web.conftest import Answer
from werkzeug.test import create_environ, run_wsgi_app

from cstokg import Dataset, build_dataset, load_settings
from cstokg.dataset.changes import SparqlUpdate
from cstokg.dataset.transaction import WritableDataset
from cstokg.shacl.write_check import ShapesCheck
from cstokg.web import site
from cstokg.web.application import create_app
from cstokg.web.ops.request_log import log
from cstokg.web.server.adapter import CACHE_SIZE, Application

Make = Callable[..., "Asker"]

ROWS = "SELECT ?s { ?s a ckg:State } ORDER BY ?s"
ADDRESSES = (
    *(
        f"/sparql?{urlencode({'query': query})}"
        for query in (
            ROWS,
            "ASK { ?s a ckg:State }",
            "CONSTRUCT { ?s a ckg:State } WHERE { ?s a ckg:State }",
            "SELECT ?s ?p ?o { ?s ?p ?o }",  # large enough to be compressed
            'SELECT ("жизнь + 1 % & ; #" AS ?x) {}',
        )
    ),
    *("/", "/page/state/alda", "/page/organization/pact", "/ontology", "/search?q=alda"),
    *("/data/state/alda.ttl", "/graph/links/ost-1999", "/static/style.css", "/timeline"),
)
BROWSER = {"Accept": "text/html", "Accept-Encoding": "gzip, zstd", "Accept-Language": "ru"}
MANNERS: tuple[Mapping[str, str], ...] = (
    {},
    {"Accept": "text/csv, text/turtle;q=0.9, */*;q=0.1", "Accept-Encoding": "gzip"},
    BROWSER,
)


class Asker(AsgiClient):
    """Asks an application for what it may have kept."""

    def ask(self, query: str, headers: Mapping[str, str] | None = None, **more: str) -> Answer:
        return self.get("/sparql", headers, query=query, **more)

    def at(self, address: str, headers: Mapping[str, str]) -> Answer:
        """Ask for what is at an address with a query in it."""
        path, _, query = address.partition("?")
        asked = scope(path, headers)
        asked["query_string"] = query.encode()
        return self.send(asked)

    def without_cache(self, address: str, headers: Mapping[str, str]) -> tuple[int, object, bytes]:
        """Ask the WSGI application itself."""
        environ = create_environ(address, headers=dict(headers))
        body, status, said = run_wsgi_app(self.application.app.wsgi_app, environ, buffered=True)
        return int(status[:3]), settled(dict(said)), b"".join(body)

    def count(self, outcome: str) -> float:
        """Return how many answers the metrics say were kept (`hit`), or not (`miss`)."""
        text = self.application.app.test_client().get("/metrics").text
        found = re.search(rf'cstokg_result_cache_total{{outcome="{outcome}"}} (\S+)', text)
        assert found
        return float(found[1])


def settled(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with those names in lower case, and the list of Vary in order."""
    named = {name.lower(): value for name, value in headers.items() if name.lower() != "date"}
    return named | {"vary": ", ".join(sorted(named["vary"].split(", ")))}


@pytest.fixture
def make() -> Iterator[Make]:
    with running_loop() as loop:
        yield lambda dataset, cache_size=CACHE_SIZE: Asker(
            Application(create_app(dataset), cache_size), loop
        )


@pytest.fixture
def asker(make: Make, small_dataset: Dataset) -> Asker:
    return make(small_dataset)


@pytest.mark.parametrize("headers", MANNERS, ids=["any", "program", "browser"])
def test_what_is_kept_is_what_would_be_made_anew(asker: Asker, headers: Mapping[str, str]) -> None:
    kept = []
    for address in ADDRESSES:
        status, named, body = asker.without_cache(address, headers)
        before = asker.count("hit")
        answers = [asker.at(address, headers) for _ in range(2)]
        kept.append(asker.count("hit") - before)
        if headers is BROWSER and "query=" in address:
            assert answers[0] == answers[1]  # the page says how long its answer took
            continue
        for answer in answers:
            assert (answer.status, settled(answer.headers), answer.body) == (status, named, body)
    # Where something is, it is kept; a redirect is made anew.
    assert sum(kept) > len(ADDRESSES) / 2


def test_hits_and_misses_are_counted(asker: Asker) -> None:
    for address in (f"/sparql?{urlencode({'query': ROWS})}", "/page/state/alda"):
        before = asker.count("hit"), asker.count("miss")
        for _ in range(3):
            assert asker.at(address, BROWSER).status == 200
        after = asker.count("hit"), asker.count("miss")
        # What the metrics themselves were asked for is no answer to keep.
        assert (after[0] - before[0], after[1] - before[1]) == (2, 1)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("Host", "one.example", "other.example"),
        ("Accept", "text/html", "text/turtle"),
        ("Accept-Encoding", "gzip", "identity"),
        ("Accept-Language", "ru", "en"),
    ],
)
def test_no_answer_is_given_to_who_asks_in_another_manner(
    asker: Asker, name: str, one: str, other: str
) -> None:
    for path in ("/page/state/alda", "/ontology", "/sparql"):
        for value in (one, other, one):
            asker.at(path, {"Accept": "text/html", name: value})
    assert asker.count("hit") == 3
    given = [asker.at("/ontology", {"Accept": "text/html", name: each}) for each in (one, other)]
    assert given[0] != given[1] or name == "Accept-Language"


def test_a_header_that_comes_twice_counts_twice(asker: Asker) -> None:
    asked = scope("/sparql", parameters={"query": ROWS})
    asked["headers"] += [(b"accept", b"text/csv"), (b"accept", b"application/xml;q=0.1")]
    assert asker.send(asked).media_type == "text/csv"
    assert asker.ask(ROWS, {"Accept": "application/xml;q=0.1"}).media_type != "text/csv"
    assert asker.count("hit") == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Authorization", "Bearer secret"),
        ("Range", "bytes=0-3"),
        ("If-None-Match", '"another"'),
        ("If-Match", '"another"'),
        ("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"),
        ("X-Query-Id", "3f1c2a90-7f0e-4c1b"),
    ],
)
def test_who_wants_more_than_the_answer_is_answered_anew(
    asker: Asker, name: str, value: str
) -> None:
    for path in ("/static/style.css", "/"):
        for headers in ({}, {name: value}, {name: value}):
            asker.at(path, headers)
    assert asker.count("hit") == 0


@pytest.mark.parametrize("call", ["RAND()", "NOW()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_each_time_is_not_kept(asker: Asker, call: str) -> None:
    answers = [asker.ask(f"SELECT ({call} AS ?x) {{}}") for _ in range(3)]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert asker.count("hit") == 0
    if call not in {"NOW()", "BNODE()"}:  # the same in one second, or as far as names go
        assert len({answer.body for answer in answers}) == 3


def test_what_another_server_says_is_not_kept(asker: Asker) -> None:
    for _ in range(2):
        asker.ask("SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert asker.count("hit") == 0


def test_only_what_a_get_has_found_is_kept(asker: Asker) -> None:
    for _ in range(2):
        assert asker.ask("SELECT nonsense").status == 400
        assert asker.get("/page/state/nowhere").status == 404
        assert asker.get("/id/state/alda").status == 303
        assert asker.send(scope("/", method="HEAD")).status == 200
        query = scope("/sparql", {"Content-Type": "application/sparql-query"}, method="POST")
        assert asker.send(query, b"ASK {}").status == 200
    assert asker.count("hit") == 0


def test_a_client_that_has_the_answer_is_told_so(asker: Asker) -> None:
    for address in (f"/sparql?{urlencode({'query': ROWS})}", "/data/state/alda.ttl"):
        for _ in range(2):
            tag = asker.at(address, {}).headers["etag"]
        again = asker.at(address, {"If-None-Match": tag})
        assert (again.status, again.body) == (304, b"")


def test_the_date_of_a_kept_answer_is_left_to_the_server_that_sends_it(asker: Asker) -> None:
    assert "date" not in asker.ask(ROWS).headers  # RFC 9110, 6.6.1: it would be an old one


def test_nothing_kept_outlives_a_change(make: Make, small_copy: Path, tmp_path: Path) -> None:
    settings = load_settings(small_copy, tmp_path)
    built = build_dataset(settings)
    asker = make(WritableDataset(built.store, built.info, ShapesCheck(settings.shapes)))
    query = "ASK { state:alda rdfs:comment ?text }"

    def look() -> tuple[Answer, Answer]:
        for _ in range(2):
            seen = asker.ask(query), asker.get("/page/state/alda", {"Accept": "text/html"})
        return seen

    before = look()
    with asker.application.app.test_request_context():
        site.apply_change(SparqlUpdate("INSERT DATA { state:alda rdfs:comment 'brand new'@en }"))
    after = look()
    assert [answer.json()["boolean"] for answer in (before[0], after[0])] == [False, True]
    assert ["brand new" in answer.text for answer in (before[1], after[1])] == [False, True]
    for one, other in zip(before, after, strict=True):
        assert one.headers["etag"] != other.headers["etag"]
    assert asker.count("hit") == 4


def test_a_cache_of_no_size_keeps_nothing(make: Make, small_dataset: Dataset) -> None:
    asker = make(small_dataset, 0)
    for _ in range(3):
        assert asker.ask(ROWS).status == 200
    assert asker.count("hit") == 0


def test_the_cache_stays_within_its_size(make: Make, small_dataset: Dataset) -> None:
    asker = make(small_dataset, 200_000)
    numbers = range(10, 210)  # two kilobytes each at least: not half of them fit
    for number in numbers:
        asker.ask(f"{ROWS} LIMIT {number}")
    asker.ask(f"{ROWS} LIMIT {numbers[-1]}")
    assert asker.count("hit") == 1
    asker.ask(f"{ROWS} LIMIT {numbers[0]}")
    assert asker.count("hit") == 1


def test_an_answer_that_would_fill_the_cache_is_not_kept(
    make: Make, small_dataset: Dataset
) -> None:
    asker = make(small_dataset, 200_000)
    for _ in range(2):
        assert len(asker.ask("SELECT ?s ?p ?o { ?s ?p ?o }").body) > 200_000 / 32
    assert asker.count("hit") == 0


def test_each_request_has_its_line_in_the_log(
    asker: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", log.name):
        for _ in range(2):
            asker.ask(ROWS)
            asker.get("/page/state/alda")
    entries = [vars(each)["request"] for each in caplog.records if each.name == log.name]
    assert [entry["path"] for entry in entries] == ["/sparql", "/page/state/alda"] * 2
    first, second = entries[:2], entries[2:]
    for entry in (*first, *second):
        assert json.dumps(entry.pop("ms"))
    assert first == second
