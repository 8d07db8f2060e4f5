from __future__ import annotations

import os
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.engine.conftest import MAX_ROWS, TIMEOUT, memory, processor_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engine.conftest import Server

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

SLACK = 1.0
"""Seconds after its deadline by which a client must know."""


@pytest.fixture(autouse=True)
def gives_back_what_it_took(server: Server) -> Iterator[None]:
    """After each test, the next query is answered, and no engine works or keeps much memory."""
    yield
    reply = server.ask(SMALL)
    assert (reply.status, reply.seconds < SLACK) == (200, True)
    deadline = time.monotonic() + TIMEOUT + SLACK
    while True:
        engines = server.engines()
        before = processor_seconds(engines)
        time.sleep(0.1)
        burnt = processor_seconds(engines) - before
        if len(engines) == 3 and burnt < 0.03 and memory(engines) < 150 * 2**20:
            break
        assert time.monotonic() < deadline, f"{engines} burn {burnt} s, hold {memory(engines)}"


@pytest.mark.parametrize("query", [PRODUCT, PATH, REGEX], ids=["product", "path", "regex"])
def test_a_runaway_query_is_stopped_at_its_deadline(server: Server, query: str) -> None:
    reply = server.ask(query)
    assert (reply.status, reply.problem) == (503, "query-timeout")
    assert TIMEOUT <= reply.seconds < TIMEOUT + SLACK
    assert f"{TIMEOUT:g} seconds" in reply.json()["detail"]
    assert "Narrow" in reply.json()["hint"]


@pytest.mark.parametrize("query", [DOUBLED, SORTED], ids=["doubled", "sorted"])
def test_a_query_that_fills_the_memory_is_stopped(server: Server, query: str) -> None:
    reply = server.ask(query)
    assert reply.status == 503
    # A slow machine's deadline may come first.
    assert reply.problem == "query-memory" or reply.seconds >= TIMEOUT
    assert reply.seconds < TIMEOUT + SLACK


@pytest.mark.parametrize(("query", "status"), [(NESTED, 400), (HUGE, 413)], ids=["nested", "huge"])
def test_a_query_that_is_too_large_is_refused(server: Server, query: str, status: int) -> None:
    reply = server.ask(query)
    assert reply.status == status
    assert reply.seconds < TIMEOUT + SLACK


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
    with ThreadPoolExecutor(24) as pool:
        heavy = [pool.submit(server.ask, PRODUCT) for _ in range(4)]
        time.sleep(0.3)
        small = [server.ask(SMALL) for _ in range(20)]
        replies = [future.result() for future in heavy]
    assert [reply.status for reply in small] == [200] * 20
    assert sorted(reply.seconds for reply in small)[10] < 0.2
    assert {(reply.status, reply.problem) for reply in replies} == {(503, "query-timeout")}


def test_of_many_small_queries_none_waits_for_the_end_of_a_heavy_one(server: Server) -> None:
    # An engine that was quick is handed some in advance, and a heavy one may be before them.
    with ThreadPoolExecutor(16) as pool:
        small = [pool.submit(server.ask, SMALL) for _ in range(300)]
        heavy = pool.submit(server.ask, PRODUCT)
        small += [pool.submit(server.ask, SMALL) for _ in range(300)]
        replies = [future.result() for future in small]
    assert heavy.result().problem == "query-timeout"
    assert {reply.status for reply in replies} == {200}
    assert max(reply.seconds for reply in replies) < TIMEOUT * 0.8


