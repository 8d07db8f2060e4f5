"""Clients that send or read slowly, or not at all, are no hindrance to others."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import ServiceUnavailable

from cstokg.store import Written
from cstokg.store.written import LARGE, Spool, put_aside
from cstokg.web import create_app, slow_clients
from cstokg.web.slow_clients import BODIES, Places, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Client, Start

    from cstokg import Dataset

HEAD = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"


@pytest.fixture(scope="module")
def client(start_server: Start) -> Iterator[Client]:
    server = start_server()
    yield server.client
    server.stop()


@pytest.fixture
def connections() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def connect(stack: ExitStack, client: Client, sent: bytes) -> socket.socket:
    address = urlsplit(client.address)
    connection = socket.create_connection((address.hostname, address.port), timeout=10)
    stack.enter_context(connection)
    connection.sendall(sent)
    return connection


def assert_others_are_answered(client: Client) -> None:
    for _ in range(3):
        begin = time.perf_counter()
        assert client.get("ASK { }").json()["boolean"] is True
        assert client.send("GET", "/healthz").status == 200
        assert time.perf_counter() - begin < 2


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nX-"],
    ids=["nothing", "half-a-head"],
)
def test_connections_on_which_nothing_comes(
    client: Client, connections: ExitStack, sent: bytes
) -> None:
    for _ in range(300):
        connect(connections, client, sent)
    assert_others_are_answered(client)


def test_clients_that_say_no_more_and_listen(client: Client, connections: ExitStack) -> None:
    for _ in range(40):
        request = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
        connect(connections, client, request).shutdown(socket.SHUT_WR)
    assert_others_are_answered(client)


def test_clients_that_leave_before_the_answer(client: Client, connections: ExitStack) -> None:
    for _ in range(40):
        connect(connections, client, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").close()
    assert_others_are_answered(client)


def test_bodies_that_do_not_come(client: Client, connections: ExitStack) -> None:
    slow = [
        connect(connections, client, HEAD + b"Content-Length: 100\r\n\r\nAS") for _ in range(BODIES)
    ]
    time.sleep(0.2)
    assert_others_are_answered(client)
    query = {"Content-Type": "application/sparql-query"}
    refused = client.send("POST", "/sparql", query, b"ASK { }")
    assert (refused.status, refused.media_type) == (503, "application/problem+json")
    assert refused.headers["retry-after"] == "2"
    assert "GET" in refused.json()["detail"]
    slow.pop().close()
    deadline = time.monotonic() + 10
    while client.send("POST", "/sparql", query, b"ASK { }").status != 200:
        assert time.monotonic() < deadline
    for connection in slow[:3]:
        connection.sendall(b"K { }" + b" " * 93)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_a_large_answer_has_a_place_until_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "STREAMS", 1)
    places, spool = Places(), large()
    first = Stream(spool, places)
    with pytest.raises(ServiceUnavailable):
        Stream(spool, places)
    first.close()
    second = Stream(spool, places)
    assert b"".join(second) == b"x" * LARGE
    del second
    first.close()  # once more
    Stream(spool, places)


def test_too_many_large_answers_at_once_are_refused(
    small_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_clients, "STREAMS", 1)
    monkeypatch.setattr(
        type(small_dataset), "answer", lambda *_, **__: Written("select", "json", large())
    )
    client = create_app(small_dataset, cache_size=0).test_client()
    asked = "/sparql?query=SELECT * {}"
    first = client.get(asked)
    assert client.get(asked).status_code == 503
    assert len(first.data) == LARGE
    first.close()
    for method in ("HEAD", "GET", "HEAD"):
        answer = client.open(asked, method=method)
        assert answer.status_code == 200
        assert answer.headers["Content-Length"] == str(LARGE)
        answer.close()


def large() -> Spool:
    content = put_aside(Written("select", "json", b"x" * LARGE)).content
    assert isinstance(content, Spool)
    return content
