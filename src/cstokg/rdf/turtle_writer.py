"""Turtle and TriG for reading: prefixes first, subjects sorted, a block each, the same every time.

rdflib's serializer does the writing; here it is told the order, and which blank nodes need names.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from rdflib import XSD, BNode, Literal
from rdflib.plugins.serializers.turtle import TurtleSerializer

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from rdflib import Graph
    from rdflib.term import Node


class SortedTurtleSerializer(TurtleSerializer):
    """Turtle whose subjects are in the order of their IRIs, blank nodes last."""

    def __init__(self, store: Graph, named: Collection[Node] = ()) -> None:
        """Write `store`; the blank nodes `named` are never drawn into what refers to them."""
        self.named = named
        super().__init__(store)

    def orderSubjects(self) -> list[Node]:  # noqa: N802 - rdflib's name
        """Return the subjects, sorted.

        Blank nodes that nothing refers to come before those that need a name, and these before
        those that have been written by then: a list begun in its middle would be written twice.
        """

        def key(node: Node) -> tuple[bool, bool, bool, str]:
            uses = self._references[node] if isinstance(node, BNode) else 0
            return (isinstance(node, BNode), uses > 0, uses == 1, str(node))

        return sorted(self._subjects, key=key)

    def preprocess(self) -> None:
        """Count the references to each node; what is referred to twice gets a name."""
        super().preprocess()
        for node in self.named:
            self._references[node] += 2

    def label(self, node: Node, position: int) -> str:
        """Return the text for a term; a double keeps its digits, which the usual way rounds."""
        if isinstance(node, Literal) and node.datatype == XSD.double:
            return node.n3()
        return str(super().label(node, position))

    def isValidList(self, l_: Node) -> bool:  # noqa: N802 - rdflib's name
        """Return whether the list at a node can be written as `( … )`."""
        return l_ not in self.named and bool(super().isValidList(l_))


def to_turtle(graph: Graph, named: Collection[Node] = ()) -> bytes:
    """Return `graph` as Turtle, with those prefixes bound in it that it needs."""
    stream = BytesIO()
    SortedTurtleSerializer(graph, named).serialize(stream)
    return stream.getvalue()


def to_trig(graphs: Mapping[str, Graph]) -> bytes:
    """Return named graphs as TriG, in the order of their names."""
    uses: dict[Node, int] = {}
    for graph in graphs.values():
        for node in {term for triple in graph for term in triple if isinstance(term, BNode)}:
            uses[node] = uses.get(node, 0) + 1
    shared = {node for node, count in uses.items() if count > 1}
    prefixes: set[str] = set()
    blocks = []
    for name, graph in sorted(graphs.items()):
        # The serializer writes its prefixes above the first blank line.
        head, _, body = to_turtle(graph, shared).decode().partition("\n\n")
        prefixes.update(head.splitlines())
        blocks.append(f"<{name}> {{\n{body.strip()}\n}}\n")
    return "\n".join(["".join(f"{line}\n" for line in sorted(prefixes)), *blocks]).encode()
