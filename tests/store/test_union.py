"""The default graph is the merge of the named graphs, and a set (SPARQL 1.1 Query 13.2)."""

from collections import Counter
from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph

from cstokg.store import QueryOptions, SelectResult, Store

GRAPHS = ("urn:g1", "urn:g2", "urn:g3")

_nodes = st.sampled_from(["<urn:a>", "<urn:b>", "_:n", "_:m"])
_triples = st.tuples(
    _nodes,
    st.sampled_from(["<urn:p>", "<urn:q>"]),
    st.one_of(_nodes, st.sampled_from(['"1"', '"x"@en'])),
).map(" ".join)
_quads = st.lists(st.tuples(_triples, st.sampled_from(GRAPHS)), max_size=12).map(
    lambda pairs: "".join(f"{triple} <{graph}> .\n" for triple, graph in pairs).encode()
)

PATTERNS = (
    "?o ?p ?s { ?s ?p ?o }",
    "?o ?q ?s ?t { ?s <urn:p> ?o . ?o ?q ?t }",
    "?o ?s ?t { ?s <urn:p> ?o OPTIONAL { ?s <urn:q> ?t } }",
    "?o { <urn:a> <urn:p>+ ?o }",
    "?p ?n { { SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p } }",
    "?o ?p ?s { ?s ?p ?o FILTER NOT EXISTS { ?s <urn:q> ?o } }",
)


def stored(nquads: bytes) -> Store:
    store = Store()
    store.load_dump(nquads)
    return store


def rows(store: Store, query: str, options: QueryOptions) -> Counter[Any]:
    """Return how often each row comes; blank nodes have their labels, which stores keep."""
    answer = store.query(query, options)
    assert isinstance(answer, SelectResult)
    return Counter(answer)


def expected(nquads: bytes, query: str, graphs: Collection[str]) -> Counter[Any]:
    """Return the same by rdflib, over one graph with all triples of `graphs`."""
    lines = nquads.decode().splitlines()
    triples = [line.replace(f" <{graph}> .", " .") for graph in graphs for line in lines
               if line.endswith(f" <{graph}> .")]  # fmt: skip
    merged = Graph().parse(data="\n".join(triples), format="nt")
    return Counter(map(tuple, merged.query(query)))  # type: ignore[arg-type]


def shape(found: Counter[Any]) -> Counter[Any]:
    """Return rows without the labels of blank nodes, which each reader chooses."""
    shapes: Counter[Any] = Counter()
    for row, number in found.items():
        shapes[tuple("_" if isinstance(term, BNode) else term for term in row)] += number
    return shapes


@settings(max_examples=40, deadline=None)
@given(nquads=_quads, pattern=st.sampled_from(PATTERNS))
def test_the_union_answers_as_rdflib_over_the_merged_graph(nquads: bytes, pattern: str) -> None:
    query = f"SELECT {pattern}"
    found = rows(stored(nquads), query, QueryOptions())
    assert shape(found) == shape(expected(nquads, query, GRAPHS))


@settings(max_examples=40, deadline=None)
@given(
    nquads=_quads,
    pattern=st.sampled_from(PATTERNS),
    graphs=st.lists(st.sampled_from(GRAPHS), min_size=1, max_size=4),
)
def test_graphs_that_are_chosen_are_merged_too(
    nquads: bytes, pattern: str, graphs: list[str]
) -> None:
    right = shape(expected(nquads, f"SELECT {pattern}", set(graphs)))
    store = stored(nquads)
    chosen = QueryOptions(default_graphs=tuple(graphs))
    assert shape(rows(store, f"SELECT {pattern}", chosen)) == right
    clauses = " ".join(f"FROM <{graph}>" for graph in graphs)
    query = "SELECT " + pattern.replace("{", f"{clauses} {{", 1)
    assert shape(rows(store, query, QueryOptions())) == right


