"""The descriptions of the service, the dataset and its examples, as a program reads them."""

import pytest
from rdflib import Dataset, Graph, URIRef
from rdflib.namespace import RDF, RDFS, VOID, Namespace
from tests.web.conftest import Client

from cstokg.formats import FORMATS
from cstokg.web.protocol.service_description import FORMAT_IRIS

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
GRAPHS = "https://w3id.org/cstokg/graph/"
NAMES = {"derived/ost-1999", "links/ost-1999", "meta", "ontology", "source/ost-1999"}
DATASET = URIRef("https://w3id.org/cstokg/dataset")
CKG = "https://w3id.org/cstokg/ontology#"
VOID_PATH = "/.well-known/void"
EXAMPLES_PATH = "/.well-known/sparql-examples"


def read(client: Client, path: str) -> Graph:
    answer = client.send("GET", path, {"Accept": "application/n-triples"})
    assert answer.status == 200
    return Graph().parse(data=answer.text, format="nt")


def count(client: Client, query: str) -> int:
    (row,) = client.get(query).json()["results"]["bindings"]
    return int(row["n"]["value"])


# rdflib's own parsers still use what rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.filterwarnings("ignore:Dataset")
@pytest.mark.parametrize("path", ["/sparql", VOID_PATH, EXAMPLES_PATH])
@pytest.mark.parametrize(
    ("media_type", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
        ("application/trig", "trig"),
        ("application/n-quads", "nquads"),
    ],
)
def test_each_format_says_the_same(client: Client, path: str, media_type: str, parser: str) -> None:
    answer = client.send("GET", path, {"Accept": media_type})
    assert (answer.status, answer.media_type) == (200, media_type)
    found: Graph = Dataset() if parser in ("trig", "nquads") else Graph()
    found.parse(data=answer.text, format=parser)
    assert {triple[:3] for triple in found} == set(read(client, path))


def test_a_browser_gets_the_form_instead(client: Client) -> None:
    assert "<form" in client.page("/sparql").text
    assert client.send("GET", "/sparql?format=html").media_type == "text/html"
    assert client.send("GET", "/sparql?format=ttl").media_type == "text/turtle"


@pytest.mark.parametrize("path", ["/sparql", VOID_PATH, EXAMPLES_PATH])
def test_a_description_is_checked_and_refused_as_answers_are(client: Client, path: str) -> None:
    first = client.send("GET", path)
    again = client.send("GET", path, {"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    assert client.send("GET", path, {"Accept": "text/csv"}).status == 406
    assert client.send("GET", f"{path}?format=csv").status == 406


def test_each_format_of_ours_has_a_name_for_the_description() -> None:
    assert set(FORMAT_IRIS) == {row.name for row in FORMATS if row.kinds != {"tool"}}


def test_the_service_says_what_it_does(client: Client) -> None:
    found = read(client, "/sparql")
    service = URIRef(f"{client.address}/sparql")
    assert (service, RDF.type, SD.Service) in found
    assert (service, SD.endpoint, service) in found
    assert set(found.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    formats = {str(name) for name in found.objects(service, SD.resultFormat)}
    assert formats == set(FORMAT_IRIS.values())
    regime = URIRef("http://www.w3.org/ns/entailment/Simple")
    assert (service, SD.defaultEntailmentRegime, regime) in found
    assert "OWL 2 RL" in str(next(found.objects(None, RDFS.comment)))


def test_the_service_counts_its_graphs(client: Client) -> None:
    found = read(client, "/sparql")
    service = URIRef(f"{client.address}/sparql")
    for place in (SD.defaultDataset, SD.availableGraphs):
        (graphs,) = found.objects(service, place)
        described = {}
        for graph in found.objects(graphs, SD.namedGraph):
            (name,) = found.objects(graph, SD.name)
            (triples,) = found.objects(next(found.objects(graph, SD.graph)), VOID.triples)
            described[str(name)] = int(str(triples))
        assert set(described) == {GRAPHS + name for name in NAMES}
        for iri, number in described.items():
            query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
            assert count(client, query) == number
    default = found.value(next(found.objects(service, SD.defaultDataset)), SD.defaultGraph)
    (whole,) = found.objects(default, VOID.triples)
    assert count(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == int(str(whole))


def test_void_names_the_places_where_the_data_are(client: Client) -> None:
    found = read(client, VOID_PATH)
    assert (URIRef(f"{client.address}{VOID_PATH}"), RDF.type, VOID.DatasetDescription) in found
    assert (DATASET, VOID.sparqlEndpoint, URIRef(f"{client.address}/sparql")) in found
    assert set(found.objects(DATASET, VOID.subset)) == {URIRef(GRAPHS + name) for name in NAMES}
    dumps = list(found.objects(None, VOID.dataDump))
    assert len(dumps) == len(NAMES) + 1
    for dump in dumps:
        answer = client.send("GET", str(dump).removeprefix(client.address))
        assert (answer.status, answer.media_type) == (200, "text/turtle")
    assert URIRef(CKG) in set(found.objects(DATASET, VOID.vocabulary))


def test_void_counts_classes_and_properties_as_queries_do(client: Client) -> None:
    found = read(client, VOID_PATH)
    classes = {
        str(found.value(part, VOID["class"])): int(str(found.value(part, VOID.entities)))
        for part in found.objects(DATASET, VOID.classPartition)
    }
    properties = {
        str(found.value(part, VOID.property)): int(str(found.value(part, VOID.triples)))
        for part in found.objects(DATASET, VOID.propertyPartition)
    }
    for partition, name, query in (
        (classes, CKG + "State", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ckg:State }"),
        (properties, CKG + "member", "SELECT (COUNT(*) AS ?n) { ?s ckg:member ?o }"),
    ):
        assert partition[name] == count(client, query)
    kinds = "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c FILTER ISIRI(?c) }"
    assert len(classes) == count(client, kinds)
    assert len(properties) == count(client, "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }")
