"""What a query answers: rows, yes or no, or a graph.

A result holds its own copy of the answer in plain bytes, so that it can be read more than once,
outlives the store and can be handed from one process to another.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Final, Literal, Self, cast
from xml.parsers.expat import ExpatError, ParserCreate

import pyoxigraph as ox
from rdflib import Graph
from rdflib.term import Node

from cstokg.errors import UnwritableError
from cstokg.formats import Format, find_format, formats_for
from cstokg.namespaces import PREFIXES
from cstokg.store.row_limit import count_rows, first_rows

# RDF 1.1 XML Syntax (5.1, 6.1.4): none of these may be the name of an element.
_OLD_TERM: Final = re.compile(rb"<rdf:(?:aboutEach(?:Prefix)?|bagID)[ />]")

Row = tuple["Node | None", ...]
"""One solution: a term for each variable, None where it is unbound."""


@dataclass(frozen=True)
class SelectResult:
    """The solutions of a SELECT query, in their order."""

    kind: ClassVar[Literal["select"]] = "select"
    variables: tuple[str, ...]
    """The names of the columns, without the question mark."""
    payload: bytes = field(repr=False)
    """The solutions in the SPARQL 1.1 Query Results JSON Format."""

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows, each a tuple of rdflib terms in the order of `variables`."""
        return iter(self.rows)

    def __len__(self) -> int:
        return count_rows(self.payload)

    @cached_property
    def rows(self) -> list[Row]:
        """The rows, each a tuple of rdflib terms in the order of `variables`."""
        from cstokg.store.terms import to_rdflib

        return [
            tuple(None if term is None else to_rdflib(term) for term in solution)
            for solution in self._solutions()
        ]

    @property
    def texts(self) -> list[list[str]]:
        """The rows with the text of each term in its place, empty for an unbound variable."""
        return [["" if term is None else str(term) for term in row] for row in self.rows]

    def first(self, limit: int) -> list[dict[str, Any]]:
        """Return up to `limit` rows, each as the JSON format has it: variable to term.

        The others are not read, however many they are.
        """
        return first_rows(self.payload, limit)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each row as variable to Python value, ready for `pandas.DataFrame`.

        IRIs and blank nodes become text, literals the Python value of their datatype (text where
        they have none), unbound variables None.
        """
        return [
            {name: _python_value(term) for name, term in zip(self.variables, row, strict=True)}
            for row in self.rows
        ]

    def serialize(self, format_name: str) -> bytes:
        """Return the rows in a format of the table (`json`, `xml`, `csv`, `tsv`).

        Raises UnknownFormatError.
        """
        if format_name == "json":  # the usual name of the usual format is not looked up
            return self.payload
        return _write_results(self._solutions(), find_format(format_name, self.kind))

    def _solutions(self) -> ox.QuerySolutions:
        import pyoxigraph as ox

        # Parsing what the engine wrote as solutions gives solutions again.
        return cast(
            "ox.QuerySolutions",
            ox.parse_query_results(self.payload, format=ox.QueryResultsFormat.JSON),
        )


@dataclass(frozen=True)
class BooleanResult:
    """The answer of an ASK query; it is as true as its answer."""

    kind: ClassVar[Literal["ask"]] = "ask"
    value: bool

    def __bool__(self) -> bool:
        return self.value

    def serialize(self, format_name: str) -> bytes:
        """Return the answer in a format of the table (`json`, `xml`). Raises UnknownFormatError."""
        import pyoxigraph as ox

        text = b'{"head":{},"boolean":%s}' % (b"true" if self.value else b"false")
        answer = ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)
        return _write_results(answer, find_format(format_name, self.kind))


@dataclass(frozen=True)
class GraphResult:
    """The graph that a CONSTRUCT or DESCRIBE query answers."""

    kind: ClassVar[Literal["graph"]] = "graph"
    payload: bytes = field(repr=False)
    """The distinct triples as N-Triples, sorted."""

    @classmethod
    def of(cls, graph: Graph) -> Self:
        """Return an rdflib graph as such a result."""
        lines = graph.serialize(format="nt", encoding="utf-8").splitlines(keepends=True)
        return cls(b"".join(sorted(line for line in lines if line.strip())))

    def __iter__(self) -> Iterator[tuple[Node, Node, Node]]:
        """Iterate over the triples as rdflib terms."""
        from cstokg.store.terms import triple_to_rdflib

        return map(triple_to_rdflib, self._triples())

    def __len__(self) -> int:
        return self.payload.count(b"\n")

    def graph(self) -> Graph:
        """Return the triples as a new rdflib graph."""
        from cstokg.store.terms import plain_graph

        return plain_graph(self)

    def serialize(self, format_name: str) -> bytes:
        """Return the graph in a format of the table (`turtle`, `ntriples`, `rdfxml`, `jsonld`).

        Raises UnknownFormatError, and UnwritableError for what RDF/XML has no form for.
        """
        chosen = find_format(format_name, self.kind)
        if chosen.name == "ntriples":
            return self.payload
        if chosen.name != "rdfxml":
            return self._written(self._triples(), chosen)
        try:
            return self._checked(self._triples(), chosen)
        except (ExpatError, OSError):
            others = [row.title for row in formats_for(self.kind) if row != chosen]
            raise UnwritableError(chosen.title, self._misfit(chosen), others) from None

    def _written(self, triples: Iterable[ox.Triple], chosen: Format) -> bytes:
        import pyoxigraph as ox

        written = ox.RdfFormat.from_media_type(chosen.media_type)
        return cast("bytes", ox.serialize(triples, format=written, prefixes=self._prefixes()))

    def _checked(self, triples: Iterable[ox.Triple], chosen: Format) -> bytes:
        """Return RDF/XML. Raises ExpatError or OSError for what is none."""
        content = self._written(triples, chosen)
        if _OLD_TERM.search(content):  # the engine refuses all others of these
            raise OSError("a property that RDF/XML has no element for")
        return _checked_xml(content)

    def _misfit(self, chosen: Format) -> str:
        """Return the first triple that cannot be written in a format of XML."""
        for triple in self._triples():
            try:
                self._checked([triple], chosen)
            except (ExpatError, OSError):
                return f"the triple {triple}"
        return "one of the triples"

    def _triples(self) -> Iterator[ox.Triple]:
        import pyoxigraph as ox

        for quad in ox.parse(self.payload, format=ox.RdfFormat.N_TRIPLES):
            yield quad.triple

    def _prefixes(self) -> dict[str, str]:
        text = self.payload.decode()
        return {name: iri for name, iri in PREFIXES.items() if f"<{iri}" in text}


Result = SelectResult | BooleanResult | GraphResult


def _write_results(results: ox.QuerySolutions | ox.QueryBoolean, chosen: Format) -> bytes:
    import pyoxigraph as ox

    written = ox.QueryResultsFormat.from_media_type(chosen.media_type)
    content = cast("bytes", results.serialize(format=written))
    if chosen.name != "xml":
        return content
    try:
        return _checked_xml(content)
    except ExpatError:
        others = [row.title for row in formats_for("select") if row != chosen]
        problem = "a text with a character that XML does not have"
        raise UnwritableError(chosen.title, problem, others) from None


def _checked_xml(xml: bytes) -> bytes:
    """Return a document of the engine's with its carriage returns as references.

    Raises ExpatError where it is not well-formed: the engine looks neither at characters nor at
    names.

    The engine leaves most as they are, and readers of XML take them for line feeds (XML 1.0,
    2.11). It sets none of its own, so that each is part of a text or of an attribute's value.
    """
    ParserCreate(namespace_separator=" ").Parse(xml, True)  # takes no names
    return xml.replace(b"\r", b"&#13;")


def _python_value(term: Node | None) -> Any:
    import rdflib

    if term is None:
        return None
    if isinstance(term, rdflib.Literal):
        value = term.toPython()
        # An ill-typed literal has no value: its text is all that can be said.
        return str(term) if isinstance(value, rdflib.Literal) else value
    return str(term)
