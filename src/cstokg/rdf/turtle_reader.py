"""Turtle, N-Triples and RDF/XML files as triples, with their prefixes and their comments.

The store's parser reads: it keeps each literal as it is written, which rdflib's does not, and says
where a mistake is.
"""

import re
from pathlib import Path
from typing import Final, NamedTuple

from cstokg.errors import SourceError
from cstokg.store import Triple, find_syntax, read_text, read_triples

TURTLE_TOKEN: Final = re.compile(
    r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""'
    r"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\s]*>"
    r"|\\."
    r"|(?P<comment>\#[^\n\r]*)"
    r"|(?:@prefix|\bPREFIX)\s+(?P<prefix>[^\s:]*):\s*<(?P<namespace>[^<>\s]*)>",
    re.DOTALL | re.IGNORECASE,
)
"""Comments and prefix declarations, and the strings and IRIs that can contain their signs."""

_XML_TOKEN: Final = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|\bxmlns:(?P<prefix>[^\s=]+)\s*=\s*[\"'](?P<namespace>[^\"']*)[\"']",
    re.DOTALL,
)


class Document(NamedTuple):
    """What a file contains."""

    triples: frozenset[Triple]
    prefixes: dict[str, str]
    """Each declared prefix and its namespace."""
    comments: tuple[tuple[int, str], ...]
    """The line, from 1, and the text of each comment."""


def read_document(content: bytes, path: Path) -> Document:
    """Return the content of a file of Turtle, N-Triples or RDF/XML, whatever its name.

    `path` is only named in errors. Raises SourceError, with line and column where there are any.
    """
    text = read_text(content, path)
    is_xml = find_syntax(text.encode()) == "RDF/XML" or (
        not text.strip() and path.suffix.lower() in (".rdf", ".owl", ".xml")
    )
    try:
        suffix = ".rdf" if is_xml else ".ttl"
        triples = frozenset(read_triples(text.encode(), path.with_suffix(suffix)))
    except SourceError as error:
        raise SourceError(
            path, error.problem, line=error.line, column=error.column, hint=error.hint
        ) from None
    token = _XML_TOKEN if is_xml else TURTLE_TOKEN
    comments = (
        (text.count("\n", 0, found.start()) + 1, found["comment"])
        for found in token.finditer(text)
        if found["comment"] is not None
    )
    return Document(triples, declared_prefixes(text, token), tuple(comments))


def declared_prefixes(text: str, token: re.Pattern[str] = TURTLE_TOKEN) -> dict[str, str]:
    """Return the prefixes that a text of Turtle declares, each with its namespace."""
    return {
        found["prefix"]: found["namespace"] for found in token.finditer(text) if found["namespace"]
    }
