"""Queries are rewritten only where they order or collect, and stay the queries that they were."""

import pytest

from cstokg.store import Store
from cstokg.store.sparql.query_rewriting import rewrite_query

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
