"""Paths of length zero at terms that the graph does not have (SPARQL 1.1 Query 18.4).

`<a> :p* ?x` has `<a>` among its solutions whatever the graph says; pyoxigraph 0.5.13 finds none
unless the graph has `<a>`. So such a pattern gets an alternative for that case.
`tests/store/test_engine_faults.py` says whether this still is so.

Patterns are found by tokens, which is a guess (see `lexer`). What cannot be read with certainty is
left as it is, and where the engine takes what is written here for no query, it is handed the query
itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from cstokg.store.sparql.lexer import closing, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cstokg.store.sparql.lexer import Token

_MAY_HAVE_PATHS: Final = re.compile(
    r"[\w>)]\s*(?:\*(?!\s*(?:\{|where|from))|\?(?!\w))", re.IGNORECASE
)
_BETWEEN: Final = ("{", "}", ".", "UNION", "OPTIONAL", "MINUS")
"""Behind these a triple pattern may begin."""

_GRAPHS: Final = ("GRAPH", "SERVICE")
_CONSTANTS: Final = ("iri", "pname", "string", "number")


class _UnreadableError(Exception):
    """What comes is not a triple pattern, or is none that is read here."""


class _Node(NamedTuple):
    """A subject or an object: its text, and the kind of its first token."""

    text: str
    kind: str


@dataclass(frozen=True)
class _Triple:
    """A triple pattern; `may_be_empty` is True if its path may have no length."""

    subject: _Node
    path: str
    object: _Node
    may_be_empty: bool

    @property
    def constant(self) -> _Node | None:
        """The constant at which the path may both begin and end, if there is one."""
        ends = (self.subject, self.object)
        if not self.may_be_empty or any(node.kind not in (*_CONSTANTS, "var") for node in ends):
            return None
        return next((node for node in ends if node.kind in _CONSTANTS), None)

    def __str__(self) -> str:
        text = f"{self.subject.text} {self.path} {self.object.text}"
        if (constant := self.constant) is None:
            return f"{text} ."
        term = constant.text
        other = self.object if constant is self.subject else self.subject
        same = f"FILTER(sameTerm({term}, {other.text}))"
        if other.kind == "var":
            same = f"BIND({term} AS {other.text})"
        return (
            f"{{ {text} }} UNION {{ FILTER NOT EXISTS {{ {term} ?cstokg_p ?cstokg_o }} "
            f"FILTER NOT EXISTS {{ ?cstokg_s ?cstokg_p {term} }} {same} }}"
        )


def rewrite_paths(query: str, is_known: Callable[[str], bool]) -> str:
    """Return `query`, or an operation of an update, so that paths may begin and end at any term.

    `is_known` says of a constant, as it is written, that all graphs that may be asked have it.
    """
    if not _MAY_HAVE_PATHS.search(query):  # the usual case, at once
        return query
    for start, end, triples in reversed(list(_Reader(query).statements())):
        constants = [triple.constant for triple in triples]
        if any(node is not None and not is_known(node.text) for node in constants):
            text = " ".join(map(str, triples)).removesuffix(".")  # one may come behind
            query = f"{query[:start]}{text} {query[end:]}"
    return query


class _Reader:
    """Reads the triple patterns of a query; `_number` is the token that comes next."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._words = list(tokens(query))
        self._number = 0

    def statements(self, stop: int | None = None) -> Iterator[tuple[int, int, list[_Triple]]]:
        """Iterate over the patterns, those of one subject together, with their two offsets."""
        begins = False
        while self._number < (len(self._words) if stop is None else stop):
            start = self._number
            word = self._next()
            if word in _BETWEEN:
                begins = True
                self._number += 1
            elif not begins:
                self._number += 1
            elif word in ("FILTER", "BIND"):
                # EXISTS may stand in what is in brackets.
                yield from self.statements(self._end_of_constraint())
            elif word in _GRAPHS:
                self._skip(*_GRAPHS, "SILENT")
                self._number += 1
            else:
                try:
                    triples = self._statement()
                    yield self._words[start].start, self._words[self._number - 1].end, triples
                except _UnreadableError:
                    begins, self._number = False, start + 1

    def _end_of_constraint(self) -> int:
        """Go past the first word of FILTER or BIND; return the number of the token behind it."""
        self._number += 1
        self._skip("NOT", "EXISTS")
        if self._next() == "{":
            return self._number
        function = self._next() != "("
        return closing(self._words, self._number + function) + 1

    def _next(self) -> str:
        """Return the text of the token that comes next in upper case, empty at the end."""
        return self._words[self._number].text.upper() if self._number < len(self._words) else ""

    def _skip(self, *words: str) -> None:
        while self._next() in words:
            self._number += 1

    def _take(self) -> Token:
        if self._number >= len(self._words):
            raise _UnreadableError
        self._number += 1
        return self._words[self._number - 1]

    def _text_from(self, number: int) -> str:
        return self._query[self._words[number].start : self._words[self._number - 1].end]

    def _statement(self) -> list[_Triple]:
        subject = self._node()
        triples: list[_Triple] = []
        while not triples or self._next() == ";":
            self._skip(";")
            if triples and self._next() in (".", "}", ""):
                break
            start = self._number
            may_be_empty = self._path()
            path = self._text_from(start)
            triples.append(_Triple(subject, path, self._node(), may_be_empty))
            while self._next() == ",":
                self._number += 1
                triples.append(_Triple(subject, path, self._node(), may_be_empty))
        return triples

    def _node(self) -> _Node:
        start = self._number
        token = self._take()
        kind = token.kind
        if token.text in ("(", "["):
            self._number = closing(self._words, start) + 1
        elif kind == "string" and self._next().startswith("@"):
            self._number += 1
        elif kind == "string" and self._next() == "^^":
            self._number += 2
        elif token.text in ("+", "-"):
            kind = self._take().kind
        elif token.text in ("true", "false"):
            kind = "string"
        elif kind not in (*_CONSTANTS, "var", "blank"):
            raise _UnreadableError
        return _Node(self._text_from(start), kind)

    def _path(self) -> bool:
        """Read a path or a variable; return True if it may have no length."""
        if self._number < len(self._words) and self._words[self._number].kind == "var":
            self._number += 1
            return False
        may_be_empty = self._sequence()
        while self._next() == "|":
            self._number += 1
            may_be_empty = self._sequence() or may_be_empty
        return may_be_empty

    def _sequence(self) -> bool:
        may_be_empty = self._step()
        while self._next() == "/":
            self._number += 1
            may_be_empty = self._step() and may_be_empty
        return may_be_empty

    def _step(self) -> bool:
        self._skip("^")
        token = self._take()
        may_be_empty = False
        if token.text == "!":
            self._skip("^")
            is_set = self._next() == "("
            self._number = (closing(self._words, self._number) if is_set else self._number) + 1
        elif token.text == "(":
            may_be_empty = self._path()
            if self._take().text != ")":
                raise _UnreadableError
        elif token.kind not in ("iri", "pname") and token.text != "a":
            raise _UnreadableError
        if self._next() in ("*", "?", "+"):
            may_be_empty = self._take().text != "+" or may_be_empty
        return may_be_empty
