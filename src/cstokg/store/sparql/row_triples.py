"""Queries for the triples by which a SELECT query finds one of its rows."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any, Final

import pyoxigraph as ox

from cstokg.errors import QueryRefusedError
from cstokg.store.sparql.lexer import Token, closing, tokens
from cstokg.store.sparql.triple_patterns import CONSTANTS, TriplePattern, read_patterns

_NAME: Final = re.compile(r"\w+")


def read_row(text: str) -> dict[str, str]:
    """Return the terms of a row that is written as in SPARQL 1.1 Query Results JSON, 3.2.2.

    Raises QueryRefusedError for all else: the terms are going to be a part of a query.
    """
    try:
        row: dict[str, Any] = json.loads(text)
        results = {"head": {"vars": list(row)}, "results": {"bindings": [row]}}
        read = ox.parse_query_results(json.dumps(results), ox.QueryResultsFormat.JSON)
        if isinstance(read, ox.QuerySolutions):
            terms = zip(row, next(read), strict=True)
            named = ((name, term) for name, term in terms if _NAME.fullmatch(name))
            return {name: str(term) for name, term in named if term is not None}
    except (ValueError, TypeError, SyntaxError) as error:
        hint = 'A row is a binding of SPARQL JSON: {"s": {"type": "uri", "value": "…"}}.'
        raise QueryRefusedError(f"the row cannot be read: {error}", hint=hint) from error
    raise QueryRefusedError("the row cannot be read")


def row_queries(query: str, row: Mapping[str, str]) -> list[str]:
    """Return CONSTRUCT queries for the triples that match the patterns of a row's first solution.

    `row` has terms by the names of their variables, as in N-Triples. The second query and those
    behind it are of subqueries, whose variables are not seen around them. Paths are left out.
    Raises QueryRefusedError where `query` is no SELECT query with such patterns.
    """
    words = list(tokens(query))
    names = [word.text.upper() if word.kind == "word" else word.text for word in words]
    selects = [number for number, name in enumerate(names) if name == "SELECT"]
    groups = [_group_after(words, select) for select in selects]
    templates = [_template(query[words[start].start : words[end].end]) for start, end in groups]
    if not any(templates):
        raise QueryRefusedError("only a row of a SELECT query with triple patterns has reasons")
    outermost = groups[0][0]
    where = outermost - (names[outermost - 1] == "WHERE")
    sources = names.index("FROM") if "FROM" in names[:where] else where
    prologue = query[: words[selects[0]].start]
    graphs = query[words[sources].start : words[where].start]
    # Blank nodes of a result are not those of the graph.
    given = {name: term for name, term in row.items() if not term.startswith("_:")}
    values = f"VALUES ({' '.join(f'?{n}' for n in given)}) {{ ({' '.join(given.values())}) }}"
    return [
        f"{prologue} CONSTRUCT {{ {template} }} {graphs} WHERE {{ SELECT * WHERE {{ "
        f"{query[words[start].start : words[end].end]} {values} {_values_behind(query, words, end)}"
        " } LIMIT 1 }"
        for (start, end), template in zip(groups, templates, strict=True)
        if template
    ]


def _group_after(words: Sequence[Token], number: int) -> tuple[int, int]:
    """Return the numbers of the brackets of the group that comes behind the token `number`."""
    while words[number].text != "{" and number < len(words) - 1:
        number = closing(words, number) + 1
    return number, closing(words, number)


def _values_behind(query: str, words: Sequence[Token], number: int) -> str:
    """Return the values with which a query, or a subquery, ends behind the group's last bracket."""
    names = [word.text.upper() for word in takewhile(lambda w: w.text != "}", words[number + 1 :])]
    if not {"VALUES", "{"} <= set(names):
        return ""
    first, block = (number + 1 + names.index(name) for name in ("VALUES", "{"))
    return query[words[first].start : words[closing(words, block)].end]


def _template(group: str) -> str:
    return " ".join(
        f"{pattern.subject.text} {pattern.path} {pattern.object.text} ."
        for _, _, patterns in read_patterns(group)
        for pattern in patterns
        if _is_simple(pattern)
    )


def _is_simple(pattern: TriplePattern) -> bool:
    """Return True if a pattern has a property for its path, and neither a list nor brackets."""
    path = [token.kind for token in tokens(pattern.path)]
    nodes = (pattern.subject, pattern.object)
    return (path in (["var"], ["iri"], ["pname"]) or pattern.path == "a") and all(
        node.kind in (*CONSTANTS, "var") for node in nodes
    )
