import csv
import io
import json
import pickle
from datetime import date

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from cstokg.errors import UnknownFormatError, UnwritableError
from cstokg.namespaces import XSD
from cstokg.store import BooleanResult, GraphResult, SelectResult, Store

ROWS = """
SELECT * WHERE { VALUES (?a ?b) {
  (<http://example.org/x> "1992-05-01"^^<http://www.w3.org/2001/XMLSchema#date>)
  ("text" UNDEF)
  ("жизнь"@ru 7)
} }
"""


@pytest.fixture
def rows(store: Store) -> SelectResult:
    return store.select(ROWS)


@pytest.fixture
def graph_result(store: Store) -> GraphResult:
    result = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(result, GraphResult)
    return result


def test_rows_are_rdflib_terms(rows: SelectResult) -> None:
    assert rows.variables == ("a", "b")
    assert rows.rows == [
        (
            URIRef("http://example.org/x"),
            Literal("1992-05-01", datatype=URIRef(XSD + "date")),
        ),
        (Literal("text"), None),
        (Literal("жизнь", lang="ru"), Literal("7", datatype=URIRef(XSD + "integer"))),
    ]


def test_a_result_can_be_read_again_and_sent_elsewhere(rows: SelectResult) -> None:
    assert list(rows) == list(rows)
    assert len(pickle.loads(pickle.dumps(rows))) == len(rows) == 3


def test_dicts_hold_python_values(rows: SelectResult) -> None:
    assert rows.to_dicts() == [
        {"a": "http://example.org/x", "b": date(1992, 5, 1)},
        {"a": "text", "b": None},
        {"a": "жизнь", "b": 7},
    ]


def test_texts_are_empty_where_a_variable_is_unbound(rows: SelectResult) -> None:
    expected = [["http://example.org/x", "1992-05-01"], ["text", ""], ["жизнь", "7"]]
    assert rows.texts == expected


def test_an_ill_typed_literal_stays_text(store: Store) -> None:
    result = store.select(f'SELECT ?x {{ VALUES ?x {{ "soon"^^<{XSD}date> }} }}')
    assert result.to_dicts() == [{"x": "soon"}]


def test_pandas_takes_a_result_in_one_line(rows: SelectResult) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(rows.to_dicts())
    assert list(frame.columns) == ["a", "b"]
    assert len(frame) == 3


def test_select_as_json(rows: SelectResult) -> None:
    content = json.loads(rows.serialize("json"))
    assert content["head"]["vars"] == ["a", "b"]
    assert content["results"]["bindings"][2]["a"] == {
        "type": "literal",
        "value": "жизнь",
        "xml:lang": "ru",
    }


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
def test_rdflib_reads_what_is_written(rows: SelectResult, name: str) -> None:
    from rdflib.query import Result, ResultRow

    parsed = Result.parse(io.BytesIO(rows.serialize(name)), format=name)
    assert [tuple(row) for row in parsed if isinstance(row, ResultRow)] == rows.rows


def test_select_as_csv(rows: SelectResult) -> None:
    lines = list(csv.reader(io.StringIO(rows.serialize("csv").decode())))
    assert lines == [
        ["a", "b"],
        ["http://example.org/x", "1992-05-01"],
        ["text", ""],
        ["жизнь", "7"],
    ]


@pytest.mark.parametrize(
    ("query", "expected"), [("ASK {}", True), ("ASK { FILTER(false) }", False)]
)
def test_ask(store: Store, query: str, expected: bool) -> None:
    result = store.query(query)
    assert isinstance(result, BooleanResult)
    assert bool(result) is expected
    assert json.loads(result.serialize("json"))["boolean"] is expected
    assert f"<boolean>{str(expected).lower()}</boolean>" in result.serialize("xml").decode()


# rdflib's own parser of JSON-LD.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("name", ["turtle", "ntriples", "rdfxml", "jsonld"])
def test_graphs_are_read_back_the_same(graph_result: GraphResult, name: str) -> None:
    parsers = {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
    parsed = Graph().parse(data=graph_result.serialize(name), format=parsers.get(name, name))
    assert len(parsed) == len(graph_result) == 10
    assert isomorphic(parsed, graph_result.graph())


def test_a_carriage_return_in_a_text_outlives_xml(store: Store) -> None:
    from rdflib.query import Result, ResultRow

    texts = {"a\rb", "\r", "a\r\nb"}
    listed = " ".join(Literal(text).n3() for text in texts)
    rows = store.select(f"SELECT ?x {{ VALUES ?x {{ {listed} }} }}")
    read = Result.parse(io.BytesIO(rows.serialize("xml")), format="xml")
    assert {str(row[0]) for row in read if isinstance(row, ResultRow)} == texts
    graph = store.query(f"CONSTRUCT {{ <urn:s> <urn:p> ?x }} {{ VALUES ?x {{ {listed} }} }}")
    parsed = Graph().parse(data=graph.serialize("rdfxml"), format="xml")
    assert {str(text) for text in parsed.objects()} == texts


def test_turtle_declares_the_prefixes_it_uses_alone(store: Store) -> None:
    result = store.query("CONSTRUCT { <urn:s> a <http://www.w3.org/2002/07/owl#Class> } {}")
    text = result.serialize("turtle").decode()
    assert "@prefix owl:" in text
    assert "@prefix foaf:" not in text


def test_a_graph_has_its_blank_nodes(graph_result: GraphResult) -> None:
    assert any(isinstance(s, BNode) for s, _, _ in graph_result)


@pytest.mark.parametrize(
    ("query", "name"),
    [("SELECT * {}", "turtle"), ("ASK {}", "csv"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv")],
)
def test_a_format_for_other_results_is_refused(store: Store, query: str, name: str) -> None:
    with pytest.raises(UnknownFormatError):
        store.query(query).serialize(name)


@pytest.mark.parametrize(
    "predicate",
    [
        *("http://example.org/2024", "http://example.org/", "urn:x)", "urn:1.5"),
        *(f"http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}" for name in ("li", "about", "RDF")),
        *(f"http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}" for name in ("aboutEach", "bagID")),
    ],
)
def test_a_triple_that_xml_cannot_carry_is_named(store: Store, predicate: str) -> None:
    made = f"<urn:a> <urn:b> 1 . <urn:s> <{predicate}> 'x'"
    graph = store.query(f"CONSTRUCT {{ {made} }} {{}}")
    with pytest.raises(UnwritableError) as caught:
        graph.serialize("rdfxml")
    assert f"RDF/XML cannot carry the triple <urn:s> <{predicate}> " in caught.value.message
    assert "Turtle, N-Triples, JSON-LD" in caught.value.hint
    assert Graph().parse(data=graph.serialize("turtle"), format="turtle")


@pytest.mark.parametrize("escape", ["\\u0001", "\\u000B", "\\uFFFE"])
def test_a_character_that_xml_cannot_carry_is_refused_in_xml_alone(
    store: Store, escape: str
) -> None:
    rows = store.select(f"SELECT ('{escape}' AS ?x) {{}}")
    with pytest.raises(UnwritableError, match="a character that XML does not have"):
        rows.serialize("xml")
    assert rows.serialize("csv")
    with pytest.raises(UnwritableError, match="the triple <urn:s>"):
        store.query(f"CONSTRUCT {{ <urn:s> <urn:p> '{escape}' }} {{}}").serialize("rdfxml")
