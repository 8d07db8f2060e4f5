"""Why a row of a query's result is so: the triples that it was found by, each with its grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rdflib import BNode

from cstokg.analysis.answer import Answer, Column
from cstokg.analysis.why import COLUMNS, basis_of, count, ground_rows, in_words, sources_of, why
from cstokg.store.sparql.row_triples import row_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cstokg.analysis.why import Why
    from cstokg.dataset.query_service import QueryService

_MOST: Final = 20
"""How many triples of a row are looked at."""

_COLUMNS: Final = (
    Column("statement", "What is so"),
    Column("triple", "Triple", brief=False),
    *COLUMNS,
)


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
    rows = [
        {"statement": in_words(each.triple, name_of), "triple": " ".join(each.triple), **row}
        for each in found
        for row in ground_rows(each)
    ]
    if not rows:
        return Answer("No statement of the graph gives this row.", _COLUMNS, rows, query)
    grounds = [ground for each in found for ground in each.grounds]
    title = f"The row comes of {count(len(found), 'statement')}, on {basis_of(grounds)}."
    return Answer(title, _COLUMNS, rows, query, sources_of(grounds))
