"""Where a query or an update goes wrong, in words for the person who wrote it.

The engine's parser reads a whole keyword's length before it compares, so that the place it reports
lies up to fifteen characters behind the mistake. It is asked again with shorter and shorter
beginnings of the query: the last one that could still be continued ends where the mistake begins.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import zip_longest
from typing import Final, Literal

from cstokg.errors import QueryError, QueryRefusedError, QuerySyntaxError
from cstokg.namespaces import PREFIXES
from cstokg.store.sparql.keywords import SyntaxCheck, check_syntax, check_update
from cstokg.store.sparql.lexer import Token, place, tokens, undeclared_prefixes
from cstokg.store.sparql.update_rewriting import Operation

_What = Literal["query", "update"]
"""What the text is that goes wrong, as messages name it."""

_REPORT: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_EXPECTED: Final = re.compile(r"\"(?:[^\"\\]|\\.)+\"|\[(?!_\])[^\]]*\]|[^,\s][^,\n]*")
_CHECKS: Final[Mapping[_What, SyntaxCheck]] = {"query": check_syntax, "update": check_update}
_SHOWN: Final = 60
_UPDATES: Final = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"}
_QUERIES: Final = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_KEYWORDS: Final = re.findall(
    r"\w+",
    """
    ASK AS ASC AVG BASE BIND BOUND BY CLEAR COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATA DELETE
    DESC DESCRIBE DISTINCT DROP EXISTS FILTER FROM GRAPH GROUP GROUP_CONCAT HAVING IF INSERT LANG
    LANGMATCHES LIMIT MAX MIN MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED REGEX REPLACE
    SAMPLE SELECT SEPARATOR STR STRSTARTS STRENDS SUM UNDEF UNION USING VALUES WHERE WITH YEAR
    """,
)
_WAITING_WORDS: Final = {"ORDER", "GROUP", "NOT"}
"""Keywords that only another keyword can follow."""

_LOOKBACK: Final = 24
"""How many tokens before the reported place may hold the mistake."""


@dataclass(frozen=True)
class _Report:
    """What the parser said: the offset it reached, and what it would have taken there."""

    offset: int
    expected: tuple[str, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """The expected characters, which (unlike keywords) are compared where they stand."""
        return tuple(text for text in self.expected if text[0] in '"[' and text != "[_]")

    def says(self, words: str) -> bool:
        return any(words in text for text in self.expected)


@dataclass(frozen=True)
class _Mistake:
    """Something wrong at an offset of the query."""

    offset: int
    problem: str
    hint: str = ""


def diagnose(query: str, prefixes: Mapping[str, str]) -> QueryError:
    """Return the error for a `query` that the engine's parser does not take."""
    verb = _verb(query)
    if verb in _UPDATES:
        return QueryRefusedError(
            f"{verb} is an update, and the dataset is only for reading",
            hint="Change the Turtle files of the project and build again.",
        )
    found = _find(query, prefixes, "query") or _Mistake(0, "this is not SPARQL 1.1")
    return _error(query, found, "query")


def diagnose_update(operation: Operation, prefixes: Mapping[str, str]) -> QueryError:
    """Return the error for an `operation` of an update that the engine's parser does not take."""
    text = operation.alone()
    verb = _verb(operation.text)
    if verb in _QUERIES:
        return QueryRefusedError(
            f"{verb} is a query, and cannot stand in an update",
            hint="Send it as a query, with the parameter query.",
        )
    whole_is_right = _parse(operation.update, prefixes, "update") is None
    found = None if whole_is_right else _find(text, prefixes, "update")
    if found is None:
        return QueryRefusedError(
            "the update cannot be told apart into its operations",
            hint="Write spaces around each < and > that compares.",
        )
    return _error(operation.update, found, "update")


def _error(text: str, found: _Mistake, what: _What) -> QuerySyntaxError:
    line, column = place(text, found.offset)
    return QuerySyntaxError(found.problem, line=line, column=column, hint=found.hint, what=what)


def _find(text: str, prefixes: Mapping[str, str], what: _What) -> _Mistake | None:
    undeclared = [token for token in undeclared_prefixes(text) if _prefix(token) not in prefixes]
    # Were the missing prefixes declared, what else would be wrong, and where?
    found = _find_mistake(text, {**prefixes, **{_prefix(t): "urn:x:" for t in undeclared}}, what)
    if undeclared and (found is None or undeclared[0].start < found.offset):
        return _undeclared(undeclared[0])
    return found


def _verb(query: str) -> str:
    """Return the first keyword behind the PREFIX and BASE declarations, in upper case."""
    words = (token.text.upper() for token in tokens(query) if token.kind == "word")
    return next((word for word in words if word not in {"PREFIX", "BASE"}), "")


def _prefix(token: Token) -> str:
    return token.text.partition(":")[0]


