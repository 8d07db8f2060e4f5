import pytest

from cstokg.errors import QueryRefusedError
from cstokg.quality.competency_questions import load_questions
from cstokg.store.sparql.limits import MAX_NESTING, MAX_OPERATORS, refuse_oversized


@pytest.mark.parametrize(
    "query",
    [
        "ASK " + "{" * (MAX_NESTING + 1) + "}" * (MAX_NESTING + 1),
        "ASK { FILTER(" + "(" * MAX_NESTING + "1" + ")" * MAX_NESTING + ") }",
        # What looks like an IRI is a comparison with brackets in it.
        "ASK { FILTER(?a<" + "(" * MAX_NESTING + "1" + ")" * MAX_NESTING + "&&?b>2) }",
        "ASK { ?s ?p " + "[ ?p " * MAX_NESTING + "1" + "]" * MAX_NESTING + " }",
        "ASK { FILTER(" + "!" * MAX_OPERATORS + "?o) }",
        "ASK { FILTER(" + " || ".join(["?o"] * (MAX_OPERATORS + 2)) + ") }",
        "ASK { " + " ".join(f"BIND(1 AS ?x{number})" for number in range(MAX_OPERATORS)) + " }",
    ],
)
def test_a_query_that_would_overflow_the_stack_is_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError):
        refuse_oversized(query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { VALUES ?x { " + "1 <a:b> 'x' UNDEF true " * 5000 + "} }",
        "ASK { FILTER(?x = '" + "(" * 500 + "') } # " + "(" * 500,
        *(question.query for question in load_questions()),
    ],
)
def test_what_people_write_is_not_refused(query: str) -> None:
    refuse_oversized(query)
