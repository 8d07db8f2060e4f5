"""What no RDF 1.1 is, or none that every format can carry, and that the engine would take.

It takes RDF/XML that breaks off, the terms of RDF 1.2, and characters that XML cannot have.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

import pyoxigraph as ox

from cstokg.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

NO_CHARACTER: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""A character that no document of XML 1.0 can have (2.2), and so no RDF/XML."""

_SUSPECT: Final = re.compile(
    # What such a character, or a term of RDF 1.2, is written with, in one format or another.
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\\u00[01]|\\U0000|\\u[fF]{3}|\\[bf]|\xef\xbf[\xbe\xbf]"
    rb"|<<|\{\||~|--(?:ltr|rtl)|@direction|dir=|Triple|version",
    re.IGNORECASE,
)
_VERSION: Final = re.compile(rb"^[ \t]*@?version[ \t]+[\"']1\.[2-9]", re.IGNORECASE | re.MULTILINE)
_NO_LABELS: Final = "RDF 1.2 is not supported: {}"
_HINT: Final = "The dataset is in RDF 1.1: say what a statement says with a node of its own."


def is_suspect(content: bytes) -> bool:
    """Return True if `check_quad` must look at each quad of `content`."""
    return bool(_SUSPECT.search(content))


def check_document(content: bytes, rdf_format: ox.RdfFormat, path: Path | str) -> None:
    """Raise SourceError for XML that is not well-formed, and for a document of RDF 1.2.

    XML 1.0 (1.2): what is not well-formed is a fatal error.
    """
    if rdf_format == ox.RdfFormat.RDF_XML:
        try:
            # As UTF-8 whatever it says of itself: the engine refuses what says another encoding.
            ParserCreate("UTF-8", " ").Parse(content, True)  # takes no names
        except ExpatError as error:
            raise SourceError(
                path,
                f"this is not XML: {ErrorString(error.code)}",
                line=error.lineno,
                column=error.offset + 1,
                hint="Look whether the file was cut off, and fetch or save it anew.",
            ) from None
    for version in _VERSION.finditer(content):
        before = content[: version.start()]
        # In a text it follows a beginning that is no document by itself.
        if _is_document(before, rdf_format):
            line = before.count(b"\n") + 1
            raise SourceError(path, _NO_LABELS.format("its version"), line=line, hint=_HINT)


def check_quad(quad: ox.Quad, path: Path | str) -> None:
    """Raise SourceError for a quad with a term of RDF 1.2 or a character that XML cannot have."""
    term = quad.object
    if isinstance(term, ox.Triple):
        raise SourceError(path, _NO_LABELS.format("a triple in a triple"), hint=_HINT)
    if not isinstance(term, ox.Literal):
        return
    if term.direction is not None:
        raise SourceError(path, _NO_LABELS.format(f"the direction of the text {term}"), hint=_HINT)
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
