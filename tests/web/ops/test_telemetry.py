import json
import re
import socket
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from tests.processes import children, descendants, is_alive, wait_until, worked
from tests.web.conftest import Answer, Client, Start, log_entries

from cstokg import Dataset
from cstokg.web.application import create_app

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


def entries(client: Client, path: str) -> list[dict[str, Any]]:
    """Return the log's entries for `path`. A line is written before its answer is sent."""
    return [entry for entry in log_entries(client) if entry.get("path") == path]


def other_lines(client: Client) -> list[str]:
    """Return the lines of the log that are not about queries."""
    lines = client.log.read_text().splitlines()
    return [line for line in lines if json.loads(line).get("path") != "/sparql"]


def value(answer: Answer, series: str) -> float:
    """Return the value of a series, 0 where it has not begun."""
    found = re.search(rf"^{re.escape(series)} (\S+)$", answer.text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_a_server_that_lives_and_answers_says_so(client: Client) -> None:
    for path, word in (("/healthz", "alive"), ("/readyz", "ready")):
        for method in ("GET", "HEAD"):
            answer = client.send(method, path)
            assert answer.status == 200
            assert answer.headers["cache-control"] == "no-store"
            assert answer.media_type == "text/plain"
        assert client.send("GET", path).text == f"{word}\n"


def test_metrics_count_requests_and_refusals(client: Client) -> None:
    counted = 'cstokg_requests_total{endpoint="sparql.endpoint",method="GET",status="400"}'
    refused = 'cstokg_rejections_total{status="400"}'
    took = 'cstokg_request_seconds_count{endpoint="sparql.endpoint"}'
    before = client.send("GET", "/metrics")
    client.get("ASK {")
    after = client.send("GET", "/metrics")
    assert after.media_type == "text/plain"
    for series in (counted, refused, took):
        assert value(after, series) == value(before, series) + 1
    assert value(after, 'cstokg_queries_stopped_total{bound="query-timeout"}') == 0
    assert value(after, 'cstokg_store_triples{graph="links/ost-1999"}') == 4
    assert value(after, "process_resident_memory_bytes") > 0


def test_nothing_that_is_sent_becomes_a_label(client: Client) -> None:
    client.send("BREW", "/somewhere-new")
    client.send("GET", "/somewhere-new?x=%22%7D")
    text = client.send("GET", "/metrics").text
    assert "BREW" not in text
    assert "somewhere-new" not in text
    assert 'method="other"' in text


def test_a_request_has_one_line_with_the_hash_of_its_query(client: Client) -> None:
    query = "ASK { <http://example.org/whispered> ?p ?o }"
    client.send("GET", f"/sparql/?query={quote(query)}")
    entry = entries(client, "/sparql/")[-1]
    assert entry["method"] == "GET"
    assert entry["status"] == 200
    assert entry["query_sha256"] == sha256(query.encode()).hexdigest()
    assert isinstance(entry["ms"], float)
    assert "whispered" not in client.log.read_text()


def test_each_of_many_requests_at_once_has_its_line(client: Client) -> None:
    queries = [f"ASK {{ ?s ?p {number} }}" for number in range(200)]
    with ThreadPoolExecutor(16) as pool:
        assert {answer.status for answer in pool.map(client.get, queries)} == {200}
    digests = [sha256(query.encode()).hexdigest() for query in queries]
    hashes = Counter(entry.get("query_sha256") for entry in entries(client, "/sparql"))
    assert [digest for digest in digests if hashes[digest] != 1] == []


@pytest.mark.parametrize(
    "path",
    [
        "/line%0A%7B%22status%22:200%7D",
        "/line%0D%0A",
        "/line%1B%5B31m",
        "/line%E2%80%A8",
        "/line%22",
        "/line%FF",
    ],
)
def test_no_path_writes_a_second_line(client: Client, path: str) -> None:
    before = len(other_lines(client))
    answer = client.send("GET", path)
    assert answer.status == 404
    lines = other_lines(client)
    assert len(lines) == before + 1
    assert lines[-1].isascii()
    assert lines[-1].isprintable()
    assert json.loads(lines[-1])["status"] == 404


@pytest.mark.parametrize("inserted", ["%0D%0AX-Injected:%201", "%0AX-Injected:%201"])
def test_no_request_writes_a_header(client: Client, inserted: str) -> None:
    for path in (
        f"/{inserted}",
        f"/sparql{inserted}",
        f"/graph/{inserted}",
        f"/sparql?format={inserted}&query=ASK%7B%7D",
        f"/rdf-graph-store?graph=http://example.org/{inserted}",
    ):
        answer = client.send("GET", path)
        assert "x-injected" not in answer.headers
        assert answer.status in (400, 404, 406)


def test_a_fault_of_ours_is_logged_on_a_line_of_its_own(
    small_dataset: Dataset, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(small_dataset)

    @app.before_request
    def fault() -> None:
        raise RuntimeError("a secret of ours")

    answer = app.test_client().get("/x%0AERROR%20forged")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    (record,) = caplog.records
    assert "\n" not in record.getMessage()


def test_a_long_path_is_cut_in_the_log(client: Client) -> None:
    client.send("GET", "/long" + "x" * 5000)
    entry = json.loads(other_lines(client)[-1])
    assert len(str(entry["path"])) == 200


def test_the_text_of_a_query_is_logged_on_demand_alone(start_server: Start) -> None:
    server = start_server("--verbose")
    server.client.get("ASK { ?asked ?for ?this }")
    # Before the server is made, the log is that of the command line.
    lines = [line for line in server.client.log.read_text().splitlines() if line.startswith("{")]
    logged = [entry for entry in map(json.loads, lines) if entry.get("path") == "/sparql"]
    assert [entry["query"] for entry in logged] == ["ASK { ?asked ?for ?this }"]


@pytest.mark.skipif(sys.platform != "linux", reason="queries are bounded on Linux alone")
def test_a_query_that_is_stopped_is_counted_and_logged(start_server: Start) -> None:
    server = start_server(CSTOKG_TIMEOUT="0.1")
    answer = server.client.get(ENDLESS)
    assert answer.status == 503
    numbers = server.client.send("GET", "/metrics")
    assert value(numbers, 'cstokg_queries_stopped_total{bound="query-timeout"}') == 1
    stopped, _ = server.stop()
    assert (stopped["status"], stopped["stopped"]) == (503, "query-timeout")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes by /proc")
def test_a_server_that_is_stopped_ends_and_leaves_no_process(start_server: Start) -> None:
    server = start_server(CSTOKG_TIMEOUT="3600")
    address = urlsplit(server.client.address)
    request = f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n"
    below = descendants(server.process.pid)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(request.encode())
        wait_until(
            lambda: any(worked(pid) > 20 for pid in children(server.process.pid)), "work to begin"
        )
        below += descendants(server.process.pid)
        server.stop()
        with suppress(ConnectionResetError):
            assert b" 200 " not in connection.recv(100)
    assert len(below) > 3
    wait_until(lambda: not any(map(is_alive, below)), "the end of all processes")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((address.hostname, address.port))
