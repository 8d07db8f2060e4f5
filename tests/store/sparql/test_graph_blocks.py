"""What stands in `GRAPH ?g { … }` is worked out in each graph by itself."""

import pytest

from cstokg.errors import QueryRefusedError
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


@pytest.fixture(scope="module")
def many_graphs() -> Store:
    store = Store()
    for number in range(201):
        store.load_content(f"<urn:a> <urn:p> {number} .".encode(), "text/turtle", f"urn:g{number}")
    return store


@pytest.mark.parametrize(
    "block",
    [
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "{ SELECT ?s { ?s ?p ?o } }",
        "VALUES ?g { <urn:g1> } ?s ?p ?o",
        "VALUES (?t ?g) { (1 <urn:g1>) } ?s ?p ?o",
        "?s ?p 1 MINUS { ?other <urn:q> ?q }",
    ],
)
def test_of_too_many_graphs_what_would_be_misread_is_refused(
    block: str, many_graphs: Store
) -> None:
    query = f"SELECT * {{ GRAPH ?g {{ {block} }} }}"
    with pytest.raises(
        QueryRefusedError, match=r"at most 200 graphs, and there are 201\. Name the"
    ):
        many_graphs.query(query)
    assert many_graphs.query(query, QueryOptions(named_graphs=["urn:g1"]))


def test_of_too_many_graphs_what_is_read_right_is_answered(many_graphs: Store) -> None:
    for block in ("VALUES ?o { 1 2 } ?s ?p ?o", "?s ?p ?o MINUS { ?s ?p ?o FILTER(?o < 199) }"):
        assert len(list(many_graphs.select(f"SELECT ?g {{ GRAPH ?g {{ {block} }} }}"))) == 2
