"""The triple patterns of a query, as they are written.

They are found by tokens, which is a guess (see `lexer`). What cannot be read with certainty is left
out, so whoever changes a query by what is found here lets the engine say whether it still is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from cstokg.store.sparql.lexer import Token, closing, tokens

CONSTANTS: Final = ("iri", "pname", "string", "number")
"""The kinds of tokens that are, or begin, a term."""

_BETWEEN: Final = ("{", "}", ".", "UNION", "OPTIONAL", "MINUS")
"""Behind these a triple pattern may begin."""

_GRAPHS: Final = ("GRAPH", "SERVICE")


class _UnreadableError(Exception):
    """What comes is not a triple pattern, or is none that is read here."""


class Node(NamedTuple):
    """A subject or an object: its text, and the kind of its first token."""

    text: str
    kind: str


@dataclass(frozen=True)
class TriplePattern:
    """A triple pattern; `may_be_empty` is True if its path may have no length."""

    subject: Node
    path: str
    object: Node
    may_be_empty: bool


def read_patterns(query: str) -> Iterator[tuple[int, int, list[TriplePattern]]]:
    """Iterate over the patterns, those of one subject together, with their two offsets."""
    return _Reader(query).statements()


class _Reader:
    """Reads the triple patterns of a query; `_number` is the token that comes next."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._words = list(tokens(query))
        self._number = 0

    def statements(self, stop: int | None = None) -> Iterator[tuple[int, int, list[TriplePattern]]]:
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

    def _statement(self) -> list[TriplePattern]:
        subject = self._node()
        triples: list[TriplePattern] = []
        while not triples or self._next() == ";":
            self._skip(";")
            if triples and self._next() in (".", "}", ""):
                break
            start = self._number
            may_be_empty = self._path()
            path = self._text_from(start)
            triples.append(TriplePattern(subject, path, self._node(), may_be_empty))
            while self._next() == ",":
                self._number += 1
                triples.append(TriplePattern(subject, path, self._node(), may_be_empty))
        return triples

    def _node(self) -> Node:
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
        elif kind not in (*CONSTANTS, "var", "blank"):
            raise _UnreadableError
        return Node(self._text_from(start), kind)

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
