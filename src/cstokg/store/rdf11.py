"""What no RDF 1.1 is, or none that every format can carry, and that the engine would take.

It takes RDF/XML that breaks off, the terms of RDF 1.2, and characters that XML cannot have.
"""

import re
from pathlib import Path
from typing import Final
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

import pyoxigraph as ox

from cstokg.errors import SourceError

NO_CHARACTER: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""A character that no document of XML 1.0 can have (2.2), and so no RDF/XML."""

_SUSPECT: Final = re.compile(
    # What such a character, or a term of RDF 1.2, is written with, in one format or another.
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\\u00[01]|\\U0000|\\u[fF]{3}|\\[bf]|\xef\xbf[\xbe\xbf]"
    rb"|<<|\{\||~|--(?:ltr|rtl)",
    re.IGNORECASE,
)
_ESCAPING: Final = (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD)
"""The formats that can write the letters of their own words as references or escapes."""

_VERSION: Final = re.compile(
    rb"(?<![\w:?$-])@?version(?:\s|#[^\r\n]*+)++[\"']1\.[2-9]", re.IGNORECASE
)
_NEWER_ATTRIBUTE: Final = re.compile(
    r"http://www.w3.org/1999/02/22-rdf-syntax-ns# (version=(?!1\.1$)|annotation|parseType=Triple$)"
    r"|http://www.w3.org/2005/11/its dir="
)
"""Attributes that RDF 1.2 adds to RDF/XML; without a version the engine leaves them out unsaid."""


def is_suspect(content: bytes, rdf_format: ox.RdfFormat) -> bool:
    """Return True if `check_quad` must look at each quad of `content`."""
    return rdf_format in _ESCAPING or bool(_SUSPECT.search(content))


def check_document(content: bytes, rdf_format: ox.RdfFormat, path: Path | str) -> None:
    """Raise SourceError for XML that is not well-formed, and for a document of RDF 1.2.

    XML 1.0 (1.2): what is not well-formed is a fatal error.
    """
    if rdf_format == ox.RdfFormat.RDF_XML:
        _check_xml(content, path)
    elif rdf_format != ox.RdfFormat.JSON_LD:
        for version in _VERSION.finditer(content):
            before = content[: version.start()]
            # In a text it follows a beginning that is no document; in a comment anything may stand.
            if _is_document(before, rdf_format) and not _is_document(before + b"{", rdf_format):
                line = before.count(b"\n") + 1
                raise newer_than_1_1(path, "its version", line)


def newer_than_1_1(path: Path | str, what: str, line: int | None = None) -> SourceError:
    """Return the error for what is of RDF 1.2."""
    return SourceError(
        path,
        f"RDF 1.2 is not supported: {what}",
        line=line,
        hint="The dataset is in RDF 1.1: say what a statement says with a node of its own.",
    )


def _check_xml(content: bytes, path: Path | str) -> None:
    # As UTF-8 whatever it says of itself: the engine refuses what says another encoding.
    parser = ParserCreate("UTF-8", " ")  # takes no names

    def check_element(_: str, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if _NEWER_ATTRIBUTE.match(f"{name}={value}"):
                what = f'{name.partition(" ")[2]}="{value}"'
                raise newer_than_1_1(path, what, parser.CurrentLineNumber)

    parser.StartElementHandler = check_element
    try:
        parser.Parse(content, True)
    except ExpatError as error:
        raise SourceError(
            path,
            f"this is not XML: {ErrorString(error.code)}",
            line=error.lineno,
            column=error.offset + 1,
            hint="Look whether the file was cut off, and fetch or save it anew.",
        ) from None


def check_quad(quad: ox.Quad, path: Path | str) -> None:
    """Raise SourceError for a quad with a term of RDF 1.2 or a character that XML cannot have."""
    term = quad.object
    if isinstance(term, ox.Triple):
        raise newer_than_1_1(path, "a triple in a triple")
    if not isinstance(term, ox.Literal):
        return
    if term.direction is not None:
        raise newer_than_1_1(path, f"the direction of the text {term}")
    if found := NO_CHARACTER.search(term.value):
        raise SourceError(
            path,
            f"a text has the character U+{ord(found[0]):04X}: {quad.predicate} of {quad.subject}",
            hint="XML cannot have it, and so not every format of RDF: take it out.",
        )


def _is_document(content: bytes, rdf_format: ox.RdfFormat) -> bool:
    try:
        for _ in ox.parse(content, format=rdf_format, base_iri="urn:x"):
            pass
    except SyntaxError:
        return False
    return True
