"""One real server for all tests of the web application, and a plain HTTP client."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from tests.processes import kill_group

from cstokg import Dataset, load_questions, load_settings
from cstokg.shacl.posted_graph import shapes_graph, validate_posted_graph
from cstokg.web.application import create_app
from cstokg.web.http.token_file import TokenFile
from cstokg.web.protocol.shacl import Validator


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Talks to the server without a library that would mend or refuse what a test sends."""

    address: str
    log: Path

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 60,
    ) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=timeout)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def get(self, query: str, accept: str = "", **parameters: str) -> Answer:
        """Ask a query in the address of a GET."""
        path = f"/sparql?{urlencode({'query': query, **parameters})}"
        return self.send("GET", path, {"Accept": accept} if accept else {})

    def page(self, path: str) -> Answer:
        """Ask for a page as a browser does."""
        browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
        return self.send("GET", path, {"Accept": browser})


@dataclass
class Server:
    """A server in a process group of its own, with its log in a file: a pipe would fill."""

    process: subprocess.Popen[str]
    client: Client

    def stop(self) -> list[Any]:
        """Stop it as a service manager does; return the entries of its log, all of it JSON."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0, self.client.log.read_text()
        return log_entries(self.client)


def log_entries(client: Client) -> list[dict[str, Any]]:
    """Return what the log of a server says so far, all of it JSON."""
    return [json.loads(line) for line in client.log.read_text().splitlines()]


Start = Callable[..., Server]


@pytest.fixture(scope="session")
def start_server(
    small_project: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Start]:
    with ExitStack() as started:

        def start(*options: str, **environment: str) -> Server:
            log = tmp_path_factory.mktemp("log") / "stderr"
            command = [sys.executable, "-m", "cstokg", *options, "--project", str(small_project)]
            with log.open("w") as stderr:
                process = subprocess.Popen(
                    [*command, "serve", "--port", "0"],
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    text=True,
                    env={**os.environ, "CSTOKG_CACHE": str(cache), **environment},
                    start_new_session=True,
                )
            started.callback(kill_group, process)
            assert process.stdout is not None
            started.callback(process.stdout.close)
            address = re.search(r"http://\S+?(?=/ )", process.stdout.readline())
            if address is None:
                pytest.fail(f"the server did not start: {log.read_text()}")
            return Server(process, Client(address.group(), log))

        yield start


@dataclass(frozen=True)
class Writer:
    """A client of a server that takes writes, with a token that it knows."""

    client: Client
    token: str
    tokens: Path

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Send a request with the token."""
        known = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return self.client.send(method, path, known, body)

    def update(self, text: str, **headers: str) -> Answer:
        """Send a SPARQL Update by direct POST."""
        sent = {"Content-Type": "application/sparql-update", **headers}
        return self.send("POST", "/sparql", sent, text.encode())

    def ask(self, pattern: str) -> bool:
        """Ask without the token whether the dataset has a pattern."""
        return bool(self.client.get(f"ASK {{ {pattern} }}").json()["boolean"])


@pytest.fixture(scope="session")
def writer(start_server: Start, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    tokens = tmp_path_factory.mktemp("tokens") / "tokens.json"
    secret = TokenFile(tokens).make("tests")
    server = start_server(CSTOKG_WRITABLE="1", CSTOKG_TOKENS=str(tokens))
    yield Writer(server.client, secret, tokens)
    entries = server.stop()
    assert entries
    assert secret not in server.client.log.read_text()


@pytest.fixture(scope="session")
def site(dataset: Dataset) -> FlaskClient:
    """The project's own dataset, served without a network: its exports are made once."""
    shapes = load_settings().shapes
    validator = Validator(
        shapes_graph(shapes), partial(validate_posted_graph, dataset, shapes=shapes)
    )
    return create_app(dataset, load_questions(), validator=validator).test_client()


@pytest.fixture(scope="session")
def client(start_server: Start) -> Iterator[Client]:
    server = start_server()
    yield server.client
    assert all({"method", "path", "status", "ms"} <= entry.keys() for entry in server.stop())
