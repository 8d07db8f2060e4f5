"""A real server with small bounds, the processes under it, and the queries that try them."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 1.0
MEMORY = 192
MAX_ROWS = 5000

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

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
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=20)
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        begin = time.perf_counter()
        try:
            connection.request("POST", "/sparql", urlencode({"query": query}), headers)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            body = response.read()
        finally:
            connection.close()
        return Reply(response.status, names, body, time.perf_counter() - begin)

    def engines(self) -> list[int]:
        """The processes that answer queries: the children that have no child."""
        return [pid for pid in children(self.process.pid) if not children(pid)]

    def worker(self) -> int:
        """The process that speaks HTTP: the child of a child."""
        (pid,) = (pid for child in children(self.process.pid) for pid in children(child))
        return pid


def children(pid: int) -> list[int]:
    try:
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    except OSError:  # it has ended meanwhile
        return []


def processor_seconds(pids: list[int]) -> float:
    """The processor time that processes have used so far."""
    used = 0.0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        used += (int(fields[11]) + int(fields[12])) / _TICKS
    return used


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
            [sys.executable, "-m", "cstokg", "serve", "--port", "0", "--engines", "2", *options],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    assert process.stdout is not None
    address = re.search(r"http://\S+?(?=/ )", process.stdout.readline())
    if address is None:
        pytest.fail(f"the server did not start: {log.read_text()}")
    yield Server(process, address.group())
    process.terminate()
    process.communicate(timeout=15)
    assert process.returncode == 0
    assert "Traceback" not in log.read_text()
