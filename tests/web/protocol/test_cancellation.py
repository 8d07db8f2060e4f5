"""Whoever asks a query under an id can stop it, and nobody else."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import pytest
from tests.processes import children, is_alive, wait_until, worked
from tests.web.conftest import Answer, Server, Start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are on Linux alone")

ENDLESS = b"SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
ID = "3f1c2a90-7f0e-4c1b-9a51-0c1d2e3f4a5b"
BUSY = 5
"""Ticks of the processor after which a process is one that works on such a query."""


@pytest.fixture(scope="module")
def server(start_server: Start) -> Iterator[Server]:
    # No deadline of the server's ends a query here.
    server = start_server(CSTOKG_TIMEOUT="3600", CSTOKG_WEB_PROCESSES="3", CSTOKG_WORKERS="2")
    yield server
    entries = server.stop()
    assert any(entry.get("stopped") == "query-cancelled" for entry in entries)
    assert any("a worker died" in entry.get("message", "") for entry in entries)


def ask(server: Server, name: str, query: bytes = ENDLESS) -> Answer:
    headers = {"Content-Type": "application/sparql-query", "X-Query-Id": name}
    return server.client.send("POST", "/sparql", headers, query, timeout=120)


def stop(server: Server, name: str) -> None:
    """Stop the query that is, or will soon be, asked under a name."""

    def is_stopped() -> bool:
        return server.client.send("DELETE", f"/query/{name}").status == 204

    wait_until(is_stopped, "a query to stop")


def wait_for_worker(server: Server) -> int:
    """Wait until a worker is busy, and return the id of its process."""

    def workers() -> list[int]:
        # The web server is a child as well, and the only one with children of its own.
        return [pid for pid in children(server.process.pid) if not children(pid)]

    before = {pid: worked(pid) for pid in workers()}

    def busy() -> list[int]:
        return [pid for pid in workers() if worked(pid) - before.get(pid, 0) > BUSY]

    wait_until(busy, "a worker at work")
    return busy()[0]


def wait_for_end(pid: int) -> None:
    wait_until(lambda: not is_alive(pid), "the worker's end")


@pytest.mark.parametrize("query", [ENDLESS, ENDLESS + b"#" * 100_000], ids=["small", "large"])
def test_a_query_is_stopped_with_its_worker(server: Server, query: bytes) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, server, ID, query)
        worker = wait_for_worker(server)
        assert server.client.send("DELETE", f"/query/{ID}").status == 204
        answer = asked.result()
    assert (answer.status, answer.media_type) == (503, "application/problem+json")
    assert answer.json()["type"].endswith("/query-cancelled")
    wait_for_end(worker)
    assert server.client.send("DELETE", f"/query/{ID}").status == 404


def test_a_query_is_stopped_whichever_process_is_told(server: Server) -> None:
    names = [f"{ID}-{number}" for number in range(6)]
    with ThreadPoolExecutor(len(names)) as pool:
        # Each request is a connection of its own, which any of the server's processes may take.
        asked = [pool.submit(ask, server, name) for name in names]
        for name in names:
            stop(server, name)
        types = {each.result().json()["type"].rpartition("/")[2] for each in asked}
    assert types == {"query-cancelled"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_whose_client_leaves_is_stopped(server: Server, method: str) -> None:
    address = urlsplit(server.client.address)
    if method == "GET":
        head, body = [f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1"], ""
    else:
        head, body = ["POST /sparql HTTP/1.1"], ENDLESS.decode()
        head += ["Content-Type: application/sparql-query", f"Content-Length: {len(body)}"]
    request = "\r\n".join([*head, "Host: x", "", body]).encode()
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(request)
        worker = wait_for_worker(server)
    wait_for_end(worker)


def test_what_is_said_of_a_worker_that_died_is_a_line_of_json(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, server, ID)
        os.kill(wait_for_worker(server), signal.SIGSEGV)
        assert asked.result().json()["type"].endswith("/engine-lost")


def test_all_queries_under_an_id_are_stopped(server: Server) -> None:
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask, server, ID) for _ in range(3)]

        def are_stopped() -> bool:
            server.client.send("DELETE", f"/query/{ID}")
            return all(each.done() for each in asked)

        wait_for_worker(server)
        wait_until(are_stopped, "the answers")
        assert {each.result().status for each in asked} == {503}


def test_no_other_query_is_stopped(server: Server) -> None:
    with ThreadPoolExecutor(2) as pool:
        mine, other = pool.submit(ask, server, ID), pool.submit(ask, server, ID[::-1])
        wait_for_worker(server)
        for name in ("unknown-id", ID[:-1], "short", "no%20id%20at%20all", "..%2F..%2Fsparql"):
            assert server.client.send("DELETE", f"/query/{name}").status in (404, 405)
        for query, asked in ((ID, mine), (ID[::-1], other)):
            assert not other.done()
            stop(server, query)
            assert asked.result().status == 503


def test_a_query_under_an_id_is_answered_as_any_other(server: Server) -> None:
    assert ask(server, ID, b"ASK { }").json()["boolean"] is True


@pytest.mark.parametrize("name", ["short", "x" * 65, "with space", "semi;colon", "ünicode-ü"])
def test_what_is_no_id_is_refused(server: Server, name: str) -> None:
    answer = ask(server, name, b"ASK { }")
    assert (answer.status, answer.media_type) == (400, "application/problem+json")


def test_pages_of_other_sites_cannot_use_it(server: Server) -> None:
    preflight = server.client.send("OPTIONS", "/query/" + ID)
    assert "DELETE" not in preflight.headers["access-control-allow-methods"]
    assert "x-query-id" not in preflight.headers["access-control-allow-headers"].lower()
