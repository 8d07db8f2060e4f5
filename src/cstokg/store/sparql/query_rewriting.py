"""A query in the words that make the engine answer it as SPARQL 1.1 says.

pyoxigraph 0.5.13 compares terms of unlike kinds by their text: it sorts `10 "5" 9` as they stand
here, and may end the process over it. Its GROUP_CONCAT takes texts alone.
`tests/store/test_engine_faults.py` says whether this still is so.

It has the columns of `SELECT *` in the order of their names. The specification leaves that open
(SPARQL 1.1 Query 16.1); people expect the order in which the query names them.

Places are found by tokens, which is a guess (see `lexer`). That is no danger: the engine parses
what the guess makes of a query, and where it takes that for none, it is handed the query itself.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import pyoxigraph as ox

from cstokg.store.ordering import Maximum, Minimum, sort_key
from cstokg.store.sparql.dataset_clause import prologue
from cstokg.store.sparql.lexer import Token, closing, tokens

_Edit = tuple[int, int, str]
"""From which offset to which, and what stands there instead."""

_SORT_KEY: Final = ox.NamedNode("urn:cstokg:sort-key")
_EXTREMES: Final = {
    "MIN": ox.NamedNode("urn:cstokg:minimum"),
    "MAX": ox.NamedNode("urn:cstokg:maximum"),
}
FUNCTIONS: Final[Mapping[str, Any]] = {
    "custom_functions": {_SORT_KEY: sort_key},
    "custom_aggregate_functions": {_EXTREMES["MIN"]: Minimum, _EXTREMES["MAX"]: Maximum},
}
"""What the engine is given along with a query that was rewritten."""

_GAP: Final = r"(?:\s|\#[^\r\n]*[\r\n])"
_PLACES: Final = re.compile(
    rf"""
      \"\"\"(?:[^\\]|\\.)*?\"\"\" | '''(?:[^\\]|\\.)*?'''
    | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*'
    | <[^<>"{{}}|^`\\\x00-\x20]*> | \#[^\r\n]*
    | [?$]\w+ | @[A-Za-z]+(?:-\w+)* | (?:[^\W\d][\w.-]*)?:(?:[\w.:%-]|\\.)*
    | (?<!\w) (?:
        (?P<order> (?i:order){_GAP}++(?i:by)\b )
      | (?P<extreme> (?i:min|max) ){_GAP}*+\( (?P<distinct> {_GAP}*+(?i:distinct)\b )?
      | (?P<concat> (?i:group_concat){_GAP}*+ )(?=\()
      )
    """,
    re.VERBOSE | re.DOTALL,
)
"""Where something may have to be written otherwise, and what can hide such a word."""

_SELECTS_ALL: Final = re.compile(rf"(?i:select){_GAP}*+(?:(?i:distinct|reduced){_GAP}*+)?\*")
"""How a query that selects all variables begins, behind what it declares."""

_OF_ONE_KIND: Final = ("COUNT", "SUM", "AVG", "STR", "LCASE", "UCASE", "STRLEN", "YEAR", "LANG")
"""Functions whose values the engine orders as it should."""

_AFTER_ORDER: Final = ("LIMIT", "OFFSET", "VALUES", "HAVING")
_WORDS: Final = ("ORDER", "MIN", "MAX", "CONCAT")
_SHORT: Final = 10_000
"""Up to how many characters a query is remembered, so that what is remembered stays small."""


def rewrite_query(query: str) -> str:
    """Return `query`, or an operation of an update, so that it orders terms of any kind.

    One that was rewritten is to be asked with `FUNCTIONS`.
    """
    if not any(map(query.upper().__contains__, _WORDS)):  # the usual case
        return query
    return _rewrite_short(query) if len(query) <= _SHORT else _rewrite(query)


def name_columns(query: str, in_scope: Callable[[], Collection[str]]) -> str:
    """Return a query that selects all variables with those in scope, in the order of the query.

    `in_scope` returns their names, without `?`; it is asked for such a query alone. One that
    selects otherwise is returned as it is, and so is one that would ask another server twice.
    """
    if "*" not in query or "SERVICE" in query.upper():  # the usual case
        return query
    head = _SELECTS_ALL.match(query, len(prologue(query)))
    if head is None or not (names := in_scope()):
        return query
    named = (token.text[1:] for token in tokens(query) if token.kind == "var")
    columns = " ".join(f"?{name}" for name in dict.fromkeys(named) if name in names)
    return f"{query[: head.end() - 1]}{columns} {query[head.end() :]}"


def _rewrite(query: str) -> str:
    # Aggregates first: a condition of ORDER BY is written twice, and may have one in it.
    for find in (_aggregates, _conditions):
        for start, end, text in sorted(find(query), reverse=True):
            query = query[:start] + text + query[end:]
    return query


_rewrite_short = lru_cache(maxsize=512)(_rewrite)


def _aggregates(query: str) -> Iterator[_Edit]:
    for place in _PLACES.finditer(query):
        if place.lastgroup in ("extreme", "distinct"):
            # DISTINCT makes no difference here, and the engine takes it with its own alone.
            yield *place.span(), f"{_EXTREMES[place['extreme'].upper()]}("
        elif place.lastgroup == "concat":
            words = list(tokens(query[place.end() :]))
            inner = words[1 : closing(words, 0) + 1]
            if inner and _word(inner[0]) == "DISTINCT":
                inner.pop(0)
            if not inner:
                continue
            ends = [one for one, next_ in pairwise(inner) if _word(next_) == "SEPARATOR"]
            start, end = (place.end() + word.start for word in (inner[0], (ends or inner)[-1]))
            yield start, end, f"STR({query[start:end]})"


def _conditions(query: str) -> Iterator[_Edit]:
    for place in _PLACES.finditer(query):
        if place.lastgroup == "order":
            words = [
                token._replace(start=token.start + place.end())
                for token in tokens(query[place.end() :])
            ]
            yield from _conditions_from(query, words, 0)


def _conditions_from(query: str, words: Sequence[Token], number: int) -> Iterator[_Edit]:
    """Iterate over edits of the conditions that begin with the token `number`.

    Each becomes two: the key, and what the engine orders where the keys are equal.
    """
    while number < len(words):
        direction = _word(words[number])
        direction = direction if direction in ("ASC", "DESC") else ""
        first = last = number + bool(direction)
        named = _word(words[first]) if first < len(words) else ""
        if named in _AFTER_ORDER or first >= len(words):
            return
        if words[first].kind != "var":
            last += words[first].text != "("  # a function, and its arguments
            if last >= len(words) or words[last].text != "(":
                return
            last = closing(words, last)
        start, end = words[number].start, words[last].end
        condition = query[words[first].start : end]
        if named not in _OF_ONE_KIND:
            key = f"{_SORT_KEY}({condition})"
            yield start, end, f"{direction}({key}) {direction}({condition})"
        number = last + 1


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""