def test_a_long_query_leaves_the_processors_to_others(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(server.ask, PRODUCT)
        time.sleep(TIMEOUT / 2)
        busy = _busiest(server)
        nice = {
            os.getpriority(os.PRIO_PROCESS, int(task.name))
            for task in Path(f"/proc/{busy}/task").iterdir()
        }
        assert running.result().problem == "query-timeout"
    assert nice == {10}  # of every thread: one alone does the work


def test_of_two_hundred_at_once_each_is_answered_or_refused(server: Server) -> None:
    queries = [PRODUCT if number % 10 == 0 else SMALL for number in range(200)]
    begin = time.monotonic()
    with ThreadPoolExecutor(200) as pool:
        replies = list(pool.map(server.ask, queries))  # an error of a connection would be raised
    assert time.monotonic() - begin < 12 * TIMEOUT
    for query, reply in zip(queries, replies, strict=True):
        if reply.status == 200:
            assert query == SMALL
            continue
        assert reply.status == 503
        assert reply.problem in {"query-timeout", "engines-busy"}
        assert ("retry-after" in reply.headers) == (reply.problem == "engines-busy")
        assert query == PRODUCT or reply.problem == "engines-busy"
    # How many of the 180 depends on what else the machine does.
    assert [reply.status for reply in replies].count(200) >= 120


def test_engines_that_retire_all_the_time_are_replaced_all_the_time(server: Server) -> None:
    # Each takes a little longer than the time after which another engine is at hand.
    query = f"{COUNT} {{ ?a ?b ?c . ?d ckg:evidence ?f FILTER(STR(?a) < STR(?f)) }}"
    begin = time.monotonic()
    statuses = set()
    with ThreadPoolExecutor(12) as pool:
        while time.monotonic() - begin < 3 * TIMEOUT:
            statuses |= {reply.status for reply in pool.map(server.ask, [query] * 12)}
    assert statuses <= {200, 503}
    assert server.process.poll() is None


def test_slow_readers_of_large_answers_do_not_fill_the_memory(server: Server) -> None:
    long = ", ".join(["STR(?a)"] * 40)
    query = f"SELECT * {{ ?a ?b ?c BIND(CONCAT({long}) AS ?d) }} LIMIT {MAX_ROWS}"
    size = len(server.ask(query).body)
    before, files = memory([server.worker()]), open_files(server.worker())
    with ExitStack() as stack:
        readers = [stack.enter_context(ask_and_read_a_little(server, query)) for _ in range(8)]
        grown = memory([server.worker()]) - before
        assert open_files(server.worker()) >= files + 2 * len(readers)  # none is over
    assert grown < len(readers) * size / 4
    deadline = time.monotonic() + 5
    while open_files(server.worker()) > files:
        assert time.monotonic() < deadline, "files of answers that nobody reads are left open"
        time.sleep(0.05)


@contextmanager
def ask_and_read_a_little(server: Server, query: str) -> Iterator[None]:
    with socket.create_connection((server.host, server.port), timeout=20) as connection:
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


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_each_engine_has_its_own_random_numbers(server: Server) -> None:
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(server.ask, ["SELECT (STRUUID() AS ?id) { }"] * 40))
    assert len({reply.body for reply in replies}) == 40


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_an_engine_that_crashes_costs_one_request(server: Server, number: signal.Signals) -> None:
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(server.ask, PRODUCT)
        time.sleep(0.3)
        os.kill(_busiest(server), number)
        reply = future.result()
    assert (reply.status, reply.problem) == (503, "engine-lost")
    assert reply.seconds < TIMEOUT


def test_engines_that_are_killed_are_replaced_at_once(server: Server) -> None:
    for pid in server.engines():
        os.kill(pid, signal.SIGKILL)
    reply = server.ask(SMALL)
    assert (reply.status, reply.seconds < SLACK) == (200, True)


def test_an_engine_stops_when_nobody_waits_for_its_answer(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(server.ask, PRODUCT)
        time.sleep(0.2)
        busy = _busiest(server)
        os.kill(server.worker(), signal.SIGKILL)
        assert isinstance(future.exception(), OSError)
    time.sleep(0.2)
    assert busy not in server.engines()
    deadline = time.monotonic() + 5
    while not _answers(server):
        assert time.monotonic() < deadline, "no other worker came in its place"
        time.sleep(0.05)


def _busiest(server: Server) -> int:
    """Return the engine that works now, which need not be the one that has worked most."""
    before = {pid: processor_seconds([pid]) for pid in server.engines()}
    time.sleep(0.15)
    return max(before, key=lambda pid: processor_seconds([pid]) - before[pid])


def _answers(server: Server) -> bool:
    try:
        return server.ask(SMALL).status == 200
    except OSError:
        return False
