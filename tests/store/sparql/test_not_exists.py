"""NOT EXISTS as MINUS, held against the engine's answer to the query as it was written."""

from collections import Counter
from collections.abc import Sequence

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstokg.store.sparql.not_exists import rewrite_not_exists

NODES = [f"<urn:{letter}>" for letter in "abc"]
NAMES = ["<urn:p>", "<urn:q>"]
TERMS = [NODES[0], *(f"?{letter}" for letter in "xyzw")]
TRIPLES = st.tuples(*map(st.sampled_from, (TERMS, NAMES, TERMS))).map(" ".join)
PAIRS = st.tuples(TRIPLES, TRIPLES).map(" . ".join)
BLOCKS = st.one_of(TRIPLES, PAIRS)
INNER = st.one_of(
    PAIRS,
    PAIRS,
    st.tuples(PAIRS, PAIRS).map(lambda both: f"{both[0]} FILTER NOT EXISTS {{ {both[1]} }}"),
    st.tuples(PAIRS, TRIPLES).map(lambda both: f"{both[0]} OPTIONAL {{ {both[1]} }}"),
    PAIRS.map(lambda block: f"{block} FILTER(?x != ?y)"),
)
GROUPS = [
    "%s FILTER NOT EXISTS { %s }",
    "%s . FILTER NOT EXISTS { %s } . ?x ?v ?u",
    "FILTER NOT EXISTS { %s } %s",
    "OPTIONAL { %s } FILTER NOT EXISTS { %s }",
    "?x <urn:p> ?t OPTIONAL { %s FILTER NOT EXISTS { %s } }",
    "{ %s } UNION { ?y <urn:q> ?z FILTER NOT EXISTS { %s } }",
    "%s FILTER EXISTS { ?y ?r ?w FILTER NOT EXISTS { %s } }",
    "GRAPH <urn:g> { %s FILTER NOT EXISTS { %s } }",
    "GRAPH ?z { %s FILTER NOT EXISTS { %s } }",
    "VALUES ?x { <urn:a> UNDEF } %s FILTER NOT EXISTS { %s } BIND(?x AS ?copy)",
    "{ SELECT ?x { %s FILTER NOT EXISTS { %s } } } ?x <urn:p> ?y",
]
DATA = st.lists(
    st.tuples(*map(st.sampled_from, (NODES, NAMES, NODES))), min_size=4, max_size=9, unique=True
)


def answer(triples: Sequence[tuple[str, str, str]], query: str) -> Counter[tuple[str, ...]]:
    engine = ox.Store()
    text = " . ".join(map(" ".join, triples))
    engine.update(f"INSERT DATA {{ {text} GRAPH <urn:g> {{ {text} }} }}")
    found = engine.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return Counter(tuple(map(str, solution)) for solution in found)


@settings(max_examples=500, deadline=None)
@given(DATA, st.sampled_from(GROUPS), BLOCKS, INNER)
def test_the_answers_are_those_of_the_query_as_it_was(
    triples: list[tuple[str, str, str]], group: str, block: str, inner: str
) -> None:
    query = f"SELECT * {{ {group % ((inner, block) if group[0] == 'F' else (block, inner))} }}"
    assert answer(triples, rewrite_not_exists(query)) == answer(triples, query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?m :of ?s ; :in ?o FILTER NOT EXISTS { ?x :of ?s . ?x :end ?e } }",
        "SELECT * { ?m :of ?s . FILTER NOT EXISTS { ?x :of ?s ; :end ?e # until\n } . ?m :in ?o }",
        "ASK { GRAPH <urn:g> { ?m :of ?s filter not exists { ?s :in ?o . ?o :of ?p } } }",
    ],
)
def test_a_join_that_is_not_looked_up_becomes_minus(query: str) -> None:
    assert " MINUS {" in rewrite_not_exists(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?m :of ?s FILTER NOT EXISTS { ?m :end ?e } }",
        "SELECT * { ?m :of ?s FILTER NOT EXISTS { ?m :end ?e ; :in ?o } }",
        "SELECT * { ?m :of ?s FILTER NOT EXISTS { ?x :end ?e ; :in ?o } }",
        "SELECT * { ?m :of ?s FILTER NOT EXISTS { ?x :of ?s ; :end ?e FILTER(?e < ?m) } }",
        "SELECT * { ?m :of ?s FILTER NOT EXISTS { ?x :of* ?s ; :end ?e } }",
        "SELECT * { ?m :of ?s OPTIONAL { ?m :in ?o FILTER NOT EXISTS { ?x :of ?s ; :in ?o } } }",
        "SELECT * { OPTIONAL { ?m :of ?s } FILTER NOT EXISTS { ?x :of ?s ; :in ?o } }",
        "SELECT * { ?m :of ?s FILTER(?s > 1 || NOT EXISTS { ?x :of ?s ; :in ?o }) }",
    ],
)
def test_what_is_quick_or_means_something_else_stays(query: str) -> None:
    assert rewrite_not_exists(query) == query
