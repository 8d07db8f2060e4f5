"""Nothing that a request says makes the server call another one, or open a file.

A listener on loopback counts who comes. A control shows that it would notice.
"""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.processes import wait_until
from tests.web.conftest import Client

FORM = "application/x-www-form-urlencoded"
SECRET = "a line of a file that nobody may read"


@dataclass
class Listener:
    """Counts connections, and answers none."""

    listening: socket.socket
    visits: list[object] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}/sparql"

    def listen(self) -> None:
        while True:
            try:
                connection, visitor = self.listening.accept()
            except OSError:
                return
            self.visits.append(visitor)
            connection.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Listener(listening)
        thread = threading.Thread(target=made.listen)
        thread.start()
        yield made
        # Closing alone does not wake a thread that waits for visitors.
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=60)


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "secret.ttl"
    path.write_text(f'<http://example.org/s> <http://example.org/p> "{SECRET}" .\n')
    return path


# URL stands for the listener's address.
SERVICES = {
    "plain": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "lower case": "SELECT * { service silent <URL> { ?s ?p ?o } }",
    "mixed case": "SELECT * { SeRvIcE sIlEnT <URL> { ?s ?p ?o } }",
    "no space": "SELECT*{SERVICE<URL>{?s ?p ?o}}",
    "comment between": "SELECT * { SERVICE # why\n SILENT #<\n <URL> { ?s ?p ?o } }",
    "comment that is an IRI": (
        "SELECT * { ?s ?p 1 FILTER(1<2#>\n) SERVICE SILENT <URL> { ?s ?p ?o } }"
    ),
    "behind a comparison": "SELECT * { ?s ?p ?o FILTER(?o<2 || 3>?o) SERVICE SILENT <URL> {} }",
    "behind a text": "SELECT * { ?s ?p '\\'#' SERVICE SILENT <URL> { ?s ?p ?o } }",
    "behind a long text": 'SELECT * { ?s ?p """"#""" SERVICE SILENT <URL> { ?s ?p ?o } }',
    "line feed": "SELECT * { SERVICE\n\tSILENT\r\n<URL> { ?s ?p ?o } }",
    "carriage return ends a comment": "SELECT * { # a\rSERVICE SILENT <URL> { ?s ?p ?o } }",
    "escaped keyword": "SELECT * { \\u0053ERVICE SILENT <URL> { ?s ?p ?o } }",
    "wholly escaped keyword": (
        "SELECT * { \\u0053\\u0045\\u0052\\u0056\\u0049\\u0043\\u0045 <URL> { ?s ?p ?o } }"
    ),
    "escaped lower case": "SELECT * { s\\u0065rvice silent <URL> { ?s ?p ?o } }",
    "long escape": "SELECT * { \\U00000053ERVICE SILENT <URL> { ?s ?p ?o } }",
    "escaped space": "SELECT * { SERVICE\\u0020SILENT <URL> { ?s ?p ?o } }",
    "escaped bracket": "SELECT * { SERVICE SILENT \\u003CURL\\u003E { ?s ?p ?o } }",
    "escaped IRI": "SELECT * { SERVICE SILENT <\\u0068ttp\\u003AREST> { ?s ?p ?o } }",
    "variable": "SELECT * { VALUES ?url { <URL> } SERVICE ?url { ?s ?p ?o } }",
    "bound variable": "SELECT * { BIND(IRI('URL') AS ?url) SERVICE SILENT ?url { ?s ?p ?o } }",
    "other variable": "SELECT * { VALUES $u { <URL> } SERVICE SILENT $u { ?s ?p ?o } }",
    "prefix": "PREFIX x: <URL> SELECT * { SERVICE SILENT x: { ?s ?p ?o } }",
    "prefix called so": "PREFIX SERVICE: <URL> SELECT * { SERVICE SILENT SERVICE: { ?s ?p ?o } }",
    "base": "BASE <URL> SELECT * { SERVICE SILENT <> { ?s ?p ?o } }",
    "subquery": "SELECT * { { SELECT * { { SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } } } } } }",
    "optional": "SELECT * { ?a ?b ?c OPTIONAL { SERVICE SILENT <URL> { ?s ?p ?o } } } LIMIT 1",
    "union": "SELECT * { { ?s ?p ?o } UNION { SERVICE SILENT <URL> { ?s ?p ?o } } } LIMIT 1",
    "minus": "SELECT * { ?s ?p ?o MINUS { SERVICE SILENT <URL> { ?s ?p ?o } } } LIMIT 1",
    "exists": "ASK { ?s ?p ?o FILTER EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "not exists": "ASK { ?s ?p ?o FILTER NOT EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "exists in BIND": "ASK { BIND(EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } } AS ?x) }",
    "exists in SELECT": "SELECT (EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } } AS ?x) {}",
    "in a graph": "ASK { GRAPH ?g { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "service in a service": "ASK { SERVICE SILENT <URL> { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "CONSTRUCT": "CONSTRUCT { ?s ?p ?o } { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "DESCRIBE": "DESCRIBE ?s { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "ORDER BY": (
        "SELECT * { ?s ?p ?o } ORDER BY EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } } LIMIT 1"
    ),
    "HAVING": (
        "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING(EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } })"
    ),
    "syntax error behind": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "unknown prefix behind": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } ?s foo:bar ?o }",
    "undeclared prefix as the name": "SELECT * { SERVICE SILENT foo:bar { ?s ?p ?o } ?a ?b <URL> }",
}

READS = {
    "FROM": "SELECT * FROM <URL> { ?s ?p ?o }",
    "FROM NAMED": "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "escaped FROM": "SELECT * \\u0046ROM <URL> { ?s ?p ?o }",
    "FROM a prefix": "PREFIX x: <URL> SELECT * FROM x: { ?s ?p ?o }",
    "FROM a base": "BASE <URL> SELECT * FROM <> { ?s ?p ?o }",
    "GRAPH": "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    "DESCRIBE an IRI": "DESCRIBE <URL>",
    "DESCRIBE FROM": "DESCRIBE <http://example.org/s> FROM <URL>",
    "CONSTRUCT FROM": "CONSTRUCT { ?s ?p ?o } FROM <URL> { ?s ?p ?o }",
    "IRI()": "SELECT (IRI('URL') AS ?iri) FROM <URL> { ?s ?p ?o }",
}

UPDATES = {
    "LOAD": "LOAD <URL>",
    "LOAD SILENT": "LOAD SILENT <URL> INTO GRAPH <http://example.org/g>",
    "escaped LOAD": "\\u004COAD <URL>",
    "behind an update": "CLEAR ALL ; LOAD <URL>",
    "behind a comment": "# ASK {}\nLOAD <URL>",
    "SERVICE in WHERE": "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "USING": "INSERT { ?s ?p 1 } USING <URL> WHERE { ?s ?p ?o }",
}


def fill(text: str, address: str) -> str:
    return text.replace("REST", address.removeprefix("http:")).replace("URL", address)


def answers(client: Client, text: str, **parameters: str) -> Iterator[tuple[int, bytes]]:
    """Send a text as a query in each way there is, and as an update."""
    answer = client.get(text, "", **parameters)
    yield answer.status, answer.body
    for method in ("POST", "QUERY"):
        for name in ("query", "update"):
            direct = {"Content-Type": f"application/sparql-{name}"}
            answer = client.send(method, "/sparql", direct, text.encode())
            yield answer.status, answer.body
            body = urlencode({name: text, **parameters}).encode()
            answer = client.send(method, "/sparql", {"Content-Type": FORM}, body)
            yield answer.status, answer.body


def test_the_listener_notices_a_visit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        control = Listener(listening)
        thread = threading.Thread(target=control.listen)
        thread.start()
        socket.create_connection(listening.getsockname(), timeout=60).close()
        wait_until(lambda: control.visits, "the visit")
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=60)
    assert len(control.visits) == 1


@pytest.mark.parametrize("spelling", SERVICES)
def test_no_spelling_of_service_calls_out(
    client: Client, listener: Listener, spelling: str
) -> None:
    text = fill(SERVICES[spelling], listener.address)
    for status, body in answers(client, text):
        assert status in (400, 403), (status, body)
    assert listener.visits == []


@pytest.mark.parametrize("spelling", READS)
def test_a_graph_elsewhere_is_never_fetched(
    client: Client, listener: Listener, secret: Path, spelling: str
) -> None:
    for address in (listener.address, secret.as_uri(), str(secret), "file:///etc/passwd"):
        for status, body in answers(client, fill(READS[spelling], address)):
            assert status in (200, 400, 403), (status, body)
            assert SECRET.encode() not in body
            assert b"root:" not in body
    assert listener.visits == []


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri", "using-graph-uri"])
def test_a_parameter_fetches_nothing(
    client: Client, listener: Listener, secret: Path, name: str
) -> None:
    query = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } LIMIT 5"
    for address in (listener.address, secret.as_uri(), str(secret), "file:///etc/passwd"):
        for status, body in answers(client, query, **{name: address}):
            assert status in (200, 400, 403), (status, body)
            assert SECRET.encode() not in body
        graph = client.send("GET", f"/rdf-graph-store?{urlencode({'graph': address})}")
        assert graph.status in (400, 404)
        assert SECRET not in graph.text
    assert listener.visits == []


@pytest.mark.parametrize("spelling", UPDATES)
def test_no_update_loads_anything(client: Client, listener: Listener, spelling: str) -> None:
    for status, body in answers(client, fill(UPDATES[spelling], listener.address)):
        assert status in (400, 403), (status, body)
    assert listener.visits == []


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ("SERVICE <URL>" AS ?text) {}',
        "ASK { ?s ?p ?o # SERVICE <URL>\n }",
        # The engine ends a comment at a line feed, not at the escape of one.
        "ASK { # \\u000ASERVICE SILENT <URL> { ?s ?p ?o }\n }",
        "ASK { OPTIONAL { ?service <URL> ?SERVICE } }",
        "ASK { ?s ?p ?o FILTER(?o != <http://example.org/SERVICE>) }",
    ],
)
def test_the_word_alone_is_no_call(client: Client, listener: Listener, query: str) -> None:
    assert client.get(fill(query, listener.address)).status == 200
    assert listener.visits == []
