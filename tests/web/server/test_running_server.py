"""A server of several processes, and clients that are slow, many, or gone."""

import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import quote, urlsplit

import pytest
from tests.processes import children, resident, wait_until
from tests.web.conftest import Client, Server, Start, log_entries

from cstokg.web.server.adapter import _BODIES, _THREADS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="one process alone serves there")

PROCESSES = 2
QUERY = {"Content-Type": "application/sparql-query"}
HEAD = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
FORM = "application/x-www-form-urlencoded"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
"""Some ten megabytes."""


@pytest.fixture(scope="module")
def server(start_server: Start) -> Iterator[Server]:
    server = start_server(CSTOKG_WEB_PROCESSES=str(PROCESSES), CSTOKG_TIMEOUT="600")
    yield server
    server.stop()


@pytest.fixture
def client(server: Server) -> Client:
    return server.client


@pytest.fixture
def connections() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def web_processes(server: Server) -> list[int]:
    """Return the processes that take requests: they have a parent of their own."""
    (parent,) = (pid for pid in children(server.process.pid) if children(pid))
    return children(parent)


def connect(stack: ExitStack, client: Client, sent: bytes) -> socket.socket:
    address = urlsplit(client.address)
    connection = socket.create_connection((address.hostname, address.port), timeout=60)
    stack.enter_context(connection)
    connection.sendall(sent)
    return connection


def assert_others_are_answered(client: Client) -> None:
    for _ in range(3 * PROCESSES):
        assert client.get("ASK { }").json()["boolean"] is True
        assert client.send("GET", "/healthz").status == 200
        assert client.send("POST", "/sparql", QUERY, b"ASK { }").status == 200


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
    begun = HEAD + b"Content-Length: 100\r\n\r\nAS"
    slow = [connect(connections, client, begun) for _ in range(PROCESSES * _THREADS + 50)]
    assert_others_are_answered(client)
    for connection in slow[-3:]:
        connection.sendall(b"K { }" + b" " * 93)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_large_bodies_that_do_not_come(client: Client, connections: ExitStack) -> None:
    begun = HEAD + b"Content-Length: 200000\r\n\r\nASK { }" + b" " * 99_993
    # One more than have a place in all processes together.
    slow = [connect(connections, client, begun) for _ in range(PROCESSES * _BODIES + 1)]
    assert_others_are_answered(client)
    for connection in slow:
        connection.setblocking(False)
    refusals: list[bytes] = []

    def is_refused() -> bool:
        for connection in slow:
            try:
                refusals.append(connection.recv(4096))
            except BlockingIOError:
                continue
            slow.remove(connection)
            return True
        return False

    wait_until(is_refused, "a refusal")
    refused = refusals[0]
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 2" in refused
    assert b"application/problem+json" in refused
    for connection in slow[:3]:
        connection.settimeout(60)
        connection.sendall(b" " * 100_000)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_large_answers_that_nobody_reads_take_no_memory(
    server: Server, connections: ExitStack
) -> None:
    client = server.client
    size = len(client.get(LARGE).body)
    assert size > 5_000_000
    before = sum(map(resident, web_processes(server)))
    head = f"GET /sparql?query={quote(LARGE)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    readers = []
    for _ in range(8):
        readers.append(connect(connections, client, head.encode()))
        assert readers[-1].recv(16).startswith(b"HTTP/1.1 200 ")
    assert_others_are_answered(client)
    assert sum(map(resident, web_processes(server))) - before < 8 * size / 2
    read = 0
    while piece := readers[0].recv(65536):
        read += len(piece)
    assert read > size  # with the headers


