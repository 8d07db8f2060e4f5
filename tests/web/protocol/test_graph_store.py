"""The reads of the SPARQL 1.1 Graph Store HTTP Protocol, as HTTP exchanges."""

from urllib.parse import urlencode

import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic
from tests.web.conftest import Answer, Client

GRAPHS = "https://w3id.org/cstokg/graph/"
ONTOLOGY = GRAPHS + "ontology"
STORE = "/rdf-graph-store"
TRIPLES = "application/n-triples"


def named(iri: str) -> str:
    return f"{STORE}?{urlencode({'graph': iri})}"


def graph(answer: Answer) -> Graph:
    assert answer.status == 200, answer.text
    return Graph().parse(data=answer.text, format="nt")


def queried(client: Client, iri: str) -> Graph:
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
    return graph(client.get(query, TRIPLES))


@pytest.mark.parametrize(
    "name", ["ontology", "links/ost-1999", "derived/ost-1999", "meta", "source/ost-1999"]
)
def test_a_graph_is_read_by_its_name_and_at_its_address(client: Client, name: str) -> None:
    expected = queried(client, GRAPHS + name)
    assert len(expected) > 0
    for path in (named(GRAPHS + name), f"/graph/{name}"):
        assert isomorphic(graph(client.send("GET", path, {"Accept": TRIPLES})), expected)


def test_the_default_graph_is_the_union(client: Client) -> None:
    everything = graph(client.get("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", TRIPLES))
    for path in (f"{STORE}?default", f"{STORE}?default="):
        answer = client.send("GET", path, {"Accept": TRIPLES})
        assert isomorphic(graph(answer), everything)


# rdflib's own parsers still use what rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.filterwarnings("ignore:Dataset")
@pytest.mark.parametrize(
    ("media_type", "name", "parser"),
    [
        ("text/turtle", "turtle", "turtle"),
        (TRIPLES, "nt", "nt"),
        ("application/rdf+xml", "rdfxml", "xml"),
        ("application/ld+json", "jsonld", "json-ld"),
        ("application/trig", "trig", "trig"),
        ("application/n-quads", "nq", "nquads"),
    ],
)
def test_each_format_says_the_same(client: Client, media_type: str, name: str, parser: str) -> None:
    expected = queried(client, ONTOLOGY)
    by_accept = client.send("GET", named(ONTOLOGY), {"Accept": media_type})
    by_name = client.send("GET", f"{named(ONTOLOGY)}&format={name}", {"Accept": "image/png"})
    for answer in (by_accept, by_name):
        assert answer.media_type == media_type
        read: Graph = Dataset() if parser in ("trig", "nquads") else Graph()
        read.parse(data=answer.text, format=parser)
        assert {triple[:3] for triple in read} == set(expected)


def test_a_client_that_names_no_format_gets_turtle(client: Client) -> None:
    for accept in ("", "*/*", "text/html,application/xml;q=0.1,*/*;q=0.8"):
        answer = client.send("GET", "/graph/links/ost-1999", {"Accept": accept} if accept else {})
        assert answer.media_type == "text/turtle"


def test_head_has_the_headers_of_get(client: Client) -> None:
    got, head = client.send("GET", named(ONTOLOGY)), client.send("HEAD", named(ONTOLOGY))
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == got.headers[name]


def test_an_unchanged_graph_is_304(client: Client) -> None:
    tag = client.send("GET", named(ONTOLOGY)).headers["etag"]
    again = client.send("GET", named(ONTOLOGY), {"If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == tag
    other = client.send("GET", named(GRAPHS + "links/ost-1999"), {"If-None-Match": tag})
    assert other.status == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path",
    [
        named("http://example.org/nowhere"),
        named(GRAPHS + "nowhere"),
        named("file:///etc/passwd"),
        "/graph/nowhere",
        "/graph/../../etc/passwd",
        "/graph/%2e%2e/%2e%2e/etc/passwd",
        "/graph/ontology%00",
    ],
)
def test_an_unknown_graph_is_404(client: Client, method: str, path: str) -> None:
    answer = client.send(method, path)
    assert answer.status == 404
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "parameters",
    [
        "",
        "?",
        "?format=turtle",
        "?graph=",
        "?graph=relative",
        "?graph=http://example.org/a%20b",
        "?graph=http://example.org/%3Ca%3E",
        "?graph=%FF",
        f"?default&graph={ONTOLOGY}",
        "?default&default",
        f"?graph={ONTOLOGY}&graph={ONTOLOGY}",
    ],
)
def test_what_does_not_name_one_graph_is_400(client: Client, parameters: str) -> None:
    answer = client.send("GET", STORE + parameters)
    assert answer.status == 400
    assert answer.json()["detail"]


def test_a_format_that_is_not_there_is_406_with_those_that_are(client: Client) -> None:
    for path, accept in ((named(ONTOLOGY), "text/csv"), (f"{named(ONTOLOGY)}&format=pdf", "*/*")):
        answer = client.send("GET", path, {"Accept": accept})
        assert answer.status == 406
        assert {"text/turtle", "turtle"} & set(answer.json()["available"])


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path", [STORE, f"{STORE}?default", named(ONTOLOGY), "/graph/links/ost-1999", "/graph/new"]
)
def test_nothing_is_written(client: Client, method: str, path: str) -> None:
    before = len(queried(client, GRAPHS + "links/ost-1999"))
    answer = client.send(method, path, {"Content-Type": "text/turtle"}, b"<a:b> <a:b> 1 .")
    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert answer.media_type == "application/problem+json"
    assert "only for reading" in answer.json()["detail"]
    assert len(queried(client, GRAPHS + "links/ost-1999")) == before
