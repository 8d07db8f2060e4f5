"""The lines of Turtle files where triples stand, for messages that send a person there.

Parsers do not report them. This reads the files' statements as text: exact for files in the form of
`cstokg fmt`, while for others it may name the line where the subject's statement begins.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from cstokg.namespaces import RDF
from cstokg.rdf.turtle_reader import TURTLE_TOKEN, declared_prefixes

_STATEMENT: Final = re.compile(r"[^\s.].*?(?:\.(?=\s|\Z)|\Z)", re.DOTALL)


class Locations:
    """Where what several Turtle files say stands in them."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Take the content of each file by its name; a file is read when it is first needed."""
        self._texts = {name: _Text(content) for name, content in files.items()}

    def find(self, names: Sequence[str], subject: str | None, *rest: str) -> str:
        """Return `file:line` of what `place` finds, or else the files' names."""
        name, line = self.place(names, subject, *rest)
        return name if line is None else f"{name}:{line}"

    def place(
        self, names: Sequence[str], subject: str | None, *rest: str
    ) -> tuple[str, int | None]:
        """Return the file and the line of what the files `names` say of `subject`.

        `rest` are a predicate and an object, as IRIs or texts. Where no file has all of them, the
        last is left out, or else the first: the predicate may be one above that of the file.
        Without a subject, it is the statement of a blank node that has all. Where nothing is said
        of it there is no line, and the names are together.
        """
        fewer = [rest[:count] for count in range(len(rest), 0, -1)]
        for wanted in dict.fromkeys((*fewer, rest[1:], ())):
            for name in names:
                line = self._texts[name].find(subject, *wanted)
                if line is not None:
                    return name, line
        return ", ".join(names), None


class _Text:
    """One Turtle file."""

    def __init__(self, content: bytes) -> None:
        self._text = content.decode("utf-8-sig", "replace")

    @cached_property
    def _lines(self) -> list[str]:
        return self._text.split("\n")

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        return declared_prefixes(self._text)

    @cached_property
    def _statements(self) -> Mapping[str, list[range]]:
        """The lines of each statement, from 0, by its subject as written; "[" for blank nodes."""
        found: dict[str, list[range]] = defaultdict(list)
        # Without comments and prefixes, and without what can contain a full stop: strings and IRIs.
        bare = TURTLE_TOKEN.sub(
            lambda token: re.sub(r"[^\n]", " " if any(token.groups()) else "x", token[0]),
            self._text,
        )
        for statement in _STATEMENT.finditer(bare):
            first = self._text.count("\n", 0, statement.start())
            words = self._text[statement.start() : statement.end()].split(maxsplit=1)
            subject = "[" if words[0].startswith(("[", "_:")) else words[0]
            found[subject].append(range(first, first + statement[0].count("\n") + 1))
        return found

    def find(self, subject: str | None, *rest: str) -> int | None:
        """Return the line, from 1, of the last of `rest` in a statement that has all of them."""
        subjects = ["["] if subject is None else self._names(subject)
        for statement in (each for name in subjects for each in self._statements.get(name, ())):
            lines = [self._lines_with(term, statement) for term in rest]
            if all(lines):
                return min(set.intersection(*lines) or lines[-1]) + 1 if lines else statement[0] + 1
        return None

    def _lines_with(self, term: str, statement: range) -> set[int]:
        pattern = "|".join(
            rf"(?<![\w:/#-]){re.escape(name)}(?![\w/#:-])" for name in self._names(term)
        )
        return {number for number in statement if re.search(pattern, self._lines[number])}

    def _names(self, term: str) -> Iterator[str]:
        """Iterate over the ways to write an IRI or a text in this file."""
        yield f"<{term}>"
        if term == RDF + "type":
            yield "a"
        if ":" not in term or " " in term:
            yield term
        for prefix, namespace in self._prefixes.items():
            if term.startswith(namespace):
                yield f"{prefix}:{term.removeprefix(namespace)}"
