"""What a client wants to write, and what that comes to in quads.

Records only: `transaction` works them out. A change names graphs by their IRIs; the graph of
`namespaces.DEFAULT_GRAPH` stands for the default graph wherever something is written.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SparqlUpdate:
    """A SPARQL 1.1 Update.

    The graphs are those of the parameters `using-graph-uri` and `using-named-graph-uri` (SPARQL
    1.1 Protocol 2.2.3), None where a request has none of them: then WHERE sees all graphs.
    """

    text: str
    using_graphs: tuple[str, ...] | None = None
    using_named_graphs: tuple[str, ...] | None = None
    base: str = ""
    """The IRI that relative ones are resolved against, where the update declares no BASE."""


@dataclass(frozen=True)
class PutGraph:
    """Make `content`, RDF in the format of `media_type`, all that a graph says."""

    graph: str
    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True)
class PostGraph:
    """Add `content`, RDF in the format of `media_type`, to a graph, and all contents of `more`."""

    graph: str
    content: bytes = field(repr=False)
    media_type: str
    more: tuple[tuple[bytes, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class PutGraphs:
    """Make sorted N-Quads, in which blank nodes keep their labels, all that `graphs` say."""

    graphs: tuple[str, ...]
    nquads: bytes = field(repr=False)


@dataclass(frozen=True)
class DropGraph:
    """Remove a graph."""

    graph: str


Change = SparqlUpdate | PutGraph | PostGraph | PutGraphs | DropGraph


def filled_graph(change: Change) -> str | None:
    """Return the graph that a change puts content into, None where it names no one graph."""
    return change.graph if isinstance(change, PutGraph | PostGraph) else None


@dataclass(frozen=True)
class Delta:
    """What a change comes to, computed graphs included: sorted N-Quads, blank nodes by label.

    No quad is in both. Both are empty where a change changes nothing.
    """

    removed: bytes = field(repr=False)
    added: bytes = field(repr=False)

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)
