"""The graphs that a query reads as its default graph, and what names of graphs stand for."""

from collections.abc import Mapping, Sequence
from itertools import pairwise, takewhile

import pyoxigraph as ox

from cstokg.store.sparql.lexer import tokens

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


def from_graphs(query: str, prefixes: Mapping[str, str]) -> list[str]:
    """Return the IRIs that the FROM clauses of a query name, each once (SPARQL 1.1 Query 13.2).

    `prefixes` hold where the query declares none of that name. None are found in what is no query.
    """
    head = list(takewhile(lambda token: token.text != "{", tokens(query)))
    names = [
        name.text
        for word, name in pairwise(head)
        if word.kind == "word" and word.text.upper() == "FROM" and name.kind in ("iri", "pname")
    ]
    try:
        return resolve(names, prologue(query), prefixes) or []
    except SyntaxError:
        return []


def prologue(query: str) -> str:
    """Return what stands before the first word of a query that is no declaration."""
    words = (token for token in tokens(query) if token.kind == "word")
    form = next((word.start for word in words if word.text.upper() in _FORMS), 0)
    return query[:form]


def query_form(query: str) -> str:
    """Return the form of a query in small letters: `select`, `ask`, `construct` or `describe`."""
    return next(tokens(query[len(prologue(query)) :])).text.lower()


def resolve(
    names: Sequence[str] | None, prologue: str, prefixes: Mapping[str, str]
) -> list[str] | None:
    """Return the IRIs that `names`, written as in SPARQL, stand for, each once; None for None.

    `prologue` is what is declared before them. Raises the engine's SyntaxError.
    """
    if not names:
        return None if names is None else []
    columns = " ".join(f"({name} AS ?g{number})" for number, name in enumerate(names))
    # The engine itself says what the names mean, with BASE and their escapes.
    answer = ox.Store().query(f"{prologue} SELECT {columns} {{}}", prefixes=dict(prefixes))
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("a SELECT query has solutions")
    found = [term.value for row in answer for term in row if isinstance(term, ox.NamedNode)]
    return list(dict.fromkeys(found))
