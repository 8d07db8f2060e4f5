"""The one table of formats: their names, media types, extensions, and what each can carry."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from cstokg.errors import UnknownFormatError

Kind = Literal["select", "ask", "graph", "dataset", "tool"]
"""What is written: the rows of a SELECT, the answer of an ASK, one graph, named graphs, or what
other people's tools read of a dataset."""


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

    @cached_property
    def names(self) -> frozenset[str]:
        """What people call it: `rdfxml`, `rdf`, `application/rdf+xml`, `rdf+xml`, `rdf/xml`."""
        parts = (each.partition("/")[2] for each in self.media_types)
        others = _OTHER_NAMES.get(self.name, ())
        return frozenset((self.name, self.extension, *self.media_types, *parts, *others))


def _row(
    name: str, title: str, media_types: str, extension: str, kinds: tuple[Kind, ...], report: str
) -> Format:
    link = report if "://" in report else f"https://www.w3.org/TR/{report}/"
    return Format(name, title, tuple(media_types.split()), extension, frozenset(kinds), link)


_OTHER_NAMES: Final = {"jsonld": ("json-ld",), "rdfxml": ("rdf/xml", "owl"), "sqlite": ("db",)}
_XML: Final = "application/xml text/xml"
_RESULTS_JSON: Final = "application/sparql-results+json application/json"
_RESULTS_XML: Final = f"application/sparql-results+xml {_XML}"
# N3 has Turtle in it (https://www.w3.org/TeamSubmission/n3/), and its clients read that.
_TURTLE: Final = (
    "text/turtle application/x-turtle application/turtle text/n3 text/rdf+n3 application/n3"
)
_NTRIPLES: Final = "application/n-triples text/plain text/ntriples"
_JSONLD: Final = "application/ld+json application/json application/x-json+ld"
_ANSWERS: Final[tuple[Kind, ...]] = ("select", "ask")
_GRAPHS: Final[tuple[Kind, ...]] = ("graph", "dataset")
_TOOL: Final[tuple[Kind, ...]] = ("tool",)
_GRAPHML: Final = "http://graphml.graphdrawing.org/specification.html"
_NANOPUB: Final = "https://nanopub.net/guidelines/working_draft/"

FORMATS: Final[tuple[Format, ...]] = (
    _row("json", "SPARQL results in JSON", _RESULTS_JSON, "srj", _ANSWERS, "sparql11-results-json"),
    _row("xml", "SPARQL results in XML", _RESULTS_XML, "srx", _ANSWERS, "rdf-sparql-XMLres"),
    _row("csv", "CSV", "text/csv", "csv", ("select",), "sparql11-results-csv-tsv"),
    _row("tsv", "TSV", "text/tab-separated-values", "tsv", ("select",), "sparql11-results-csv-tsv"),
    _row("turtle", "Turtle", _TURTLE, "ttl", ("graph",), "turtle"),
    _row("ntriples", "N-Triples", _NTRIPLES, "nt", ("graph",), "n-triples"),
    _row(
        "rdfxml", "RDF/XML", f"application/rdf+xml {_XML}", "rdf", ("graph",), "rdf-syntax-grammar"
    ),
    _row("jsonld", "JSON-LD", _JSONLD, "jsonld", _GRAPHS, "json-ld11"),
    _row("trig", "TriG", "application/trig application/x-trig", "trig", _GRAPHS, "trig"),
    _row("nquads", "N-Quads", "application/n-quads text/x-nquads", "nq", _GRAPHS, "n-quads"),
    _row("graphml", "GraphML", "application/graphml+xml", "graphml", _TOOL, _GRAPHML),
    _row("gexf", "GEXF", "application/gexf+xml", "gexf", _TOOL, "https://gexf.net/"),
    _row("sqlite", "SQLite", "application/vnd.sqlite3", "sqlite", _TOOL, "https://sqlite.org/"),
    _row("csvw", "CSV on the Web", "application/zip", "csvw.zip", _TOOL, "tabular-metadata"),
    _row("nanopub", "Nanopublications", "application/trig", "nanopub.trig", _TOOL, _NANOPUB),
)


def formats_for(kind: Kind) -> tuple[Format, ...]:
    """Return the formats that carry `kind`, the usual one first."""
    return tuple(row for row in FORMATS if kind in row.kinds)


def formats_named(name: str) -> list[Format]:
    """Return the formats that `name` means, each for other kinds: a name, extension or media type.

    It may be as other endpoints and their clients write it, with parameters of a media type.
    """
    # In an address, "+" is a space.
    wanted = name.partition(";")[0].strip().lower().removeprefix(".").replace(" ", "+")
    return [row for row in FORMATS if wanted in row.names]


def format_of_file(name: str) -> Format | None:
    """Return the format that the name of a file says, None where it says none."""
    found = [row for row in FORMATS if name.endswith(f".{row.extension}")]
    return max(found, key=lambda row: len(row.extension), default=None)


def find_format(name: str, kind: Kind) -> Format:
    """Return the format of `kind` that `name` means.

    Raises UnknownFormatError, which lists the names for that kind.
    """
    for row in formats_named(name):
        if kind in row.kinds:
            return row
    raise UnknownFormatError(name, [row.name for row in formats_for(kind)])
