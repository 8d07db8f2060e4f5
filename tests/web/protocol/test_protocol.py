"""The cases of the W3C's test list for the SPARQL 1.1 Protocol, as HTTP exchanges.

https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/ names them; its graphs are ours
here, since nothing is fetched. Where the list says 4xx, the table says which.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from tests.web.conftest import Answer, Client

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
JSON = "application/sparql-results+json"
TURTLE = "text/turtle"

GRAPHS = "https://w3id.org/cstokg/graph/"
LINKS, DERIVED, ONTOLOGY, SOURCE = (
    GRAPHS + name for name in ("links/ost-1999", "derived/ost-1999", "ontology", "source/ost-1999")
)
PREFIX = (
    "PREFIX ckg: <https://w3id.org/cstokg/ontology#> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
)
ASK = "ASK { ?s ?p ?o }"
# What stands in one graph alone: shortcuts in `links`, bounds in `derived`, classes in `ontology`.
LINK, BOUND, CLASS = "?a ckg:memberOf ?b", "?c ckg:beginEarliest ?d", "?e a owl:Class"
INSERT = "INSERT DATA { <http://example.org/s> <http://example.org/p> 1 }"


@dataclass(frozen=True)
class Case:
    name: str
    method: str
    parameters: Sequence[tuple[str, str]] = ()
    content_type: str = ""
    body: bytes | None = None
    status: int = 200
    boolean: bool | None = None
    accept: str = JSON
    media_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, client: Client) -> Answer:
        path = f"/sparql?{urlencode(self.parameters)}" if self.parameters else "/sparql"
        headers = {"Accept": self.accept, **self.headers}
        if self.content_type:
            headers["Content-Type"] = self.content_type
        return client.send(self.method, path, headers, self.body)


def get(name: str, *parameters: tuple[str, str], status: int = 200, **rest: object) -> Case:
    return Case(name, "GET", parameters, status=status, **rest)  # type: ignore[arg-type]


def form(name: str, *parameters: tuple[str, str], status: int = 200, **rest: object) -> Case:
    body = urlencode(parameters).encode()
    return Case(name, "POST", (), FORM, body, status, **rest)  # type: ignore[arg-type]


def direct(name: str, text: str, *parameters: tuple[str, str], **rest: object) -> Case:
    return Case(name, "POST", parameters, QUERY, text.encode(), **rest)  # type: ignore[arg-type]


def ask(pattern: str) -> tuple[str, str]:
    return "query", f"{PREFIX}ASK {{ {pattern} }}"


def default(*graphs: str) -> list[tuple[str, str]]:
    return [("default-graph-uri", graph) for graph in graphs]


def named(*graphs: str) -> list[tuple[str, str]]:
    return [("named-graph-uri", graph) for graph in graphs]


ONLY_LINKS = f"{LINK} FILTER NOT EXISTS {{ {BOUND} }} FILTER NOT EXISTS {{ {CLASS} }}"
TWO_DEFAULT = f"{LINK} . {BOUND} FILTER NOT EXISTS {{ {CLASS} }}"
TWO_NAMED = (
    f"GRAPH <{LINKS}> {{ {LINK} }} GRAPH <{DERIVED}> {{ {BOUND} }} "
    f"FILTER NOT EXISTS {{ GRAPH <{ONTOLOGY}> {{ {CLASS} }} }} FILTER NOT EXISTS {{ {LINK} }}"
)
FULL = (
    f"{CLASS} GRAPH ?g {{ {LINK} }} GRAPH ?h {{ {BOUND} }} "
    f"FILTER NOT EXISTS {{ {LINK} }} FILTER NOT EXISTS {{ GRAPH ?i {{ {CLASS} }} }}"
)
OVER_FROM = f"{PREFIX}ASK FROM <{ONTOLOGY}> {{ {ONLY_LINKS} }}"

QUERIES = [
    get("query_get", ("query", ASK), boolean=True),
    form("query_post_form", ("query", ASK), boolean=True),
    direct("query_post_direct", ASK, boolean=True),
    get("query_dataset_default_graph_get", ask(ONLY_LINKS), *default(LINKS), boolean=True),
    form("query_dataset_default_graph_post", ask(ONLY_LINKS), *default(LINKS), boolean=True),
    get(
        "query_dataset_default_graphs_get",
        ask(TWO_DEFAULT),
        *default(LINKS, DERIVED),
        boolean=True,
    ),
    form(
        "query_dataset_default_graphs_post",
        ask(TWO_DEFAULT),
        *default(LINKS, DERIVED),
        boolean=True,
    ),
    get("query_dataset_named_graphs_get", ask(TWO_NAMED), *named(LINKS, DERIVED), boolean=True),
    form("query_dataset_named_graphs_post", ask(TWO_NAMED), *named(LINKS, DERIVED), boolean=True),
    form("query_dataset_full", ask(FULL), *default(ONTOLOGY), *named(LINKS, DERIVED), boolean=True),
    direct(
        "query_dataset_full of a direct POST",
        ask(FULL)[1],
        *default(ONTOLOGY),
        *named(LINKS, DERIVED),
        boolean=True,
    ),
    get("query_multiple_dataset", ("query", OVER_FROM), *default(LINKS), boolean=True),
    form("query_multiple_dataset by POST", ("query", OVER_FROM), *default(LINKS), boolean=True),
    get("FROM alone", ("query", OVER_FROM), boolean=False),
    form(
        "query_content_type_select",
        ("query", "SELECT (1 AS ?value) {}"),
        media_type=JSON,
    ),
    form("query_content_type_ask", ("query", "ASK {}"), media_type=JSON),
    form(
        "query_content_type_describe",
        ("query", "DESCRIBE <http://example.org/>"),
        accept=TURTLE,
        media_type=TURTLE,
    ),
    form(
        "query_content_type_construct",
        ("query", "CONSTRUCT { <s> <p> 1 } {}".replace("<", "<http://example.org/")),
        accept=TURTLE,
        media_type=TURTLE,
    ),
    Case("QUERY, direct", "QUERY", (), QUERY, ASK.encode(), boolean=True),
    Case("QUERY, form", "QUERY", (), FORM, urlencode({"query": ASK}).encode(), boolean=True),
    Case(
        "QUERY with graphs",
        "QUERY",
        default(LINKS),
        QUERY,
        ask(ONLY_LINKS)[1].encode(),
        boolean=True,
    ),
]

LATIN = 'ASK { ?s ?p "é" }'.encode("latin-1")
BAD_QUERIES = [
    Case("bad_query_method", "PUT", (("query", ASK),), status=405),
    Case("bad_query_method", "DELETE", (("query", ASK),), status=405),
    Case("bad_query_method", "PATCH", (("query", ASK),), QUERY, ASK.encode(), 405),
    Case("bad_query_method", "TRACE", (("query", ASK),), status=405),
    Case("bad_query_method", "PROPFIND", (("query", ASK),), status=405),
    get("bad_multiple_queries", ("query", ASK), ("query", "ASK {}"), status=400),
    form("bad_multiple_queries", ("query", ASK), ("query", ASK), status=400),
    direct("bad_multiple_queries", ASK, ("query", ASK), status=400),
    form("no query", status=400),
    form("no query", ("Query", ASK), status=400),
    form("a query and an update", ("query", ASK), ("update", INSERT), status=400),
    Case("bad_query_wrong_media_type", "POST", (), "text/plain", ASK.encode(), 415),
    Case("bad_query_wrong_media_type", "QUERY", (), "text/plain", ASK.encode(), 415),
    Case("bad_query_missing_form_type", "POST", (), "", urlencode({"query": ASK}).encode(), 415),
    Case("bad_query_missing_direct_type", "POST", (), "", ASK.encode(), 415),
    Case("bad_query_missing_direct_type", "QUERY", (), "", ASK.encode(), 415),
    Case(
        "bad_query_non_utf8",
        "POST",
        (),
        f"{QUERY}; charset=UTF-16",
        ASK.encode("utf-16"),
        415,
    ),
    Case("bad_query_non_utf8, undeclared", "POST", (), QUERY, ASK.encode("utf-16"), 400),
    Case("bad_query_non_utf8, Latin-1", "POST", (), QUERY, LATIN, 400),
    Case("bad_query_non_utf8, form", "POST", (), FORM, b"query=ASK%7B%7D+%23%E9", 400),
    Case("bad_query_non_utf8, form's bytes", "POST", (), FORM, b"query=" + LATIN, 400),
    get("bad_query_syntax", ("query", "ASK {{"), status=400),
    form("bad_query_syntax", ("query", "ASK"), status=400),
    direct("bad_query_syntax", "", status=400),
    form("an update as a query", ("query", INSERT), status=400),
    direct("an update as a query", INSERT, status=400),
    Case(
        "a compressed query",
        "POST",
        (),
        QUERY,
        ASK.encode(),
        415,
        headers={"Content-Encoding": "gzip"},
    ),
    get("a graph that is no IRI", ("query", ASK), *default("no iri"), status=400),
]

USING = ("using-graph-uri", LINKS)
UPDATES = [
    get("bad_update_get", ("update", INSERT), status=400),
    Case("bad_update_get by QUERY", "QUERY", (), UPDATE, INSERT.encode(), 400),
    form("bad_multiple_updates", ("update", INSERT), ("update", INSERT), status=400),
    Case("bad_update_wrong_media_type", "POST", (), "text/plain", INSERT.encode(), 415),
    Case(
        "bad_update_missing_form_type", "POST", (), "", urlencode({"update": INSERT}).encode(), 415
    ),
    Case(
        "bad_update_non_utf8",
        "POST",
        (),
        f"{UPDATE}; charset=UTF-16",
        INSERT.encode("utf-16"),
        415,
    ),
    Case("bad_update_non_utf8, undeclared", "POST", (), UPDATE, INSERT.encode("utf-16"), 403),
    form("bad_update_syntax", ("update", "INSERT DATA {"), status=403),
    form(
        "bad_update_dataset_conflict",
        ("update", f"DELETE {{ ?s ?p ?o }} USING <{LINKS}> WHERE {{ ?s ?p ?o }}"),
        USING,
        status=403,
    ),
    form("update_post_form", ("update", INSERT), status=403),
    Case("update_post_direct", "POST", (), UPDATE, INSERT.encode(), 403),
    Case("update_dataset_default_graph", "POST", (USING,), UPDATE, INSERT.encode(), 403),
    form("update_dataset_full", ("update", INSERT), USING, status=403),
]


def ids(cases: Sequence[Case]) -> list[str]:
    return [f"{case.name} {case.method}" for case in cases]


@pytest.mark.parametrize("case", QUERIES, ids=ids(QUERIES))
def test_a_query_operation_is_answered(client: Client, case: Case) -> None:
    answer = case.send(client)
    assert answer.status == 200, answer.text
    if case.boolean is not None:
        assert answer.json()["boolean"] is case.boolean
    if case.media_type:
        assert answer.media_type == case.media_type


@pytest.mark.parametrize("case", BAD_QUERIES, ids=ids(BAD_QUERIES))
def test_a_bad_query_operation_is_refused(client: Client, case: Case) -> None:
    answer = case.send(client)
    assert answer.status == case.status, answer.text
    assert answer.media_type == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize("case", UPDATES, ids=ids(UPDATES))
def test_no_form_of_update_is_taken(client: Client, case: Case) -> None:
    before = client.get("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body
    answer = case.send(client)
    assert answer.status == case.status, answer.text
    assert answer.media_type == "application/problem+json"
    if case.status == 403:
        assert "only for reading" in answer.json()["detail"]
    assert client.get("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body == before


def test_a_query_that_is_not_utf8_in_the_address_is_refused(client: Client) -> None:
    assert client.send("GET", "/sparql?query=ASK%7B%7D%23%E9").status == 400
    assert client.send("GET", "/sparql?query=ASK%7B%7D&x=%FF").status == 400


def test_too_many_parameters_are_refused(client: Client) -> None:
    body = urlencode([("query", ASK), *default(LINKS) * 1000]).encode()
    answer = client.send("POST", "/sparql", {"Content-Type": FORM}, body)
    assert answer.status == 400
    assert "1000 parameters" in answer.json()["detail"]


def test_head_says_what_get_would(client: Client) -> None:
    for path in (
        "/sparql",
        "/sparql?query=ASK%7B%7D",
        "/sparql?query=ASK%7B",
        "/graph/links/ost-1999",
    ):
        got, head = client.send("GET", path), client.send("HEAD", path)
        assert head.status == got.status
        assert head.body == b""
        for name in ("content-type", "content-length", "vary"):
            assert head.headers[name] == got.headers[name]


def test_options_tells_what_the_endpoint_takes(client: Client) -> None:
    answer = client.send("OPTIONS", "/sparql")
    assert answer.status == 200
    allowed = {"GET", "HEAD", "POST", "QUERY", "OPTIONS"}
    assert set(answer.headers["allow"].split(", ")) == allowed
    for name in ("accept-query", "accept-post"):
        assert answer.headers[name] == f"{QUERY}, {FORM}"


def test_a_preflight_of_another_origin_allows_what_reads_and_no_more(client: Client) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "PUT"}
    for path in ("/sparql", "/graph/links/ost-1999", "/.well-known/void"):
        answer = client.send("OPTIONS", path, asked)
        assert answer.status == 200
        allowed = set(answer.headers["access-control-allow-methods"].split(", "))
        assert "GET" in allowed
        assert not allowed & {"PUT", "DELETE", "PATCH"}
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers


def test_a_preflight_allows_the_headers_of_reads_and_none_that_writes(client: Client) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    usual = "accept-language cache-control if-modified-since pragma prefer queryid range"
    for path in ("/sparql", "/graph/links/ost-1999", "/data/state/alda", "/search", "/nowhere"):
        answer = client.send("OPTIONS", path, asked)
        allowed = set(answer.headers["access-control-allow-headers"].lower().split(", "))
        assert allowed >= {"x-requested-with", "content-type", *usual.split()}
        assert not allowed & {"authorization", "x-query-id", "*"}


@pytest.mark.parametrize("host", ["a> <b", 'a"b', "a b", "a\\b"])
def test_a_host_that_cannot_be_is_refused(client: Client, host: str) -> None:
    assert client.send("GET", "/sparql", {"Host": host}).status == 400
