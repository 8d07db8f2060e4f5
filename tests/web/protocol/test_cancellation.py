"""Whoever asks a query under an id can stop it, and nobody else."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest
from tests.engine.conftest import children, processor_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Answer, Server, Start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="engines are on Linux alone")

ENDLESS = b"SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
ID = "3f1c2a90-7f0e-4c1b-9a51-0c1d2e3f4a5b"


@pytest.fixture(scope="module")
def server(start_server: Start) -> Iterator[Server]:
    server = start_server()
    yield server
    entries = server.stop()
    assert any(entry.get("stopped") == "query-cancelled" for entry in entries)
    assert any(entry.get("status") == 499 for entry in entries)  # its client had left
    assert any("an engine died" in entry.get("message", "") for entry in entries)


def ask(server: Server, name: str, query: bytes = ENDLESS) -> Answer:
    headers = {"Content-Type": "application/sparql-query", "X-Query-Id": name}
    return server.client.send("POST", "/sparql", headers, query)


def engines(server: Server) -> list[int]:
    return [pid for pid in children(server.process.pid) if not children(pid)]


def wait_until_busy(server: Server) -> None:
    deadline = time.monotonic() + 5
    while True:
        found = engines(server)
        before = processor_seconds(found)
        time.sleep(0.2)
        if processor_seconds(found) - before > 0.05:
            return
        assert time.monotonic() < deadline


@pytest.mark.parametrize("query", [ENDLESS, ENDLESS + b"#" * 100_000], ids=["small", "large"])
def test_a_query_is_stopped_with_its_engine(server: Server, query: bytes) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, server, ID, query)
        wait_until_busy(server)
        begin = time.monotonic()
        assert server.client.send("DELETE", f"/query/{ID}").status == 204
        answer = asked.result()
        assert time.monotonic() - begin < 1
    assert (answer.status, answer.media_type) == (503, "application/problem+json")
    assert answer.json()["type"].endswith("/query-cancelled")
    time.sleep(0.2)
    left = engines(server)
    before = processor_seconds(left)
    time.sleep(0.3)
    assert processor_seconds(left) - before < 0.1
    assert server.client.send("DELETE", f"/query/{ID}").status == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_whose_client_leaves_is_stopped(server: Server, method: str) -> None:
    address = urlsplit(server.client.address)
    if method == "GET":
        server.client.get("ASK { }")  # the next one is answered the short way
        lines = [
            f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1",
            f"Host: {address.netloc}",
            "Accept-Encoding: identity",
            "\r\n",
        ]
    else:
        lines = [
            "POST /sparql HTTP/1.1",
            "Host: x",
            "Content-Type: application/sparql-query",
            f"Content-Length: {len(ENDLESS)}",
            f"\r\n{ENDLESS.decode()}",
        ]
    request = "\r\n".join(lines).encode()
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(request)
        wait_until_busy(server)
    time.sleep(0.5)
    left = engines(server)
    before = processor_seconds(left)
    time.sleep(0.3)
    assert processor_seconds(left) - before < 0.1


def test_what_is_said_of_an_engine_that_died_is_a_line_of_json(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, server, ID)
        wait_until_busy(server)
        for pid in engines(server):
            os.kill(pid, signal.SIGSEGV)
        assert asked.result().json()["type"].endswith("/engine-lost")


def test_no_other_query_is_stopped(server: Server) -> None:
    with ThreadPoolExecutor(2) as pool:
        mine, other = pool.submit(ask, server, ID), pool.submit(ask, server, ID[::-1])
        wait_until_busy(server)
        for name in ("unknown-id", ID[:-1], "short", "no%20id%20at%20all", "..%2F..%2Fsparql"):
            assert server.client.send("DELETE", f"/query/{name}").status in (404, 405)
        assert server.client.send("DELETE", f"/query/{ID}").status == 204
        assert mine.result().status == 503
        assert not other.done()
        assert server.client.send("DELETE", f"/query/{ID[::-1]}").status == 204


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