@pytest.mark.parametrize("content_type", ["application/sparql-query", FORM])
@pytest.mark.parametrize(
    "sent",
    [
        CHUNKED + b"zz\r\nASK{}\r\n0\r\n\r\n",
        CHUNKED + b"-5\r\nASK{}\r\n0\r\n\r\n",
        CHUNKED + b"ffffffffffffffffff\r\nASK{}\r\n0\r\n\r\n",
        CHUNKED + b"3\r\nASK{}\r\n0\r\n\r\n",
        CHUNKED + b"9\r\nASK{}\r\n0\r\n\r\n",
        CHUNKED + b"5\r\nASK{}0\r\n\r\n",
        CHUNKED + b"\r\nASK{}\r\n0\r\n\r\n",
        CHUNKED + b"5\r\nASK{}\r\n",
        CHUNKED + b"5\r\nAS",
        CHUNKED + b"5\r\nASK{}\r\n0\r\nno trailer\r\n\r\n",
        CHUNKED + b"5;%s\r\nASK{}\r\n0\r\n\r\n" % (b"x" * 20_000),
        b"Content-Length: 50\r\n\r\nASK{}",
    ],
)
def test_a_body_that_is_cut_or_wrongly_framed_is_refused_and_logged(
    client: Client, connections: ExitStack, content_type: str, sent: bytes
) -> None:
    before = len(log_entries(client))
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {content_type}\r\n".encode()
    connection = connect(connections, client, head + b"Connection: close\r\n" + sent)
    connection.shutdown(socket.SHUT_WR)
    answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert b"content-type: application/problem+json" in answer
    assert b"access-control-allow-origin: *" in answer
    assert [entry["status"] for entry in log_entries(client)[before:]] == [400]


def test_a_transfer_coding_that_is_not_known_is_refused(client: Client) -> None:
    headers = {**QUERY, "Transfer-Encoding": "gzip, chunked"}
    answer = client.send("POST", "/sparql", headers, b"5\r\nASK{}\r\n0\r\n\r\n")
    assert (answer.status, answer.media_type) == (501, "application/problem+json")


def test_headers_that_are_too_long_are_refused_with_the_way_out(client: Client) -> None:
    for method, headers in (("GET", 1), ("POST", 1), ("GET", 5)):
        long = {f"X-{number}": "x" * 70_000 for number in range(headers)}
        answer = client.send(method, "/sparql?query=ASK%7B%7D", long)
        assert (answer.status, answer.media_type) == (431, "application/problem+json")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "POST" in answer.json()["detail"]
    almost = client.send("GET", "/sparql?query=ASK%7B%7D", {"X-Long": "x" * 60_000})
    assert almost.status == 200


@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
def test_a_body_that_says_it_is_much_too_large_is_not_waited_for(
    client: Client, connections: ExitStack, expect: bytes
) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    length = b"Content-Length: 99999999999\r\n\r\n"
    connection = connect(connections, client, head + expect + length)
    assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_a_path_that_is_not_utf_8(client: Client) -> None:
    assert client.send("GET", "/page/state/%FF%FE").status == 404
    assert client.get("ASK { }").json()["boolean"] is True


def test_a_body_in_chunks_is_read_whole_or_refused(client: Client, connections: ExitStack) -> None:
    def chunks(count: int, content: bytes) -> bytes:
        return b"%x\r\n%s\r\n" % (len(content), content) * count + b"0\r\n\r\n"

    head = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    for body, status in (
        (chunks(8, b" " * 60_000 + b"#\n"), 400),
        (chunks(40, b"#" * 60_000), 413),
    ):
        connection = connect(connections, client, head + body)
        assert connection.recv(100).startswith(b"HTTP/1.1 %d " % status)
    asked = b"3\r\nASK\r\n" + chunks(1, b" { }")
    assert connect(connections, client, head + asked).recv(100).startswith(b"HTTP/1.1 200 ")


def test_what_all_processes_have_answered_is_counted_together(client: Client) -> None:
    def value(series: str) -> float:
        text = client.send("GET", "/metrics").text
        found = re.search(rf"^{re.escape(series)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    counted = 'cstokg_requests_total{endpoint="sparql.endpoint",method="GET",status="200"}'
    outcomes = [f'cstokg_result_cache_total{{outcome="{name}"}}' for name in ("hit", "miss")]
    before = [value(counted), *map(value, outcomes)]
    for _ in range(40):  # each on a connection of its own, which any process may take
        assert client.get("ASK { <urn:counted> ?p ?o }").status == 200
    after = [value(counted), *map(value, outcomes)]
    grown = [now - then for now, then in zip(after, before, strict=True)]
    assert grown[0] == 40
    # Each process answers itself once, and misses what the metrics themselves are asked for.
    assert 40 - PROCESSES <= grown[1] < 40


def test_a_web_process_that_is_killed_is_replaced(server: Server) -> None:
    before = web_processes(server)
    assert len(before) == PROCESSES
    os.kill(before[0], signal.SIGKILL)

    def is_replaced() -> bool:
        now = web_processes(server)
        return before[0] not in now and len(now) == PROCESSES

    wait_until(is_replaced, "another process")
    assert_others_are_answered(server.client)
