"""What one query may take, seen by a client of a real server with small bounds."""

import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from tests.execution.conftest import MAX_ROWS, TIMEOUT, Server, memory
from tests.processes import DEADLINE, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="queries are bounded on Linux alone"),
]

SMALL = "SELECT ?name { ?state a <https://w3id.org/cstokg/ontology#State> ; rdfs:label ?name }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE"
PRODUCT = f"{COUNT} {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }}"
PATH = f"{COUNT} {{ ?a (rdf:type|!rdf:type)* ?b . ?b (rdf:type|!rdf:type)* ?c . ?c ?p ?d }}"
REGEX = (
    f"{COUNT} {{ ?a ?b ?c . ?d ?e ?f FILTER("
    f"REGEX(CONCAT(STR(?a), STR(?f), '{'a' * 2000}'), '(a|a)*(a|aa)*(.*){{20}}!$')) }}"
)
DOUBLED = (
    "SELECT (STRLEN(?x40) AS ?length) { BIND('aaaaaaaa' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(40))
    + " }"
)
NESTED = "ASK { FILTER(" + "(" * 10_000 + "true" + ")" * 10_000 + ") }"
HUGE = "ASK { } #" + "x" * 5_000_000
SORTED = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a"
MANY_ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
MANY_TRIPLES = "CONSTRUCT WHERE { ?a ?b ?c }"


@pytest.fixture(autouse=True)
def gives_back_what_it_took(server: Server) -> Iterator[None]:
    """After each test, the next query is answered, and no worker is left or keeps much memory."""
    yield
    assert server.ask(SMALL).status == 200
    wait_until(
        lambda: len(workers := server.workers()) == 3 and memory(workers) < 150 * 2**20,
        "workers without a query",
    )


@pytest.mark.parametrize("query", [PRODUCT, PATH, REGEX], ids=["product", "path", "regex"])
def test_a_runaway_query_is_stopped_at_its_deadline(server: Server, query: str) -> None:
    reply = server.ask(query)
    assert (reply.status, reply.problem) == (503, "query-timeout")
    assert f"{TIMEOUT:g} seconds" in reply.json()["detail"]
    assert "Narrow" in reply.json()["hint"]


@pytest.mark.parametrize("query", [DOUBLED, SORTED], ids=["doubled", "sorted"])
def test_a_query_that_fills_the_memory_is_stopped(server: Server, query: str) -> None:
    reply = server.ask(query)
    assert reply.status == 503
    # A slow machine's deadline may come first.
    assert reply.problem in {"query-memory", "query-timeout"}


@pytest.mark.parametrize(("query", "status"), [(NESTED, 400), (HUGE, 413)], ids=["nested", "huge"])
def test_a_query_that_is_too_large_is_refused(server: Server, query: str, status: int) -> None:
    assert server.ask(query).status == status


@pytest.mark.parametrize("query", [MANY_ROWS, MANY_TRIPLES], ids=["rows", "triples"])
def test_an_answer_that_is_too_large_is_refused_whole(server: Server, query: str) -> None:
    reply = server.ask(query, "*/*")
    assert (reply.status, reply.problem) == (413, "answer-too-large")
    assert str(MAX_ROWS) in reply.json()["detail"]


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv"])
def test_an_answer_of_the_size_that_is_allowed_is_given(server: Server, accept: str) -> None:
    reply = server.ask(f"{MANY_ROWS} LIMIT {MAX_ROWS}", accept)
    assert reply.status == 200
    if accept == "text/csv":
        assert reply.body.count(b"\r\n") == MAX_ROWS + 1
    else:
        assert len(reply.json()["results"]["bindings"]) == MAX_ROWS


def test_a_mistake_keeps_its_place_and_an_update_is_refused(server: Server) -> None:
    reply = server.ask("SELECT ?s {\n ?s nonsense }")
    assert (reply.status, reply.json()["line"], reply.json()["column"]) == (400, 2, 5)
    assert "update" in server.ask("INSERT DATA { }").json()["detail"]
    assert "SERVICE" in server.ask("ASK { SERVICE <http://x.test/> { } }").json()["detail"]


def test_a_query_that_does_not_fit_into_a_socket_is_answered(server: Server) -> None:
    for length in (60_000, 70_000, 500_000):
        reply = server.ask(f"SELECT (STRLEN('{'x' * length}') AS ?n) {{ }}")
        assert reply.json()["results"]["bindings"][0]["n"]["value"] == str(length)


def test_small_queries_are_answered_while_heavy_ones_run(server: Server) -> None:
    with ThreadPoolExecutor(4) as pool:
        heavy = [pool.submit(server.ask, PRODUCT) for _ in range(4)]
        small = []
        while not all(future.done() for future in heavy):
            small.append(server.ask(SMALL).status)
        replies = [future.result() for future in heavy]
    assert set(small) == {200}
    assert len(small) > len(heavy)
    assert {(reply.status, reply.problem) for reply in replies} == {(503, "query-timeout")}


def test_of_two_hundred_at_once_each_is_answered_or_refused(server: Server) -> None:
    queries = [PRODUCT if number % 20 == 0 else SMALL for number in range(200)]
    with ThreadPoolExecutor(200) as pool:
        replies = list(pool.map(server.ask, queries))  # an error of a connection would be raised
    for query, reply in zip(queries, replies, strict=True):
        if reply.status == 200:
            assert query == SMALL
            continue
        assert reply.status == 503
        assert reply.problem in {"query-timeout", "engines-busy"}
        assert ("retry-after" in reply.headers) == (reply.problem == "engines-busy")
    # How many of the 190 depends on what else the machine does.
    assert [reply.status for reply in replies].count(200) >= 90


def test_workers_that_retire_all_the_time_are_replaced_all_the_time(server: Server) -> None:
    # Each takes longer than the time after which another worker is at hand.
    query = f"{COUNT} {{ ?a ?b ?c . ?d ckg:evidence ?f FILTER(STR(?a) < STR(?f)) }}"
    with ThreadPoolExecutor(6) as pool:
        statuses = {reply.status for reply in pool.map(server.ask, [query] * 6)}
    assert statuses <= {200, 503}
    assert server.process.poll() is None


def test_slow_readers_of_large_answers_do_not_fill_the_memory(server: Server) -> None:
    long = ", ".join(["STR(?a)"] * 40)
    query = f"SELECT * {{ ?a ?b ?c BIND(CONCAT({long}) AS ?d) }} LIMIT {MAX_ROWS}"
    size = len(server.ask(query).body)
    before, files = memory(server.web_processes()), spools(server)
    with ExitStack() as stack:
        readers = [stack.enter_context(ask_and_read_a_little(server, query)) for _ in range(8)]
        grown = memory(server.web_processes()) - before
        # None is over. That of the answer before may have been counted, and closed meanwhile.
        assert spools(server) >= len(readers)
    assert grown < len(readers) * size / 3
    wait_until(lambda: spools(server) <= files, "files of answers that nobody reads to be closed")


@contextmanager
def ask_and_read_a_little(server: Server, query: str) -> Iterator[None]:
    with socket.create_connection((server.host, server.port), timeout=DEADLINE) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        content = query.encode()
        head = (
            f"POST /sparql HTTP/1.1\r\nHost: {server.host}\r\n"
            "Content-Type: application/sparql-query\r\nAccept: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        connection.sendall(head.encode() + content)
        assert connection.recv(64).startswith(b"HTTP/1.1 200")
        yield


def spools(server: Server) -> int:
    """Return how many files without a name the web processes have open."""
    count = 0
    for pid in server.web_processes():
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # it was closed meanwhile
                count += "(deleted)" in str(link.readlink())
    return count
