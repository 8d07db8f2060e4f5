"""The site over a SPARQL server that keeps the dataset: two sites on one, and its failures."""

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from tests.processes import listens, wait_until
from tests.remote.servers import SERVERS, free_ports, oxigraph_command, running
from tests.web.conftest import Answer, Client, Start, Writer
from tests.web.server.test_nginx import CONFIGURATION, PATHS

from cstokg.store.remote.connection import Endpoint
from cstokg.web.http.token_file import TokenFile

pytestmark = pytest.mark.slow

GRAPH = "https://w3id.org/cstokg/graph/notes"
NUMBER = f"/sparql?query={quote('SELECT ?n { <urn:x> <urn:number> ?n }')}"


def variables(endpoint: Endpoint, tokens: Path) -> dict[str, str]:
    return {
        "CSTOKG_STORE": f"sparql:{endpoint.query}",
        "CSTOKG_STORE_UPDATE": endpoint.update,
        "CSTOKG_STORE_USER": endpoint.user,
        "CSTOKG_STORE_PASSWORD": endpoint.password,
        "CSTOKG_WRITABLE": "1",
        "CSTOKG_TOKENS": str(tokens),
        "CSTOKG_TIMEOUT": "5",
        "CSTOKG_WORKERS": "1",
        "CSTOKG_WEB_PROCESSES": "2",
    }


@pytest.fixture(
    scope="module", params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.long)]
)
def two_servers(
    request: pytest.FixtureRequest,
    start_server: Start,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Writer, list[Client]]]:
    """A client of nginx, before two servers on one store, and the clients of each of them."""
    nginx = shutil.which("nginx", path=PATHS)
    if nginx is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    secret = TokenFile(folder / "tokens").make("tests")
    (port,) = free_ports(1)
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as endpoint:
        servers = [start_server(**variables(endpoint, folder / "tokens")) for _ in range(2)]
        upstream = " ".join(f"server {urlsplit(each.client.address).netloc};" for each in servers)
        text = CONFIGURATION.format(
            folder=folder, port=port, prefix="", server="both", passed_on="/"
        )
        configuration = folder / "nginx.conf"
        configuration.write_text(text.replace("http {", f"http {{ upstream both {{ {upstream} }}"))
        with ExitStack() as stack:
            process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(configuration)])
            stack.callback(process.wait)
            stack.callback(process.terminate)
            wait_until(lambda: listens(port), "nginx")
            client = Client(f"http://127.0.0.1:{port}", servers[0].client.log)
            yield Writer(client, secret, folder), [each.client for each in servers]
        for each in servers:
            each.stop()


def number(answer: Answer) -> str:
    assert answer.status == 200, answer.text
    return str(answer.json()["results"]["bindings"][0]["n"]["value"])


def test_after_a_write_no_server_gives_a_stale_answer(
    two_servers: tuple[Writer, list[Client]],
) -> None:
    writer, clients = two_servers
    everyone = [writer.client, *clients, writer.client]
    tag = ""
    for each in range(3):
        new = f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <urn:x> <urn:number> {each} }} }}"
        made = writer.update(f"DELETE WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} ; {new}")
        assert made.status == 200, made.text
        assert made.json()["added"] == 1
        for client in everyone:
            found = client.send("GET", NUMBER, {"If-None-Match": tag} if tag else {})
            assert number(found) == str(each)
            assert (
                client.send("GET", NUMBER, {"If-None-Match": found.headers["etag"]}).status == 304
            )
            assert f"<urn:number> {each}" in client.send("GET", "/graph/notes").text
        tag = found.headers["etag"]
    assert writer.send("DELETE", "/graph/notes").status == 204
    for client in everyone:
        assert client.send("GET", "/graph/notes").status == 404
        assert client.get("SELECT ?n { <urn:x> <urn:number> ?n }").json()["results"] == {
            "bindings": []
        }


def test_pages_and_refusals_are_as_over_any_store(
    two_servers: tuple[Writer, list[Client]],
) -> None:
    writer, _ = two_servers
    for path in ("/", "/page/state/alda", "/as-of", "/claims", "/ontology", "/timeline", "/readyz"):
        assert writer.client.page(path).status == 200, path
    refused = writer.update("INSERT DATA { membership:x a ckg:Membership }")
    assert refused.status == 422
    assert refused.json()["type"].endswith("/shape-violation")
    assert writer.update("INSERT DATA {\n oops").json()["line"] == 2
    mistaken = writer.client.get("SELECT * {\n oops")
    assert (mistaken.status, mistaken.json()["line"]) == (400, 2)
    posted = writer.client.send(
        "POST",
        "/shacl",
        {"Content-Type": "text/turtle", "Accept": "application/json"},
        b"<urn:m> a <https://w3id.org/cstokg/ontology#Membership> .",
    )
    assert posted.json()["conforms"] is False


def test_a_store_that_is_slow_or_gone_is_told_of_until_it_is_back(
    start_server: Start, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    endpoint = Endpoint(f"http://127.0.0.1:{port}/query", f"http://127.0.0.1:{port}/update")
    secret = TokenFile(tmp_path / "tokens").make("tests")
    command = oxigraph_command(port, tmp_path)
    with running(command, tmp_path, port) as store:
        server = start_server(**variables(endpoint, tmp_path / "tokens") | {"CSTOKG_TIMEOUT": "1"})
        writer, client = Writer(server.client, secret, tmp_path), server.client
        query = "ASK { ?s a ckg:State }"
        assert client.get(query).json()["boolean"] is True
        store.send_signal(signal.SIGSTOP)
        slow = client.get(query)
        assert (slow.status, slow.json()["type"].rpartition("/")[2]) == (503, "query-timeout")
        assert "1 seconds" in slow.json()["detail"]
        store.send_signal(signal.SIGCONT)
        assert client.get(query).json()["boolean"] is True
    for answer in (
        client.get(query),
        client.send("GET", "/page/state/alda", {"Accept": "application/json"}),
        writer.update("INSERT DATA { <urn:a> <urn:p> 1 }"),
    ):
        assert answer.status == 503
        assert answer.media_type == "application/problem+json"
        assert answer.json()["type"].endswith("/store-unavailable")
        assert str(port) not in answer.text
    assert client.send("GET", "/healthz").status == 200
    assert client.send("GET", "/readyz").status == 503
    assert f"the store at {endpoint.query} cannot be asked" in client.log.read_text()
    with running(command, tmp_path, port):
        assert client.get(query).json()["boolean"] is True
        assert writer.update("INSERT DATA { <urn:a> <urn:p> 1 }").status == 200
    server.stop()


@pytest.mark.parametrize(
    ("store", "message"),
    [
        ("sparql:http://127.0.0.1:9/query", r"http://127\.0\.0\.1:9/query: .*refused"),
        ("sparql:ftp://localhost/query", "is not the address of a SPARQL server"),
        ("sparql:http://me:secret@localhost/query", "is not the address of a SPARQL server"),
    ],
)
def test_a_store_that_cannot_be_used_is_told_of_at_the_start(
    store: str, message: str, small_project: Path
) -> None:
    command = [sys.executable, "-m", "cstokg", "--project", str(small_project)]
    ended = subprocess.run(
        [*command, "serve", "--port", "0", "--store", store],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode not in (0, None)
    assert re.search(message, ended.stderr), ended.stderr
    assert "Traceback" not in ended.stderr
