from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Run, Start


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_server_answers_soon_and_stops_cleanly(start: Start, stop: signal.Signals) -> None:
    begin = time.perf_counter()
    process = start("serve", "--port", "0")
    assert process.stdout is not None
    address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    assert address is not None
    with urllib.request.urlopen(f"{address.group()}/sparql?query=ASK%7B%7D", timeout=5) as answer:
        assert answer.status == 200
    assert time.perf_counter() - begin < 2
    process.send_signal(stop)
    output, errors = process.communicate(timeout=10)
    assert (process.returncode, output) == (0, "")
    assert [json.loads(line)["path"] for line in errors.splitlines()] == ["/sparql"]


def test_a_taken_port_is_an_error_that_suggests_another(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        # A project that cannot be built shows that the port is looked at first.
        result = run("--project", "/nowhere", "serve", "--port", str(port))
    assert result.exit_code == 2
    assert f"127.0.0.1:{port}" in result.stderr
    assert "--port" in result.stderr.partition("hint:")[2]


def test_an_unknown_host_is_an_error(run: Run) -> None:
    result = run("serve", "--host", "no.such.host.invalid")
    assert result.exit_code == 2
    assert "no.such.host.invalid" in result.stderr


def test_a_project_that_cannot_be_built_is_an_error(run: Run) -> None:
    result = run("--project", "/nowhere", "serve", "--port", "0")
    assert result.exit_code == 2
    assert "/nowhere/ontology" in result.stderr


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for the worker's process")
def test_a_worker_that_is_killed_is_replaced(start: Start) -> None:
    process = start("serve", "--port", "0")
    assert process.stdout is not None
    address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    assert address is not None
    # Of all children only the web server has one itself: the worker.
    (worker,) = (child for parent in _children(process.pid) for child in _children(parent))
    os.kill(worker, signal.SIGKILL)
    # The replacement says once more that it answers.
    assert address.group() in process.stdout.readline()
    with urllib.request.urlopen(f"{address.group()}/sparql?query=ASK%7B%7D", timeout=5) as answer:
        assert answer.status == 200
    process.terminate()
    process.communicate(timeout=10)
    assert process.returncode == 0
