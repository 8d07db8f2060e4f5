"""In what SPARQL 1.1 servers differ, each with its reason, and how that is met.

**The default graph.** It is to be the merge of all graphs, each triple once (SPARQL 1.1, 13.2).
Servers have an empty one (Oxigraph, Jena), a union in which a triple that two graphs say counts
twice (`oxigraph serve --union-default-graph`, GraphDB), or one with graphs of their own in it
(Virtuoso, which has none that could be written). So a graph of ours, `namespaces.UNION_GRAPH`, has
the merge. Each write keeps it so, and each query without FROM is told by the parameters of the
protocol that this is its default graph, and which graphs it may name: the same on every server.

**Blank nodes.** No update can name one, and INSERT DATA has new ones at each time. Where a write
touches one, all triples with blank nodes are taken out by a pattern and put in anew, together, so
that the merge has the same ones. Virtuoso takes none in INSERT DATA, but in INSERT … WHERE.

**Updates with a condition.** Where a template of Virtuoso has a text that is the same as an IRI in
it, the one becomes the other; its compiler has room for some thousand triples; DELETE DATA of
several graphs leaves texts with a language where they are. So there a change is never one update:
it goes as INSERT DATA and DELETE DATA, in parts of one graph, under a mark (`updates`).

**Literals.** Virtuoso keeps `xsd:boolean`, `xsd:date` and numbers by their value, and language tags
in small letters. What a write put there is read back and compared; see `RemoteStore.commit`.
"""

import re
from dataclasses import dataclass
from typing import Final

_BLANK_NODE: Final = re.compile(rb'("bnode",\s*"value":\s*")nodeID://')


@dataclass(frozen=True)
class Dialect:
    """What is to be known of a kind of server."""

    at_once: int
    """How many triples a change may have that is made by one update."""
    part: int
    """How many one of several updates may have."""
    no_failure: str = "\n"
    """The failure, as the first line has it, of an update that was made for all that."""


_STANDARD: Final = Dialect(at_once=50_000, part=50_000)
_VIRTUOSO: Final = Dialect(at_once=0, part=1_000, no_failure="string_output_string")


def dialect_of(server: str) -> Dialect:
    """Return the dialect of a server by what it calls itself (RFC 9110, 10.2.4)."""
    return _VIRTUOSO if server.startswith("Virtuoso") else _STANDARD


def read_names(json: bytes) -> bytes:
    """Return rows with names of blank nodes that can be read: Virtuoso writes `nodeID://b1`."""
    return _BLANK_NODE.sub(rb"\1", json)
