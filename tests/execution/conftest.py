"""A real server with small bounds, the processes under it, and the queries that try them."""

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from tests.processes import DEADLINE, children, kill_group

TIMEOUT = 2.0
MEMORY = 192
MAX_ROWS = 5000


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """The last part of the problem's type."""
        assert self.headers["content-type"] == "application/problem+json"
        return str(self.json()["type"]).rpartition("/")[2]


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    address: str

    @property
    def host(self) -> str:
        return str(urlsplit(self.address).hostname)

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or 0

    def ask(self, query: str, accept: str = "application/sparql-results+json") -> Reply:
        """Send a query by POST, so that it may be long."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=DEADLINE)
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", "/sparql", urlencode({"query": query}), headers)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            body = response.read()
        finally:
            connection.close()
        return Reply(response.status, names, body)

    def workers(self) -> list[int]:
        """The processes that answer queries: the children that have no child."""
        return [pid for pid in children(self.process.pid) if not children(pid)]

    def web_processes(self) -> list[int]:
        """The processes that speak HTTP: the children of a child."""
        return [pid for child in children(self.process.pid) for pid in children(child)]


def memory(pids: list[int]) -> int:
    """The memory that processes have to themselves, in bytes."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024
    return total


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "stderr"
    options = ["--timeout", str(TIMEOUT), "--memory", str(MEMORY), "--max-rows", str(MAX_ROWS)]
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "cstokg", "serve", "--port", "0", "--workers", "2", *options],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )
    try:
        assert process.stdout is not None
        address = re.search(r"http://\S+?(?=/ )", process.stdout.readline())
        assert address is not None, f"the server did not start: {log.read_text()}"
        yield Server(process, address.group())
        process.terminate()
        process.communicate(timeout=60)
        assert process.returncode == 0
        assert "Traceback" not in log.read_text()
    finally:
        kill_group(process)
