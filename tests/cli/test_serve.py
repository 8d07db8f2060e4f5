import json
import signal
import socket
import urllib.request

import pytest
from tests.cli.conftest import Run, Start, served_address


@pytest.mark.parametrize(
    ("stop", "workers"), [(signal.SIGINT, "--workers"), (signal.SIGTERM, "--engines")]
)
def test_the_server_answers_and_stops_cleanly(
    start: Start, stop: signal.Signals, workers: str
) -> None:
    process = start("serve", "--port", "0", workers, "1", "--web-processes", "1")
    address = served_address(process)
    with urllib.request.urlopen(f"{address}/sparql?query=ASK%7B%7D", timeout=60) as answer:
        assert answer.status == 200
    process.send_signal(stop)
    output, errors = process.communicate(timeout=60)
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
