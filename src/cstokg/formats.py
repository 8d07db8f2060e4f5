"""The one table of formats: their names, media types, extensions, and what each can carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cstokg.errors import UnknownFormatError

Kind = Literal["select", "ask", "graph", "dataset"]
"""What is written: the rows of a SELECT, the answer of an ASK, one graph, or named graphs."""


@dataclass(frozen=True)
class Format:
    """One format. `media_types` starts with the registered one; the others are also understood."""

    name: str
    title: str
    media_types: tuple[str, ...]
    extension: str
    kinds: frozenset[Kind]
    specification: str

    @property
    def media_type(self) -> str:
        """The media type to send, without parameters."""
        return self.media_types[0]


def _row(
    name: str, title: str, media_types: str, extension: str, kinds: tuple[Kind, ...], report: str
) -> Format:
    link = f"https://www.w3.org/TR/{report}/"
    return Format(name, title, tuple(media_types.split()), extension, frozenset(kinds), link)


_XML: Final = "application/xml text/xml"
_RESULTS_JSON: Final = "application/sparql-results+json application/json"
_RESULTS_XML: Final = f"application/sparql-results+xml {_XML}"
_ANSWERS: Final[tuple[Kind, ...]] = ("select", "ask")
_GRAPHS: Final[tuple[Kind, ...]] = ("graph", "dataset")

FORMATS: Final[tuple[Format, ...]] = (
    _row("json", "SPARQL results in JSON", _RESULTS_JSON, "srj", _ANSWERS, "sparql11-results-json"),
    _row("xml", "SPARQL results in XML", _RESULTS_XML, "srx", _ANSWERS, "rdf-sparql-XMLres"),
    _row("csv", "CSV", "text/csv", "csv", ("select",), "sparql11-results-csv-tsv"),
    _row("tsv", "TSV", "text/tab-separated-values", "tsv", ("select",), "sparql11-results-csv-tsv"),
    _row("turtle", "Turtle", "text/turtle application/x-turtle", "ttl", ("graph",), "turtle"),
    _row(
        "ntriples", "N-Triples", "application/n-triples text/plain", "nt", ("graph",), "n-triples"
    ),
    _row(
        "rdfxml", "RDF/XML", f"application/rdf+xml {_XML}", "rdf", ("graph",), "rdf-syntax-grammar"
    ),
    _row(
        "jsonld", "JSON-LD", "application/ld+json application/json", "jsonld", _GRAPHS, "json-ld11"
    ),
    _row("trig", "TriG", "application/trig", "trig", _GRAPHS, "trig"),
    _row("nquads", "N-Quads", "application/n-quads", "nq", _GRAPHS, "n-quads"),
)

_OTHER_NAMES: Final = {"json": "jsonld", "json-ld": "jsonld", "xml": "rdfxml", "owl": "rdfxml"}
"""What else people call a format of graphs; a format that is called so itself comes first."""


def formats_for(kind: Kind) -> tuple[Format, ...]:
    """Return the formats that carry `kind`, the usual one first."""
    return tuple(row for row in FORMATS if kind in row.kinds)


def find_format(name: str, kind: Kind) -> Format:
    """Return the format of `kind` that `name` means: a name, an extension or a media type.

    Raises UnknownFormatError, which lists the names for that kind.
    """
    wanted = name.strip().lower().removeprefix(".")
    rows = formats_for(kind)
    for candidate in (wanted, _OTHER_NAMES.get(wanted)):
        for row in rows:
            if candidate in (row.name, row.extension, *row.media_types):
                return row
    raise UnknownFormatError(name, [row.name for row in rows])
