"""What a file is by the way it begins, whatever its name, and what of it would be dropped unsaid.

Other people's tools save ontologies in syntaxes that are no RDF, or under the name of another.
"""

import json
import logging
import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from cstokg.errors import SourceError
from cstokg.store.rdf11 import newer_than_1_1

log = logging.getLogger(__name__)

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
_KEYWORD: Final = re.compile("@[A-Za-z]+")
_KEYWORDS: Final = frozenset(
    _KEYWORD.findall(
        "@base @container @context @direction @graph @id @import @included @index @json @language"
        "@list @nest @none @prefix @propagate @protected @reverse @set @type @value @version @vocab"
    )
)
"""The keywords of JSON-LD 1.1 (1.7); all others are kept for later versions, and left out."""
_OPEN: Final = ("@vocab", "@container", "@json", "@nest")
"""A context with one of these may have a use for keys that it does not name."""
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


def find_unread_key(content: bytes, path: Path | str) -> str | None:
    """Return a key of JSON-LD of which nothing may be read: it is no IRI, and in no context.

    Raises SourceError where there is no context at all, for keywords that JSON-LD 1.1 has not or
    RDF 1.1 cannot keep, and for values that are nested too deeply.
    """
    # pyoxigraph 0.5.13 takes the square of the depth in time, and ends the process at last.
    brackets = _BRACKET.findall(_JSON_STRING.sub(b"", content))
    if max(accumulate(1 if each in b"[{" else -1 for each in brackets), default=0) > _DEEPEST:
        raise SourceError(path, f"its values are nested more than {_DEEPEST} times")
    try:
        document = json.loads(content)
    except ValueError:  # the parser says where the mistake is
        return None
    if not isinstance(document, (dict, list)):
        raise SourceError(path, "this is no document of JSON-LD: neither an object nor a list")
    found = [value for key, value in _members(document) if key == "@context"]
    contexts = [one for each in found for one in (each if isinstance(each, list) else [each])]
    written = json.dumps(contexts)
    if '"@json"' not in written:
        _check_keywords(document, path)
    if '"@import"' in written or any(isinstance(each, str) for each in contexts):
        return None  # the engine says that it is elsewhere
    terms = {key for key, _ in _members(contexts)}
    unread = (key for key, _ in _members(document) if _is_plain(key) and key not in terms)
    key = next(unread, None)
    if key is not None and not contexts:
        raise unread_key(key, path)
    if key is not None and not any(f'"{each}"' in written for each in _OPEN):
        log.warning("%s", unread_key(key, path).message)  # as JSON-LD wants it, and so not refused
    return key


def unread_key(key: str, path: Path | str) -> SourceError:
    """Return the error for a key that would be left out unsaid (JSON-LD 1.1, 4.1)."""
    return SourceError(
        path,
        f"nothing would be read of {key!r}: no context says which property it is",
        hint="Add an @context that maps the keys to IRIs, in the document itself.",
    )


def _check_keywords(document: Any, path: Path | str) -> None:
    for key, value in _members(document):
        if key == "@direction" and value is not None:
            raise newer_than_1_1(path, f"the direction of texts, {value}")
        if _KEYWORD.fullmatch(key) and key not in _KEYWORDS:
            raise SourceError(
                path, f"nothing would be read of {key!r}: JSON-LD 1.1 has no such word"
            )


def _is_plain(key: str) -> bool:
    return key.startswith("_:") or (not key.startswith("@") and ":" not in key)


def _members(node: Any) -> Iterator[tuple[str, Any]]:
    """Iterate over the keys and values of all objects in a value of JSON, those of literals not."""
    if isinstance(node, list):
        for item in node:
            yield from _members(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            if key != "@value":
                yield from _members(value)
