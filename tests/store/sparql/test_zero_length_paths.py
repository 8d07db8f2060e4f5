"""Paths of length zero, held against rdflib's evaluation of the same query."""

from collections.abc import Iterable
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from cstokg.store import QueryOptions, Store
from cstokg.store.sparql.zero_length_paths import rewrite_paths

FEW = "<urn:a> <urn:p> <urn:b> . <urn:b> <urn:q> <urn:c> . <urn:c> <urn:p> 'text' ."
SUBJECTS = ["<urn:a>", "<urn:c>", "<urn:nowhere>", "'other'@en"]
OBJECTS = ["'text'", "7", "true", *SUBJECTS]
PATHS = [
    *("<urn:p>*", "<urn:p>?", "^<urn:p>*", "(<urn:p>|<urn:q>)*", "(<urn:p>*)/(<urn:q>?)"),
    *("(<urn:p>?|<urn:q>)+", "!(<urn:p>|<urn:q>)", "!<urn:p>*", "<urn:p>/<urn:q>*", "a*"),
]


def loaded(turtle: str) -> Store:
    store = Store()
    store.load_content(turtle.encode(), "text/turtle", "urn:graph")
    return store


def rows(result: Iterable[Any]) -> set[tuple[str, ...]]:
    return {tuple(term.n3() if term is not None else "" for term in row) for row in result}


@settings(max_examples=150, deadline=None)
@given(
    # One pattern: rdflib puts what another has found into a path, and finds nothing between two
    # constants.
    st.one_of(
        st.tuples(*map(st.sampled_from, (SUBJECTS, PATHS, ["?x", "?y"]))),
        st.tuples(*map(st.sampled_from, (["?x", "?y"], PATHS, OBJECTS))),
    ),
    st.sampled_from(["{}", "{{ {} }}", "?z ?p ?x . {}", "?z ?p ?y OPTIONAL {{ {} }}"]),
)
def test_a_path_finds_what_rdflib_finds(pattern: tuple[str, ...], group: str) -> None:
    query = f"SELECT DISTINCT ?x ?y {{ {group.format(' '.join(pattern))} }}"
    graph = rdflib.Graph().parse(data=FEW, format="turtle")
    assert rows(loaded(FEW).select(query)) == rows(graph.query(query))


FOUND = [
    ("ASK { <urn:n> <urn:p>* <urn:n> }", True),
    ("ASK { <urn:n> <urn:p>* <urn:m> }", False),
    ("PREFIX u: <urn:> ASK { u:n u:p? <urn:n> }", True),
    ("ASK { <urn:a> <urn:p> <urn:b> ; <urn:q>* ?x , <urn:a> . FILTER(?x = <urn:a>) }", True),
    ("ASK { FILTER EXISTS { <urn:n> <urn:p>* <urn:n> } }", True),
    ("ASK { FILTER(1 = 1 && NOT EXISTS { <urn:n> <urn:p>* ?x }) }", False),
    ("ASK { GRAPH <urn:graph> { <urn:n> <urn:p>* ?x } }", True),
    ("ASK { GRAPH ?g { <urn:n> <urn:p>* ?x } FILTER(?g = <urn:graph>) }", True),
    ("ASK FROM <urn:other> { <urn:a> <urn:p>* ?x }", True),
    ("ASK { ?x <urn:p>* 'other' FILTER(?x = 'other') }", True),
    ("ASK { VALUES ?x { <urn:n> } ?x <urn:p>* ?y }", False),
    ("ASK { <urn:n> <urn:p>* ?x FILTER(?x * 2 = 4) }", False),
    ("ASK { <urn:n> <urn:p>+ ?x }", False),
    ("PREFIX : <urn:p> ASK { <urn:n> :* ?x }", True),
    ("PREFIX : <urn:> ASK { <urn:n> :p-* ?x }", True),
    ("PREFIX : <urn:> ASK { <urn:n> :p\\-? ?x }", True),
    ("ASK { <urn:n> <urn:p># or itself\n* ?x }", True),
    ("ASK { <urn:n> <urn:p>* [] }", True),
    ("ASK { [ ] <urn:p>? <urn:n> . }", True),
    ("ASK { <urn:n> <urn:p>* [ <urn:q> 1 ] }", False),
    ("ASK { GRAPH <urn:none> { <urn:n> <urn:p>* <urn:n> } }", False),
]


@pytest.mark.parametrize(("query", "expected"), FOUND)
def test_a_path_of_no_length_is_found_wherever_it_stands(query: str, *, expected: bool) -> None:
    assert bool(loaded(FEW).query(query)) is expected


def test_an_update_follows_such_a_path() -> None:
    store = loaded(FEW)
    store.update(
        "INSERT { <urn:n> <urn:r> ?x } WHERE { <urn:n> <urn:p>* ?x }", default_graph="urn:graph"
    )
    assert store.query("ASK { <urn:n> <urn:r> <urn:n> }")


def test_a_query_about_terms_that_are_there_keeps_its_words() -> None:
    for query in ("SELECT * { <urn:a> <urn:p>* ?x }", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"):
        assert rewrite_paths(query, lambda _: True) == query
        assert loaded(FEW).query(query, QueryOptions())
