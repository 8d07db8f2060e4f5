"""What the rest of cstokg may ask of a store: named graphs, rules and queries.

Terms cross this border as rdflib terms and graphs as IRIs in plain strings, so that an engine's
own types never leave `store/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rdflib.term import Node

    from cstokg.formats import Kind
    from cstokg.store.results import Result, SelectResult

    Triple = tuple[Node, Node, Node]
else:
    Triple = tuple


@dataclass(frozen=True)
class QueryOptions:
    """How a query is to be answered, beside its text."""

    prefixes: Mapping[str, str] | None = None
    """Prefixes that hold where the query declares none of that name; None for the dataset's own."""
    default_graphs: Sequence[str] | None = None
    """The default graph in place of FROM (SPARQL 1.1 Protocol 2.1.4): the union of these."""
    named_graphs: Sequence[str] | None = None
    """The named graphs in place of FROM NAMED."""
    formats: Mapping[Kind, str] = field(default_factory=dict)
    """For each kind of result the format it is wanted in; other kinds are answered as a result."""
    coding: str = ""
    """The content coding of what is written in a format: `gzip`, `zstd` or none."""
    max_rows: int | None = None
    """How many rows or triples an answer may have; where a service has a bound, its own counts."""
    services: Collection[str] = ()
    """The hosts (`name` or `name:port`) that SERVICE may ask; a service has its own."""
    job: str = ""
    """The id under which the query can be stopped, if it has one."""


DEFAULT_OPTIONS: Final = QueryOptions()


class Store(Protocol):
    """Named graphs that can be loaded, derived from and queried; the default graph is their union.

    No triple stands outside a named graph.
    """

    def load(self, content: bytes, path: Path, graph: str) -> None:
        """Add the content of a file of RDF to `graph`; the extension of `path` tells its format.

        Blank nodes are kept apart from those of other files.
        Raises SourceError with the place of the first mistake.
        """

    def load_dump(self, nquads: bytes) -> None:
        """Add the quads of a `dump`."""

    def dump(self, graphs: Collection[str] | None = None) -> bytes:
        """Return `graphs`, or all, as sorted N-Quads."""

    def dump_union(self, graphs: Collection[str] | None = None) -> bytes:
        """Return the distinct triples of `graphs`, or of all, as sorted N-Triples."""

    def load_content(self, content: bytes, media_type: str, graph: str) -> None:
        """Add RDF in the format of `media_type` to `graph`, whose IRI is the base of its IRIs.

        Its blank nodes are new ones. Raises UnknownFormatError, and SourceError with the place of
        the first mistake.
        """

    def remove_graph(self, graph: str) -> None:
        """Remove `graph`, if it is there."""

    def copy(self, graphs: Collection[str] | None = None) -> Store:
        """Return a store with `graphs`, or all, in it, blank nodes with the same labels."""

    def difference(
        self, other: Store, graphs: Collection[str] | None = None
    ) -> tuple[bytes, bytes]:
        """Return what to remove from `graphs`, or all, and to add, for them to be as in `other`.

        Both are sorted N-Quads; blank nodes are told apart by their labels.
        """

    def amend(self, removed: bytes, added: bytes) -> None:
        """Take the quads `removed` out and put `added` in, both N-Quads as `difference` has."""

    def update(
        self,
        text: str,
        *,
        default_graph: str,
        protected: Collection[str] = (),
        prefixes: Mapping[str, str] | None = None,
        using_graphs: Sequence[str] | None = None,
        using_named_graphs: Sequence[str] | None = None,
    ) -> None:
        """Carry out a SPARQL 1.1 update on the named graphs.

        What it writes to the default graph goes to the graph `default_graph`. WHERE reads the
        union of all graphs, or those that USING and WITH choose, or `using_graphs` and
        `using_named_graphs` (SPARQL 1.1 Protocol 2.2.3). CLEAR and DROP of ALL or NAMED leave the
        graphs `protected` as they are. `prefixes` hold where the update declares none of that name.

        After an error the store may have a part of it: work on a copy. Raises QuerySyntaxError
        with its place, and QueryRefusedError for LOAD, SERVICE, and graphs chosen twice.
        """

    def insert(self, graph: str, triples: Iterable[Triple]) -> int:
        """Add those of `triples` that no graph says yet; return how many were new."""

    def construct(self, query: str, graph: str, *, unless_in: Collection[str] | None = None) -> int:
        """Add the triples of a CONSTRUCT query to `graph` and return how many were new.

        New is what neither `graph` nor any of the graphs `unless_in` (all, by default) says yet.
        """

    def discard(self, graph: str, query: str) -> int:
        """Take the triples of a CONSTRUCT query out of `graph`; return how many were there."""

    def label_blank_nodes(self) -> None:
        """Rename every blank node by its place in the graph, the same in every run (RDFC-1.0)."""

    def graphs(self) -> dict[str, int]:
        """Return each graph's IRI and number of triples, sorted by IRI."""

    def triples(self, graphs: Collection[str] | None = None) -> Iterator[Triple]:
        """Iterate over the distinct triples of `graphs`, or of all, in a stable order."""

    def query(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> Result:
        """Answer a SPARQL 1.1 query over the union of the named graphs.

        FROM picks among the graphs of the store; nothing is ever fetched. `options.formats`,
        `coding` and `job` are for those who hand the answer on.

        Raises QuerySyntaxError with its place, QueryRefusedError for SERVICE and updates, or
        AnswerTooLargeError for an answer of more than `max_rows` rows or triples.
        """

    def select(self, text: str, *, prefixes: Mapping[str, str] | None = None) -> SelectResult:
        """Answer a SELECT query as `query` does; raises TypeError for another kind of query."""
