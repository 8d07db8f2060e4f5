"""A server that may ask another: the one that its operator names, and none beside it."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from tests.processes import DEADLINE
from tests.web.conftest import Client, Start
from tests.web.protocol.test_egress import SERVICES

Visits = tuple[str, list[str]]


@pytest.fixture(scope="module")
def federated(start_server: Start, client: Client) -> Iterator[Client]:
    """A server that may ask the one of `client`."""
    server = start_server(CSTOKG_ALLOW_SERVICE=urlsplit(client.address).netloc)
    yield server.client
    server.stop()


@pytest.fixture
def visits() -> Iterator[Visits]:
    """The address of a server that fails, and the paths that it was asked for."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/elsewhere":
                self.send_response(302)
                self.send_header("Location", "/sparql")
                self.end_headers()
            else:
                self.send_error(500)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as other:
        thread = Thread(target=other.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{other.server_port}/sparql", seen
        other.shutdown()
        thread.join()


def test_a_named_server_is_asked(federated: Client, client: Client) -> None:
    here = client.get("SELECT ?s { ?s a ckg:State } ORDER BY ?s").json()
    query = f"SELECT ?s {{ SERVICE <{client.address}/sparql> {{ ?s a ckg:State }} }} ORDER BY ?s"
    answer = federated.get(query)
    assert answer.status == 200, answer.text
    assert answer.json()["results"] == here["results"]
    assert answer.json()["results"]["bindings"]


def test_what_it_answers_is_not_kept(federated: Client, client: Client) -> None:
    query = f"ASK {{ SERVICE <{client.address}/sparql> {{ ?s a ckg:State }} }}"
    assert "etag" not in federated.get(query).headers


def test_a_server_that_is_not_named_is_not_asked(federated: Client, visits: Visits) -> None:
    address, seen = visits
    for query in SERVICES.values():
        text = query.replace("URL", address).replace("REST", address.removeprefix("http:"))
        assert federated.get(text).status == 400, text
    assert seen == []


def test_the_refusal_names_the_servers_that_may_be_asked(federated: Client, client: Client) -> None:
    problem = federated.get("ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }").json()
    assert "127.0.0.1 is not among" in problem["detail"]
    assert urlsplit(client.address).netloc in problem["hint"]


def test_a_named_server_that_says_nothing_keeps_nobody_waiting(start_server: Start) -> None:
    with ThreadPoolExecutor(4) as pool, ExitStack() as connections:
        silent = connections.enter_context(socket.create_server(("127.0.0.1", 0)))
        silent.settimeout(DEADLINE)
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        server = start_server(CSTOKG_ALLOW_SERVICE=host, CSTOKG_WORKERS="1", CSTOKG_TIMEOUT="3600")
        query = f"ASK {{ SERVICE <http://{host}/> {{ ?s ?p ?o }} }}"
        asked = [pool.submit(server.client.get, query) for _ in range(4)]
        for _ in asked:
            connections.enter_context(silent.accept()[0])
        assert server.client.get("ASK { ?s a ckg:State }").status == 200
        assert not any(future.done() for future in asked)
        connections.close()  # the other server is gone, which is an answer
        assert {future.result().status for future in asked} == {502}
    server.stop()


def test_a_named_server_that_fails_is_a_clean_error(start_server: Start, visits: Visits) -> None:
    address, seen = visits
    server = start_server(CSTOKG_ALLOW_SERVICE=urlsplit(address).netloc)
    answer = server.client.get(f"ASK {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
    assert (answer.status, answer.media_type) == (502, "application/problem+json"), answer.text
    assert seen == ["/sparql"]
    moved = server.client.get(f"ASK {{ SERVICE <{address.replace('sparql', 'elsewhere')}> {{}} }}")
    assert moved.status == 502
    assert seen == ["/sparql", "/elsewhere"]  # and not where that leads
    silent = server.client.get(f"ASK {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}")
    assert silent.status == 200
    server.stop()