def _parse(text: str, prefixes: Mapping[str, str], what: _What) -> _Report | None:
    """Return what the parser says against `text`, or None if it takes it."""
    try:
        _CHECKS[what](text, prefixes)
    except SyntaxError as error:
        match = _REPORT.match(str(error))
        if match is None:
            return _Report(len(text), ())
        line, column = int(match[1]), int(match[2])
        start = sum(len(row) + 1 for row in text.split("\n")[: line - 1])
        return _Report(start + column - 1, tuple(_EXPECTED.findall(match[3])))
    return None


def _find_mistake(query: str, prefixes: Mapping[str, str], what: _What) -> _Mistake | None:
    report = _parse(query, prefixes, what)
    if report is None:
        return None
    words = list(tokens(query))
    if report.says("IRI parsing failed"):
        iri = next((token for token in words if token.end == report.offset), words[-1])
        return _Mistake(
            iri.start,
            f"{iri.text} is not a whole IRI",
            "Write the IRI in full, or declare a PREFIX or BASE for it.",
        )
    if report.says("variable that is unbound"):
        return _Mistake(
            next((token.start for token in words if token.text.upper() == "SELECT"), 0),
            "SELECT names a variable that is neither in GROUP BY nor inside an aggregate",
            "Add the variable to GROUP BY, or wrap it in SAMPLE() or another aggregate.",
        )
    if report.says("Variables are not allowed"):
        return _Mistake(
            next((token.start for token in words if token.kind == "var"), 0),
            "INSERT DATA and DELETE DATA take no variables",
            "Write INSERT { … } WHERE { … }, or DELETE { … } WHERE { … }.",
        )
    if quote := next((token for token in words if token.text in {"'", '"'}), None):
        return _Mistake(
            quote.start,
            f"the text that begins with {quote.text} does not end on its line",
            f"Close it with {quote.text}, or write {quote.text * 3} around text of several lines.",
        )
    if report.offset >= len(query) and report.marks:
        return _Mistake(len(query), f"the {what} ends too early" + _instead(report))
    read = [token for token in words if token.start <= report.offset][-_LOOKBACK:]
    for token, following in reversed(list(zip_longest(read, read[1:]))):
        beginning = _parse(query[: token.start], prefixes, what)
        if beginning is None or (beginning.offset >= token.start and beginning.marks):
            if following and token.text.upper() in _WAITING_WORDS:
                return _unexpected(following, None)
            return _unexpected(token, beginning)
    return _unexpected(words[0], None) if words else _Mistake(0, f"the {what} is empty")


def _unexpected(token: Token, beginning: _Report | None) -> _Mistake:
    if token.text == "}" and beginning and {'"["', '"{"'} <= set(beginning.marks):
        # Where a group can go on it can be closed as well, but for what is in it.
        return _Mistake(
            token.start,
            "what ends here has the right form, but may not be said",
            "Look for a variable after AS that has a value already.",
        )
    similar = get_close_matches(token.text.upper(), _KEYWORDS, n=1, cutoff=0.75)
    hint = ""
    if token.kind == "word" and similar and similar[0] != token.text.upper():
        hint = f"Did you mean {similar[0]}?"
    elif token.text == "`":
        hint = "Leave out the marks of a code block (```) before and behind it."
    elif token.kind == "mark" and "QUOTATION MARK" in unicodedata.name(token.text[0], ""):
        hint = "SPARQL has straight quotation marks: \" or '."
    elif token.kind == "mark" and not token.text.isprintable():
        hint = (
            f"This is an invisible character, U+{ord(token.text):04X}: type a space in its place."
        )
    elif token.text in {";", "."} and beginning is None:
        hint = f"No {token.text} ends a query: leave it out, and send one query at a time."
    shown = f"{_shortened(token.text)!r} does not fit here"
    return _Mistake(token.start, shown + _instead(beginning), hint)


def _shortened(text: str) -> str:
    """Return a text as a message shows it; a word may be as long as its query."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _instead(report: _Report | None) -> str:
    """Say what would have fitted, as far as it can be said in a few words."""
    marks = set(report.marks) if report else set()
    names = {'"?"': "a variable", '"<"': "an IRI", '"\\""': "a text"}
    wanted = [name for mark, name in names.items() if mark in marks]
    wanted += [mark for mark in "(){}.;" if f'"{mark}"' in marks]
    return f"; expected {' or '.join(wanted)}" if wanted else ""


def _undeclared(token: Token) -> _Mistake:
    name, shown = _shortened(_prefix(token)), _shortened(token.text)
    hint = f"Declare it at the beginning: PREFIX {name}: <…>"
    if name in PREFIXES:
        hint = f"Put this line at the beginning: PREFIX {name}: <{PREFIXES[name]}>"
    elif similar := get_close_matches(name, PREFIXES, n=1):
        hint = f"Did you mean {similar[0]}: <{PREFIXES[similar[0]]}>?"
    return _Mistake(token.start, f"the prefix {name}: of {shown} is not declared", hint)
