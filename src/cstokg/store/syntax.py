"""What a file is by the way it begins, whatever its name, and what of it would be dropped unsaid.

Other people's tools save ontologies in syntaxes that are no RDF, or under the name of another.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from cstokg.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TURTLE: Final = "Turtle"
_RDF_XML: Final = "RDF/XML"
_JSON: Final = "JSON"

# Possessive, so that no text makes them search for long.
_XML_ROOT: Final = re.compile(
    rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*+"
    rb"<(?:[\w.-]+:)?(?P<name>[\w.-]+)[\s/>]",
    re.DOTALL | re.IGNORECASE,
)
_XML_ROOTS: Final = {b"RDF": _RDF_XML, b"Ontology": "OWL/XML", b"html": "a web page (HTML)"}
_STARTS: Final = tuple(
    (re.compile(rb"(?:\s|#[^\n\r]*)*+" + start, re.IGNORECASE), name)
    for start, name in (
        (rb"@?(?:prefix|base)\s+[^\s:<]*:?\s*<|(?:<[^<>\s]*>|_:\S+)\s+(?:a\s|<)", _TURTLE),
        (rb"(?:Prefix|Ontology)\s*\(", "OWL functional syntax"),
        (rb"(?:Prefix|Ontology)\s*:", "Manchester syntax"),
        (rb"format-version\s*:", "OBO"),
        (rb"""\{\s*"|\[\s*\{\s*[@"]""", _JSON),
    )
)
_OWN_NAMES: Final = {_TURTLE: ".ttl", _RDF_XML: ".rdf", _JSON: ".jsonld"}
_READ_AS: Final = {
    **dict.fromkeys(("Turtle", "TriG", "N-Triples", "N-Quads"), _TURTLE),
    _RDF_XML: _RDF_XML,
    "JSON-LD": _JSON,
}
"""What may be read as each format of RDF, by the format's name."""
_JSON_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET: Final = re.compile(rb"[][{}]")
_DEEPEST: Final = 200
"""How deeply values of JSON-LD may be nested."""


def read_text(content: bytes, path: Path | str) -> str:
    """Return content as text, without a byte order mark. Raises SourceError for what is no UTF-8.

    UTF-16 and UTF-32 are UTF-8 with zeros where they have no mark of their own.
    """
    start = 0
    try:
        text = content.decode("utf-8-sig")
        if "\0" not in text[:4]:
            return text
    except UnicodeDecodeError as error:
        start = error.start
    line = content.count(b"\n", 0, start) + 1
    column = len(content[content.rfind(b"\n", 0, start) + 1 : start].decode()) + 1
    hint = "Save the file as UTF-8."
    raise SourceError(path, "this is not UTF-8", line=line, column=column, hint=hint)


def find_syntax(content: bytes) -> str | None:
    """Return the name of the syntax that content begins in, None where that tells nothing."""
    found = next((name for start, name in _STARTS if start.match(content)), None)
    root = None if found else _XML_ROOT.match(content)
    return _XML_ROOTS.get(root["name"]) if root else found


def refuse_foreign(content: bytes, path: Path | str, format_name: str = "") -> None:
    """Raise SourceError for what begins in a syntax other than that of the RDF format, if any."""
    found = find_syntax(content)
    if found is None or found == _READ_AS.get(format_name):
        return
    hint = "In Protégé choose File, Save as, Turtle Syntax."
    if suffix := _OWN_NAMES.get(found):
        hint = f"The name of such a file ends in {suffix}."
    elif "HTML" in found:
        hint = "Download the data in place of the page about them."
    expected = f", not {format_name}" if format_name else ""
    raise SourceError(path, f"this is {found}{expected}", hint=hint)


def find_plain_key(content: bytes, path: Path | str) -> str | None:
    """Return a key of JSON-LD that is neither a keyword nor an IRI: without a context it is none.

    Raises SourceError for values that are nested too deeply.
    """
    # pyoxigraph 0.5.13 takes the square of the depth in time, and ends the process at last.
    brackets = _BRACKET.findall(_JSON_STRING.sub(b"", content))
    if max(accumulate(1 if each in b"[{" else -1 for each in brackets), default=0) > _DEEPEST:
        raise SourceError(path, f"its values are nested more than {_DEEPEST} times")
    try:
        return next(_plain_keys(json.loads(content)), None)
    except ValueError:  # the parser says where the mistake is
        return None


def unread_key(key: str, path: Path | str) -> SourceError:
    """Return the error for a key that would be left out unsaid (JSON-LD 1.1, 4.1)."""
    return SourceError(
        path,
        f"nothing would be read of {key!r}: no context says which property it is",
        hint="Add an @context that maps the keys to IRIs, in the document itself.",
    )


def _plain_keys(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _plain_keys(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if not key.startswith("@") and ":" not in key:
                yield key
            elif key not in ("@context", "@value"):
                yield from _plain_keys(value)
