"""The rules of derivation as they are read to say why: their words, what they give, what they ask.

A rule is a CONSTRUCT query (`dataset/rules`), read once for each triple that it gives. Its first
comment says what it is for; a comment behind a line of its WHERE says what must hold by then.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from cstokg.dataset.derive import named_rules
from cstokg.namespaces import RDF, expand

_FORM: Final = re.compile(
    r"(?P<prologue>.*?)CONSTRUCT \{\s*(?P<template>.+?)\s*\}\s*WHERE \{\n(?P<body>.*)\n\}",
    re.DOTALL,
)
_PATTERN: Final = re.compile(r"^  (\?\w+) (a|\?\w+) (\?\w+) \.$", re.MULTILINE)
_COMMENT: Final = re.compile(r"  # (?P<words>.+)$")


@dataclass(frozen=True)
class Condition:
    """What a rule asks for first: the words for it, and the beginning of the WHERE that has it."""

    words: str
    beginning: str


@dataclass(frozen=True)
class Rule:
    """One rule, cut into its parts."""

    name: str
    words: str
    """What it says, in a sentence or two."""
    prologue: str
    triple: tuple[str, str, str]
    body: str

    def bind(self, triple: tuple[str, str, str]) -> dict[str, str] | None:
        """Return what its variables stand for where it gives `triple`, terms as in N-Triples.

        None where it never gives that triple.
        """
        bound: dict[str, str] = {}
        for written, term in zip(self.triple, triple, strict=True):
            if not written.startswith("?"):
                if expand_term(written) != term:
                    return None
            elif bound.setdefault(written, term) != term:
                return None
        return bound

    def conditions(self) -> Iterator[Condition]:
        """Iterate over what it asks for, one thing after the other, as far as there are words."""
        lines: list[str] = []
        words = ""
        depth = 0
        for line in self.body.splitlines():
            comment = _COMMENT.search(line)
            words = comment["words"] if comment else words
            lines.append(_COMMENT.sub("", line))
            depth += lines[-1].count("{") - lines[-1].count("}")
            if depth == 0 and words:
                beginning = "\n".join(lines).rstrip()
                yield Condition(words, re.sub(";$", ".", beginning))
                words = ""

    def patterns(self) -> Iterator[tuple[str, str, str]]:
        """Iterate over its patterns about individuals that stand on lines of their own."""
        yield from _PATTERN.findall(self.body)


@cache
def read_rules() -> tuple[Rule, ...]:
    """Return all rules: of shortcuts first, then those between sources, then OWL's."""
    return tuple(_rules())


def _rules() -> Iterator[Rule]:
    for kind in ("links", "across", "owl"):
        for name, text in named_rules(kind).items():
            form = _FORM.match(text)
            if form is None:
                raise ValueError(f"the rule {name} is not in the form of a rule")
            comments = [line[2:] for line in form["prologue"].splitlines() if line.startswith("# ")]
            declared = "\n".join(
                line for line in form["prologue"].splitlines() if not line.startswith("#")
            )
            for triple in _triples(form["template"]):
                yield Rule(name, " ".join(comments), declared, triple, form["body"])


def _triples(template: str) -> Iterator[tuple[str, str, str]]:
    """Iterate over the triples of a template, which has neither brackets nor texts."""
    for statement in re.split(r"\s\.(?:\s|$)", template):
        subject, _, rest = statement.strip().partition(" ")
        for pair in rest.split(" ;"):
            predicate, _, values = pair.strip().partition(" ")
            for value in filter(None, values.split(" , ")):
                yield subject, predicate, value.strip()


def expand_term(name: str) -> str:
    """Return an IRI in brackets for a prefixed name or `a`; all else as it is."""
    iri = RDF + "type" if name == "a" else expand(name)
    return name if iri == name else f"<{iri}>"
