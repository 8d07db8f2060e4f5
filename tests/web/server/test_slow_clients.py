"""Clients that send or read slowly, or not at all, are no hindrance to others."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from tests.loops import running_loop
from tests.web.asgi_client import AsgiClient, scope
from werkzeug.exceptions import ServiceUnavailable

from cstokg.store import Written
from cstokg.store.serialization import LARGE, Spool, put_aside
from cstokg.web.application import create_app
from cstokg.web.server import bridge, slow_clients
from cstokg.web.server.front import Front
from cstokg.web.server.slow_clients import BODIES, Places, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.conftest import Client, Start

    from cstokg import Dataset

QUERY = {"Content-Type": "application/sparql-query"}
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


def test_small_bodies_that_do_not_come(client: Client, connections: ExitStack) -> None:
    slow = [
        connect(connections, client, HEAD + b"Content-Length: 100\r\n\r\nAS") for _ in range(100)
    ]
    time.sleep(0.2)
    assert_others_are_answered(client)
    assert client.send("POST", "/sparql", QUERY, b"ASK { }").status == 200
    for connection in slow[:3]:
        connection.sendall(b"K { }" + b" " * 93)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_large_bodies_that_do_not_come(client: Client, connections: ExitStack) -> None:
    begun = HEAD + b"Content-Length: 100000\r\n\r\nASK { }" + b" " * 50_000
    slow = [connect(connections, client, begun) for _ in range(BODIES)]
    time.sleep(0.2)
    assert_others_are_answered(client)
    assert client.send("POST", "/sparql", QUERY, b"ASK { }").status == 200
    # At once, it would be there before anybody waits for it.
    refused = connect(connections, client, begun).recv(4096)
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 2" in refused
    assert b"application/problem+json" in refused
    assert b"GET" in refused
    slow.pop().close()
    deadline = time.monotonic() + 10
    while True:
        another = connect(connections, client, begun)
        another.settimeout(1)
        try:
            another.recv(1)
        except TimeoutError:  # it is waited for
            break
        assert time.monotonic() < deadline
    for connection in [*slow[:3], another]:
        connection.sendall(b" " * (100_000 - 50_007))
        connection.settimeout(10)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("begun", [b"ASK", b"ASK { }" + b" " * 50_000], ids=["small", "large"])
def test_a_body_that_comes_too_slowly_is_refused(
    small_dataset: Dataset, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(slow_clients, "HEAD_START", 0.1)
    monkeypatch.setattr(slow_clients, "RATE", 1_000_000)
    with running_loop() as loop:
        client = AsgiClient(Front(create_app(small_dataset)), loop)
        asked = scope("/sparql", {"Content-Type": "application/sparql-query"}, {}, "POST")
        answer = client.send(asked, [begun], more=True)
    assert answer.status == 408
    assert answer.headers["content-type"] == "application/problem+json"


def test_who_takes_nothing_of_a_large_answer_is_left(
    small_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "STANDSTILL", 0.1)
    monkeypatch.setattr(slow_clients, "STREAMS", 1)
    monkeypatch.setattr(
        type(small_dataset), "answer", lambda *_, **__: Written("select", "json", large())
    )
    monkeypatch.setattr(bridge, "_WHOLE", 1024)
    with running_loop() as loop:
        client = AsgiClient(Front(create_app(small_dataset)), loop)
        asked = scope("/sparql", {}, {"query": "SELECT * {}"})
        cut = client.send(asked, [], takes=1)
        assert 0 < len(cut.body) < LARGE
        assert not cut.whole
        whole = client.send(asked, [])  # there is a place again
        assert (whole.status, len(whole.body), whole.whole) == (200, LARGE, True)


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
    client = create_app(small_dataset).test_client()
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
