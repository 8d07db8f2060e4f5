"""What stands in `GRAPH ?g { … }` is worked out in each graph by itself."""

import pytest

from cstokg.store import QueryOptions, SelectResult, Store


@pytest.fixture
def two_graphs() -> Store:
    store = Store()
    store.load_content(b"<urn:a> <urn:p> 1, 2 .", "text/turtle", "urn:g1")
    store.load_content(b"<urn:a> <urn:p> 2, 3 ; <urn:q> 4 .", "text/turtle", "urn:g2")
    return store


ANSWERS = [
    (
        "SELECT ?g ?n { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } } ORDER BY ?g",
        [["urn:g1", "2"], ["urn:g2", "3"]],
    ),
    (
        "SELECT ?g ?o { GRAPH ?g { ?s <urn:p> ?o MINUS { ?s <urn:q> ?q } } } ORDER BY ?o",
        [["urn:g1", "1"], ["urn:g1", "2"]],
    ),
    (
        """SELECT ?g ?t { GRAPH ?g { VALUES (?g ?t) { (UNDEF 'x') (<urn:g1> 'y') } } }
        ORDER BY ?g ?t""",
        [["urn:g1", "x"], ["urn:g1", "y"], ["urn:g2", "x"]],
    ),
    (
        """SELECT ?g ?h { GRAPH ?g { ?s ?p 1 . GRAPH ?h { SELECT (MAX(?o) AS ?m) { ?s ?p ?o } } }
        FILTER(?m = 4) }""",
        [["urn:g1", "urn:g2"]],
    ),
    ("SELECT ?g { GRAPH ?g { ?s ?p 3 } }", [["urn:g2"]]),
]


@pytest.mark.parametrize(("query", "expected"), ANSWERS)
def test_blocks_are_answered_graph_by_graph(
    query: str, expected: list[list[str]], two_graphs: Store
) -> None:
    assert [[str(term) for term in row] for row in two_graphs.select(query)] == expected


def test_the_named_graphs_of_a_request_are_those_that_count(two_graphs: Store) -> None:
    query = "SELECT ?g { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }"
    chosen = two_graphs.query(query, QueryOptions(named_graphs=["urn:g1"]))
    assert isinstance(chosen, SelectResult)
    assert [str(row[0]) for row in chosen] == ["urn:g1"]
    assert list(Store().select(query)) == []
