"""The engine's faults that other modules work around, asked of the engine itself.

A test that fails here says that the engine has been mended: the module that its message names can
go, or what is in it of this.
"""

import subprocess
import sys

import pyoxigraph as ox
import pytest


@pytest.fixture
def engine() -> ox.Store:
    engine = ox.Store()
    engine.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> <urn:b> } }")
    return engine


def rows(engine: ox.Store, query: str) -> list[list[str]]:
    answer = engine.query(query)
    assert isinstance(answer, ox.QuerySolutions)
    return [[str(term) for term in solution] for solution in answer]


def test_terms_of_unlike_kinds_are_sorted_by_their_text(engine: ox.Store) -> None:
    found = rows(engine, 'SELECT (STR(?x) AS ?y) { VALUES ?x { 10 "5" 9 } } ORDER BY ?x')
    assert found == [['"10"'], ['"5"'], ['"9"']], "see store/ordering.py"


def test_sorting_terms_of_unlike_kinds_ends_the_process() -> None:
    program = """
import random, pyoxigraph as ox
values = [text for number in range(200) for text in (f"{number}", f'"{number}"')]
random.Random(1).shuffle(values)
query = "SELECT ?x { VALUES ?x { %s } } ORDER BY ?x" % " ".join(values)
ox.Store().query(query).serialize(format=ox.QueryResultsFormat.CSV)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert ended.returncode < 0, "see store/ordering.py"


def test_group_concat_takes_no_number(engine: ox.Store) -> None:
    found = rows(engine, "SELECT (GROUP_CONCAT(?x) AS ?y) { VALUES ?x { 1 } }")
    assert found == [["None"]], "see store/sparql/query_rewriting.py"


def test_no_path_of_length_zero_is_at_a_term_that_no_graph_has(engine: ox.Store) -> None:
    found = rows(engine, "SELECT ?o { <urn:nowhere> <urn:p>* ?o }")
    assert found == [], "see store/sparql/zero_length_paths.py"


def test_a_subquery_in_a_block_is_not_answered_graph_by_graph(engine: ox.Store) -> None:
    found = rows(engine, "SELECT ?g { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }")
    assert found == [["None"]], "see store/sparql/graph_blocks.py"


def test_rdf_xml_that_breaks_off_is_read() -> None:
    whole = ox.serialize(
        [ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c"))],
        format=ox.RdfFormat.RDF_XML,
    )
    assert whole is not None
    cut = whole[: whole.rindex(b"</rdf:Description>")]
    assert len(list(ox.parse(cut, format=ox.RdfFormat.RDF_XML))) == 1, "see store/rdf11.py"


def test_derived_datatypes_are_not_kept(engine: ox.Store) -> None:
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    byte = "http://www.w3.org/2001/XMLSchema#byte"
    found = rows(engine, f'SELECT ?x {{ VALUES ?x {{ "7"^^<{byte}> }} }}')
    assert found == [[f'"7"^^<{integer}>']], "see 'Numbers' in docs/endpoint.md, and rdf/diff.py"


def test_rdf_1_2_is_left_out_unsaid() -> None:
    head = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    triple = f"""{head}<rdf:Description rdf:about="urn:a"><p xmlns="urn:" rdf:parseType="Triple">
        <rdf:Description rdf:about="urn:c" rdf:value="d"/></p></rdf:Description></rdf:RDF>"""
    assert not list(ox.parse(triple, format=ox.RdfFormat.RDF_XML)), "see store/rdf11.py"
    json = '{"@id":"urn:a","urn:b":{"@value":"x","@direction":"rtl"}}'
    (quad,) = ox.parse(json, format=ox.RdfFormat.JSON_LD)
    assert quad.object == ox.Literal("x"), "see store/syntax.py"


@pytest.mark.parametrize(
    ("name", "text"),
    [("http://www.w3.org/1999/02/22-rdf-syntax-ns#bagID", "x"), ("urn:p", "\x01"), ("urn:p", "\r")],
)
def test_xml_is_written_that_does_not_say_what_it_should(name: str, text: str) -> None:
    triple = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode(name), ox.Literal(text))
    written = ox.serialize([triple], format=ox.RdfFormat.RDF_XML)
    assert f">{text}<".encode() in (written or b""), "see store/results.py"