_UPDATES = (
    "INSERT DATA { GRAPH <urn:g1> { <urn:a> <urn:p> <urn:b> } }",
    "DELETE DATA { GRAPH <urn:g1> { <urn:a> <urn:p> <urn:b> } }",
    "INSERT { GRAPH <urn:g2> { ?s ?p ?o } } WHERE { ?s <urn:p> ?o ; ?p ?t }",
    "DELETE { GRAPH ?g { ?s <urn:p> ?o } } WHERE { GRAPH ?g { ?s <urn:p> ?o } }",
    (
        "PREFIX g: <urn:> WITH g:g3 DELETE { ?s ?p ?o } INSERT { ?o ?p ?s } WHERE { ?s ?p ?o "
        "FILTER isIRI(?o) }"
    ),
    "CLEAR SILENT GRAPH <urn:g2>",
    "DROP ALL",
    "ADD SILENT <urn:g1> TO <urn:g3>",
    "MOVE SILENT GRAPH <urn:g3> TO <urn:g1>",
    "INSERT DATA { <urn:a> <urn:q> <urn:a> } ; COPY DEFAULT TO <urn:g2>",
    "DELETE WHERE { GRAPH <urn:g1> { ?s ?p <urn:b> } }",
)


@settings(max_examples=40, deadline=None)
@given(nquads=_quads, updates=st.lists(st.sampled_from(_UPDATES), min_size=1, max_size=4))
def test_every_change_keeps_the_union_and_says_what_it_changed(
    nquads: bytes, updates: list[str]
) -> None:
    store = stored(nquads)
    for update in updates:
        before = store.copy()
        delta = store.update(update, default_graph="urn:default")
        assert delta == before.difference(store)
        before.amend(*delta)
        fresh = stored(store.dump())
        for changed in (store, before):
            assert changed.dump() == fresh.dump()
            assert changed.dump_union() == fresh.dump_union()
            counted = changed.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").to_dicts()
            assert counted == [{"n": len(fresh.dump_union().splitlines())}]


def test_a_graph_that_is_removed_takes_its_own_triples_out_of_the_union() -> None:
    store = stored(b'<urn:a> <urn:p> "1" <urn:g1> .\n')
    store.amend(b"", b'<urn:a> <urn:p> "1" <urn:g2> .\n<urn:a> <urn:p> "2" <urn:g2> .\n')
    store.remove_graph("urn:g2")
    assert len(store.select("SELECT * { ?s ?p ?o }")) == 1


@pytest.mark.parametrize(
    "clauses",
    [
        "FROM g:g1 FROM g:g2",
        "# FROM <urn:g3>\nFROM <urn:g1> FROM <g2>",
        "FROM <urn:g1> FROM <urn:g1> FROM NAMED <urn:g3> FROM g:g2",
    ],
)
def test_graphs_are_found_however_they_are_named(clauses: str) -> None:
    store = stored(b"<urn:a> <urn:p> <urn:b> <urn:g1> .\n<urn:a> <urn:p> <urn:b> <urn:g2> .\n")
    query = f"BASE <urn:> PREFIX g: <urn:> SELECT * {clauses} {{ ?s ?p ?o }}"
    assert len(store.select(query)) == 1


def test_what_is_beside_is_in_the_default_graph_of_one_query_alone() -> None:
    store = stored(b"<urn:a> <urn:p> <urn:b> <urn:g1> .")
    query = "SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?o"
    alone = rows(store, query, QueryOptions())
    beside = b"<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> <urn:c> ."
    assert len(rows(store, query, QueryOptions(beside=beside))) == 2  # a set, as the union is
    assert rows(store, query, QueryOptions()) == alone
    chosen = QueryOptions(beside=beside, default_graphs=["urn:g1"])
    assert rows(store, query, chosen) == alone
    from_g1 = query.replace("{", "FROM <urn:g1> {", 1)
    assert rows(store, from_g1, QueryOptions(beside=beside)) == alone
    named = "SELECT ?o { GRAPH ?g { ?s <urn:p> ?o } }"
    assert len(rows(store, named, QueryOptions(beside=beside))) == 1
    # A path of length zero is at a term that only what is beside has.
    path = "SELECT ?x { <urn:c> <urn:q>* ?x }"
    assert len(rows(store, path, QueryOptions(beside=beside))) == 1
