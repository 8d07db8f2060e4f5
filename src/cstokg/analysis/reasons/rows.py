"""Why a row of a query's result is so: the triples that it was found by, each with its grounds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rdflib import BNode

from cstokg.analysis.answer import Answer, Cells, Column, make_answer
from cstokg.analysis.reasons.triples import GROUNDS, Ground, Why, basis_of, count, in_words, why
from cstokg.dataset.query_service import QueryService
from cstokg.store.sparql.row_triples import row_queries

_MOST: Final = 20
"""How many triples of a row are looked at."""


def why_row(dataset: QueryService, query: str, row: Mapping[str, str]) -> list[Why]:
    """Return the triples by which a SELECT query finds a row, each with what it rests on.

    `row` has the terms of the row by the names of their variables, as in N-Triples. What the row
    does not have, as behind a COUNT, is of the first solution that gives it. Paths, and triples
    about blank nodes, are left out. Raises QueryError.
    """
    for asked in row_queries(query, row):
        triples = sorted(
            (s.n3(), p.n3(), o.n3())
            for s, p, o in dataset.graph(asked)
            if not (isinstance(s, BNode) or isinstance(o, BNode))
        )
        found = (why(dataset, *triple) for triple in triples[:_MOST])
        if there := [each for each in found if each.grounds]:
            return there
    return []


def to_answer(found: Sequence[Why], query: str, name_of: Callable[[str], str]) -> Answer:
    """Return the answer for people; `query` is what the row is of, `name_of` has names of IRIs."""
    reasons = [ground for each in found for ground in each.grounds]
    cells: Cells[Ground] = {
        Column("statement", "What is so"): lambda ground: in_words(ground.triple, name_of),
        Column("triple", "Triple", brief=False): lambda ground: " ".join(ground.triple),
        **GROUNDS,
    }
    title = "No statement of the graph gives this row."
    if reasons:
        title = f"The row comes of {count(len(found), 'statement')}, on {basis_of(reasons)}."
    return make_answer(title, reasons, cells, query)
