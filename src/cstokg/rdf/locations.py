"""Where in a Turtle file a triple stands, for messages that send a person there.

Parsers do not tell lines. This reads a file's statements as text: well enough for files in the form
of `cstokg fmt`, and for others it may name the line where the subject's statement begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PREFIX: Final = re.compile(r"^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
_RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_END: Final = re.compile(r"(^|[\s\"'>\w)\]])\.\s*$")


@dataclass(frozen=True)
class TurtleText:
    """A Turtle file as lines, with the names it gives to IRIs."""

    lines: tuple[str, ...]
    prefixes: tuple[tuple[str, str], ...]
    statements: tuple[tuple[int, int], ...]
    """The first line of each statement, and the line after its last, from 0."""

    def find(self, subject: str | None, *rest: str) -> int | None:
        """Return the line, from 1, of what is said of `subject`, or None where nothing is.

        `rest` are the predicate and the object, as IRIs or texts. Without a subject it is the
        statement of a blank node that has all of `rest`, at the line of the last of them.
        """
        for first, after in self.statements:
            if subject is not None and not self._begins(first, subject):
                continue
            if subject is None and not all(self._lines(first, after, each) for each in rest):
                continue
            found = [set(self._lines(first, after, each)) for each in rest]
            both = set.intersection(*found) if found else set()
            last = found[-1] if found else set()
            if rest and not last:
                continue
            return min(both or last or {first}) + 1
        return None

    def _begins(self, line: int, iri: str) -> bool:
        head = self.lines[line].strip()
        return any(re.match(re.escape(name) + r"(\s|$)", head) for name in self._names(iri))

    def _lines(self, first: int, after: int, term: str) -> list[int]:
        pattern = "|".join(
            rf"(?<![\w:/#-]){re.escape(name)}(?![\w/#:-])" for name in self._names(term)
        )
        return [at for at in range(first, after) if re.search(pattern, self.lines[at])]

    def _names(self, term: str) -> Iterator[str]:
        yield f"<{term}>"
        if term == _RDF_TYPE:
            yield "a"
        if ":" not in term or " " in term:
            yield term
        for prefix, namespace in self.prefixes:
            if term.startswith(namespace):
                yield f"{prefix}:{term.removeprefix(namespace)}"


def read_turtle(content: bytes) -> TurtleText:
    """Return the lines and statements of a Turtle file; bytes that are not UTF-8 are replaced."""
    text = content.decode("utf-8", "replace")
    lines = tuple(text.split("\n"))
    return TurtleText(lines, tuple(_PREFIX.findall(text)), tuple(_statements(lines)))


def _statements(lines: Iterable[str]) -> Iterator[tuple[int, int]]:
    first: int | None = None
    number = 0
    for number, line in enumerate(lines):
        bare = line.strip()
        if first is None and bare and not bare.startswith(("@", "#")):
            first = number
        if first is not None and _END.search(line):
            yield first, number + 1
            first = None
    if first is not None:
        yield first, number + 1
