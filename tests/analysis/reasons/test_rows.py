"""The triples by which a row of a query is found, against the real graph."""

import pytest
from rdflib import BNode

from cstokg import Dataset
from cstokg.analysis.reasons.rows import why_row
from cstokg.namespaces import CKG, RESOURCE
from cstokg.quality.competency_questions import load_questions

ARMENIA = f"<{RESOURCE}state/armenia>"
CSTO = f"<{RESOURCE}organization/csto>"
MEMBER = (ARMENIA, f"<{CKG}memberOf>", CSTO)


def triples(dataset: Dataset, query: str, **row: str) -> list[tuple[str, str, str]]:
    return [each.triple for each in why_row(dataset, query, row)]


IN_CSTO = "?s ckg:memberOf organization:csto"
LINKS = "<https://w3id.org/cstokg/graph/links/scepanovic-2024>"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?s {{ {IN_CSTO} }}",
        f"select distinct ?s where {{ {IN_CSTO} }} order by ?s limit 5",
        f"PREFIX x: <{CKG}> SELECT ?s {{ ?s x:memberOf organization:csto }}",
        "SELECT ?s { ?s ckg:memberOf ?o } VALUES ?o { organization:csto }",
        f"SELECT ?s {{ {{ {IN_CSTO} }} UNION {{ ?s ckg:formerMemberOf organization:csto }} }}",
        f"SELECT ?s {{ {IN_CSTO} FILTER NOT EXISTS {{ ?s ckg:formerMemberOf ?o }} }}",
        f"SELECT ?s FROM {LINKS} WHERE {{ {IN_CSTO} }}",
        f"SELECT ?s {{ GRAPH ?g {{ {IN_CSTO} }} }}",
        f"SELECT ?s {{ {{ SELECT ?s (COUNT(*) AS ?n) {{ {IN_CSTO} }} GROUP BY ?s }} }}",
        "SELECT ?s { { SELECT ?s { ?s ckg:memberOf ?o } VALUES ?o { organization:csto } } }",
        f"SELECT ?s (COUNT(*) AS ?n) {{ {IN_CSTO} }} GROUP BY ?s # }} {{",
    ],
)
def test_a_row_comes_of_the_triples_that_match(dataset: Dataset, query: str) -> None:
    assert triples(dataset, query, s=ARMENIA) == [MEMBER]


def test_what_the_row_does_not_have_is_of_a_solution(dataset: Dataset) -> None:
    query = "SELECT (COUNT(?s) AS ?n) { ?s ckg:memberOf organization:csto }"
    ((_, prop, value),) = triples(
        dataset, query, n='"6"^^<http://www.w3.org/2001/XMLSchema#integer>'
    )
    assert (prop, value) == MEMBER[1:]


def test_a_row_that_the_query_does_not_give_comes_of_nothing(dataset: Dataset) -> None:
    query = "SELECT ?s { ?s ckg:memberOf organization:csto }"
    assert triples(dataset, query, s=CSTO) == []


def test_the_rows_of_all_stored_questions_have_reasons(dataset: Dataset) -> None:
    without = []
    for question in load_questions():
        result = dataset.query(question.query)
        if result.kind == "select" and result.rows:
            pairs = zip(result.variables, result.rows[0], strict=True)
            row = {n: t.n3() for n, t in pairs if t is not None and not isinstance(t, BNode)}
            if not why_row(dataset, question.query, row):
                without.append(question.name)
    assert without == []
