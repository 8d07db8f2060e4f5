"""What a query editor learns from the endpoint by asking it: examples, prefixes, classes.

The queries are those of SIB's editor, `@sib-swiss/sparql-editor`, as it sends them
(https://github.com/sib-swiss/sparql-editor, packages/sparql-editor/src/metadata.ts, commit 5fe08cc;
0.2.15 asks for examples with `sh:describe`, that commit with `spex:describe`).
"""

from typing import Any

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH
from tests.web.conftest import Client, Writer

from cstokg import load_questions
from cstokg.namespaces import CKG, PREFIXES, XSD

PATH = "/.well-known/sparql-examples"

EXAMPLES = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?sq ?comment ?query
WHERE {
    ?sq a sh:SPARQLExecutable ;
        rdfs:comment ?comment ;
        sh:select|sh:ask|sh:construct|spex:describe ?query .
} ORDER BY ?sq"""
EXAMPLES_OF_0_2_15 = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query
WHERE {
  ?sq a sh:SPARQLExecutable ;
    rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq"""
DECLARATIONS = """PREFIX sh: <http://www.w3.org/ns/shacl#>
      SELECT DISTINCT ?prefix ?namespace
      WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix}
      ORDER BY ?prefix"""
CLASSES = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh:<http://www.w3.org/ns/shacl#>
PREFIX sd:<http://www.w3.org/ns/sparql-service-description#>
PREFIX void:<http://rdfs.org/ns/void#>
PREFIX void-ext:<http://ldf.fi/void-ext#>
SELECT DISTINCT ?graph ?graphLabel ?subjectClass ?prop ?objectClass ?objectDatatype
?triples ?subjectClassLabel ?objectClassLabel ?subjectClassComment ?objectClassComment ?propLabel ?propComment
WHERE {
      {
        OPTIONAL {
          ?graph sd:graph ?graphDesc .
          OPTIONAL { ?graph rdfs:label ?graphLabel }
          ?graphDesc void:classPartition ?cp .
        }
        ?cp void:class ?subjectClass ;
          void:propertyPartition ?pp .
        OPTIONAL { ?subjectClass rdfs:label ?subjectClassLabel }
        OPTIONAL { ?subjectClass rdfs:comment ?subjectClassComment }

        ?pp void:property ?prop .
        OPTIONAL { ?pp void:triples ?triples }
        OPTIONAL { ?prop rdfs:label ?propLabel }
        OPTIONAL { ?prop rdfs:comment ?propComment }
        OPTIONAL {
          {
            ?pp  void:classPartition [ void:class ?objectClass ] .
            OPTIONAL { ?objectClass rdfs:label ?objectClassLabel }
            OPTIONAL { ?objectClass rdfs:comment ?objectClassComment }
          } UNION {
            ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] .
          }
        }
      } UNION {
        ?linkset void:subjectsTarget [ void:class ?subjectClass ] ;
          void:linkPredicate ?prop ;
          void:objectsTarget [ void:class ?objectClass ] .
      }
} ORDER BY ?subjectClass ?objectClass ?objectDatatype ?graph ?triples"""  # noqa: E501


def bindings(client: Client, query: str, **parameters: str) -> list[dict[str, str]]:
    answer = client.get(query, "application/sparql-results+json", **parameters)
    assert answer.status == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


def uses(client: Client) -> dict[tuple[str, str], dict[str, str]]:
    """Return a row for each class and property of the ontology."""
    rows = bindings(client, CLASSES, ac="1")
    return {
        (row["subjectClass"].removeprefix(CKG), row["prop"].removeprefix(CKG)): row for row in rows
    }


@pytest.mark.parametrize("query", [EXAMPLES, EXAMPLES_OF_0_2_15])
def test_the_editor_finds_the_stored_questions_in_their_order(client: Client, query: str) -> None:
    rows = bindings(client, query, ac="1")
    assert [(row["comment"], row["query"]) for row in rows] == [
        (question.question, question.body) for question in load_questions()
    ]
    assert rows[0]["sq"] == f"{client.address}{PATH}#{load_questions()[0].name}"


def test_the_editor_finds_the_prefixes_of_the_endpoint(client: Client) -> None:
    rows = bindings(client, DECLARATIONS, ac="1")
    assert {row["prefix"]: row["namespace"] for row in rows} == PREFIXES


def test_the_editor_finds_what_goes_with_which_class(client: Client) -> None:
    found = uses(client)
    assert found["Membership", "member"]["objectClass"] == CKG + "State"
    assert found["Membership", "beginEarliest"]["objectDatatype"] == XSD + "date"
    # What follows from the stated classes has properties as well.
    assert found["Agent", "memberOf"]["subjectClassLabel"] == "agent"
    assert ("State", "member") not in found
    for (class_, property_), row in found.items():
        if ":" not in class_ + property_:
            query = f"SELECT (COUNT(*) AS ?n) {{ ?s a ckg:{class_} ; ckg:{property_} ?o }}"
            assert bindings(client, query) == [{"n": row["triples"]}]


def test_each_example_is_a_query_that_the_endpoint_answers(client: Client) -> None:
    graph = Graph().parse(data=client.send("GET", PATH).text, format="turtle")
    examples = set(graph.subjects(RDF.type, SH.SPARQLExecutable))
    assert len(examples) == len(load_questions())
    for form, kind in (
        (SH.select, SH.SPARQLSelectExecutable),
        (SH.ask, SH.SPARQLAskExecutable),
    ):
        asked = dict(graph.subject_objects(form))
        assert asked.keys() == set(graph.subjects(RDF.type, kind))
        examples -= asked.keys()
        assert {client.get(str(query)).status for query in asked.values()} == {200}
    assert not examples
    targets = set(graph.objects(None, URIRef("https://schema.org/target")))
    assert targets == {URIRef(f"{client.address}/sparql")}
    pages = [str(page) for page in graph.objects(None, URIRef(PREFIXES["rdfs"] + "seeAlso"))]
    assert client.send("GET", pages[0].removeprefix(client.address)).status == 200


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { ?x a sh:SPARQLExecutable }",
        "SELECT ?x { ?x a <http://www.w3.org/ns/shacl#SPARQLExecutable> }",
        "PREFIX s: <http://www.w3.org/ns/shacl#> SELECT ?x { ?x a s:SPARQLExecutable }",
        "BASE <http://www.w3.org/ns/shacl#> SELECT ?x { ?x a sh:SPARQLExecutable }",
    ],
)
def test_terms_are_known_however_they_are_written(client: Client, query: str) -> None:
    assert len(bindings(client, query)) == len(load_questions())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT DISTINCT ?class { ?thing a ?class } ORDER BY ?class",
        "SELECT ?p ?o { ?set a void:Dataset ; ?p ?o } ORDER BY ?p ?o",
        "# sh:select\nSELECT ?s { ?s ?p 'sh:select' }",
        "SELECT ?example FROM graph:ontology { ?example a sh:SPARQLExecutable }",
        "SELECT ?graph { GRAPH ?graph { ?example a sh:SPARQLExecutable } }",
    ],
)
def test_other_queries_are_answered_from_the_dataset_alone(
    client: Client, query: str, small_dataset: Any
) -> None:
    answer = small_dataset.select(query)
    expected = [
        {
            name: str(term)
            for name, term in zip(answer.variables, row, strict=True)
            if term is not None
        }
        for row in answer
    ]
    assert bindings(client, query) == expected


def test_a_query_can_join_them_with_the_dataset(client: Client) -> None:
    query = """SELECT ?label {
      ?part void:class ?class ; void:propertyPartition/void:property ckg:memberOf .
      ?class rdfs:label ?label
    } ORDER BY ?label"""
    assert bindings(client, query) == [{"label": "agent"}, {"label": "state"}]


def test_a_write_is_seen_in_what_goes_with_which_class(writer: Writer) -> None:
    assert ("urn:Ship", "urn:sails") not in uses(writer.client)
    ship = "GRAPH <urn:g> { <urn:s> a <urn:Ship> ; <urn:sails> 1 }"
    assert writer.update(f"INSERT DATA {{ {ship} }}").status == 200
    assert uses(writer.client)["urn:Ship", "urn:sails"]["objectDatatype"] == XSD + "integer"
    assert b"urn:sails" in writer.client.send("GET", "/.well-known/void").body
    assert writer.update(f"DELETE DATA {{ {ship} }}").status == 200
    assert ("urn:Ship", "urn:sails") not in uses(writer.client)
