"""Clients that people use, against the live server."""

import json
import subprocess
from pathlib import Path
from urllib.error import HTTPError

import pytest
from tests.web.conftest import Client

STATES = "SELECT ?s { ?s a <https://w3id.org/cstokg/ontology#State> } ORDER BY ?s"
NAMES = ["https://w3id.org/cstokg/id/state/alda", "https://w3id.org/cstokg/id/state/berin"]
GRAPH = "CONSTRUCT { ?s a ?c } { ?s a ?c FILTER(?c = <https://w3id.org/cstokg/ontology#State>) }"
XML = "application/rdf+xml"
LINKS = "https://w3id.org/cstokg/graph/links/ost-1999"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("request_method", ["urlencoded", "postdirectly"])
@pytest.mark.parametrize("result_format", ["json", "xml", "csv", "tsv"])
def test_sparqlwrapper_gets_rows(
    client: Client, method: str, request_method: str, result_format: str
) -> None:
    from SPARQLWrapper import SPARQLWrapper

    wrapper = SPARQLWrapper(f"{client.address}/sparql", returnFormat=result_format)
    wrapper.setMethod(method)
    wrapper.setRequestMethod(request_method)
    wrapper.setQuery(STATES)
    with wrapper.query().response as response:
        body = response.read().decode()
    assert all(name in body for name in NAMES)


@pytest.mark.parametrize("result_format", ["turtle", "xml", "json-ld"])
def test_sparqlwrapper_gets_a_graph(client: Client, result_format: str) -> None:
    from SPARQLWrapper import SPARQLWrapper

    wrapper = SPARQLWrapper(f"{client.address}/sparql", returnFormat=result_format)
    wrapper.setQuery(GRAPH)
    with wrapper.query().response as response:
        assert "alda" in response.read().decode()


@pytest.mark.filterwarnings("ignore:Sending Accept header")
@pytest.mark.parametrize("onlyconneg", [False, True])
@pytest.mark.parametrize("query", [STATES, GRAPH, "ASK {}"])
def test_sparqlwrapper_is_answered_in_each_of_its_formats(
    client: Client, query: str, onlyconneg: bool
) -> None:
    from SPARQLWrapper import Wrapper

    refused = set()
    for result_format in Wrapper._allowedFormats:
        wrapper = Wrapper.SPARQLWrapper(f"{client.address}/sparql", returnFormat=result_format)
        wrapper.setOnlyConneg(onlyconneg)
        wrapper.setQuery(query)
        try:
            with wrapper.query().response as response:
                assert response.read()
        except HTTPError as error:
            refused.add((result_format, error.code))
            error.close()
    # Of an ASK there is neither.
    assert refused == ({("csv", 406), ("tsv", 406)} if query == "ASK {}" else set())


@pytest.mark.filterwarnings("ignore:Sending Accept header")
def test_sparqlwrapper_gets_the_format_that_it_names(client: Client) -> None:
    from SPARQLWrapper import N3, RDF, RDFXML, SPARQLWrapper

    for result_format, media_type in ((N3, "text/turtle"), (RDF, XML), (RDFXML, XML)):
        wrapper = SPARQLWrapper(f"{client.address}/sparql", returnFormat=result_format)
        wrapper.setQuery(GRAPH)
        with wrapper.query().response as response:
            assert response.headers.get_content_type() == media_type, result_format


def test_sparqlwrapper_chooses_graphs_and_learns_of_mistakes(client: Client) -> None:
    from SPARQLWrapper import JSON, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

    wrapper = SPARQLWrapper(f"{client.address}/sparql", returnFormat=JSON)
    wrapper.addDefaultGraph(LINKS)
    wrapper.setQuery("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    rows = json.loads(wrapper.query().response.read())["results"]["bindings"]
    assert rows[0]["n"]["value"] == "4"
    wrapper.setQuery("SELECT ?s {")
    with pytest.raises(QueryBadFormed, match="line 1"):
        wrapper.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads_rows_triples_and_graphs(client: Client, method: str) -> None:
    from rdflib import Graph, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    store = SPARQLStore(f"{client.address}/sparql", method=method)
    graph = Graph(store)
    assert [str(row[0]) for row in graph.query(STATES)] == NAMES  # type: ignore[index]
    assert graph.query("ASK {}").askAnswer
    alda = URIRef(NAMES[0])
    assert any(True for _ in graph.triples((alda, None, None)))
    assert len(Graph(store, identifier=URIRef(LINKS))) == 4
    # rdflib asks for RDF/XML before Turtle.
    assert len(graph.query(GRAPH)) == 2


def curl(*arguments: str) -> str:
    command = ["curl", "--silent", "--show-error", "--max-time", "20", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_curl_asks_in_every_way(client: Client, tmp_path: Path) -> None:
    endpoint, csv = f"{client.address}/sparql", ("-H", "Accept: text/csv")
    expected = ["s", *NAMES]
    (tmp_path / "states.rq").write_text(STATES)
    file = f"@{tmp_path / 'states.rq'}"
    direct = ("-H", "Content-Type: application/sparql-query", "--data-binary", file, endpoint)
    for arguments in (
        ("-G", "--data-urlencode", f"query={STATES}", endpoint),
        ("--data-urlencode", f"query={STATES}", endpoint),
        ("--compressed", "--data-urlencode", f"query={STATES}", endpoint),
        ("--http2-prior-knowledge", "--data-urlencode", f"query={STATES}", endpoint),
        direct,
        ("-X", "QUERY", *direct),
        ("-H", "Transfer-Encoding: chunked", *direct),
        ("-H", "Expect: 100-continue", *direct),
    ):
        assert curl(*csv, *arguments).split() == expected, arguments
    assert "W/" in curl("--head", f"{endpoint}?query=ASK%7B%7D")
