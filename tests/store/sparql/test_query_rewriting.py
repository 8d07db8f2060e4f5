"""Queries are rewritten only where they order, collect or select all, and stay what they were."""

from pathlib import Path

import pytest

from cstokg.store import QueryOptions, SelectResult, Store
from cstokg.store.sparql.query_rewriting import name_columns, rewrite_query

LEFT_ALONE = [
    "SELECT * { ?s ?p ?o }",
    'ASK { FILTER("MIN(?x)" = "ORDER BY ?x") }',
    "ASK { ?min <urn:max> ?order } # ORDER BY ?x",
    "PREFIX min: <urn:min:> SELECT ?max { ?max min:max ?x }",
    "PREFIX f: <urn:f:> SELECT (f:a-min(?x) AS ?y) (f:max(?x) AS ?z) {}",
    "SELECT ?x { ?x ?y ?z } ORDER BY STR(?x) STRLEN(?y)",
]


@pytest.mark.parametrize("query", LEFT_ALONE)
def test_what_needs_no_other_words_keeps_its_own(query: str) -> None:
    assert rewrite_query(query) == query


ANSWERED = [
    ("SELECT ?x { VALUES ?x { 2 1 3 } } ORDER BY DESC(?x) LIMIT 2", [["3"], ["2"]]),
    ("SELECT ?x { VALUES ?x { 2 1 3 } } ORDER BY ?x OFFSET 1 LIMIT 1", [["2"]]),
    ("SELECT ?x { VALUES ?x { 2 1 3 } } ORDER BY ?x VALUES (?y) { (7) }", [["1"], ["2"], ["3"]]),
    ("SELECT ?x { VALUES ?x { 2 1 } } ORDER BY (?x<((2))&&?x>0)", [["2"], ["1"]]),
    ("SELECT ?x { VALUES ?x { 2 1 } } ORDER BY xsd:integer(?x) # ?x", [["1"], ["2"]]),
    (
        """SELECT ?y (GROUP_CONCAT(DISTINCT ?x; SEPARATOR=";") AS ?all)
        { VALUES (?y ?x) { ("a" 10) ("a" <urn:x>) ("b" "z"@en) } } GROUP BY ?y
        HAVING (MAX(?x) != 0) ORDER BY DESC(MIN(?x)) ?y""",
        [["b", "z"], ["a", "10;urn:x"]],
    ),
    (
        "SELECT ?x { { SELECT ?x { VALUES ?x { 1 2 } } ORDER BY DESC(?x) LIMIT 1 } } ORDER BY ?x",
        [["2"]],
    ),
    ("SELECT (GROUP_CONCAT(?x) AS ?all) { VALUES ?x { 1 2 } }", [["1 2"]]),
    ("SELECT (min ( ?x ) AS ?min) { VALUES ?x { 10 9 } }", [["9"]]),
    ('SELECT ?x { VALUES ?x { 10 "5" 9 } } ORDER# a\nBY# b\n?x', [["9"], ["10"], ["5"]]),
    ('SELECT (MAX# a\n(# b\n?x) AS ?y) { VALUES ?x { 10 "7" 9 } }', [["7"]]),
    ('SELECT (20-MIN(?x) AS ?y) { VALUES ?x { 10 "5" 9 } }', [["11"]]),
    ("SELECT (GROUP_CONCAT# a\n(?x) AS ?y) { VALUES ?x { 1 2 } }", [["1 2"]]),
]


@pytest.mark.parametrize(("query", "expected"), ANSWERED)
def test_conditions_and_aggregates_are_found_wherever_they_end(
    query: str, expected: list[list[str]]
) -> None:
    xsd = {"xsd": "http://www.w3.org/2001/XMLSchema#"}
    assert [[str(term) for term in row] for row in Store().select(query, prefixes=xsd)] == expected


def test_an_update_orders_as_a_query_does() -> None:
    store = Store()
    store.update(
        """INSERT { <urn:s> <urn:least> ?min ; <urn:first> ?first } WHERE {
            { SELECT (MIN(?x) AS ?min) { VALUES ?x { 10 "5" 9 } } }
            { SELECT ?first { VALUES ?first { 10 "5" 9 } } ORDER BY ?first LIMIT 1 } }""",
        default_graph="urn:graph",
    )
    assert [str(value) for _, _, value in store.triples()] == ["9", "9"]


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.load(b"<urn:s> <urn:p> <urn:o> .", Path("text.ttl"), "urn:g")
    return store


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT * { ?s ?p ?o }", "s p o"),
        ("# ?o first\nPREFIX z: <urn:z?b> select distinct * { ?s ?p ?o } ORDER BY ?o", "s p o"),
        ("SELECT REDUCED* WHERE { $z ?y ?x FILTER(?a = 1) }", "z y x"),
        ("SELECT * { ?z ?y ?x MINUS { ?a ?b ?x } }", "z y x"),
        (
            "SELECT * { { SELECT ?y (COUNT(*) AS ?n) { ?a ?y ?b } GROUP BY ?y } ?x ?y ?a }",
            "y n a x",
        ),
        ("SELECT * { ?z <urn:p>*/<urn:p> ?y BIND(1 AS ?a) }", "z y a"),
        ("SELECT * { ?s ?p ?o } VALUES ?a { 1 }", "s p o a"),
        ("BASE <urn:x> SELECT * { GRAPH ?z { ?b ckg:p ?a } }", "z b a"),
        ("SELECT ?o (2 * 3 AS ?a) ?s { ?s ?p ?o }", "o a s"),
        ("SELECT # all\n DISTINCT # of them\n * { ?s ?p ?o }", "s p o"),
        ("SELECT * {}", ""),
    ],
)
def test_columns_stand_as_the_query_names_them(store: Store, query: str, columns: str) -> None:
    found = store.query(query, QueryOptions(prefixes={"ckg": "urn:ckg:"}))
    assert isinstance(found, SelectResult)
    assert " ".join(found.variables) == columns
    assert found.serialize("csv").decode().partition("\r\n")[0] == columns.replace(" ", ",")


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SELECT * { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } { SELECT * { ?s ?p ?o } }",
        "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }",
        "SELECT",
        "* SELECT",
        "",
    ],
)
def test_what_selects_otherwise_is_left_as_it_is(query: str) -> None:
    assert name_columns(query, lambda: "spo") == query
