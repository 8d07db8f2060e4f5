"""Blank nodes as IRIs and back, so that an update can name the node that it takes away.

RDF 1.1 Concepts 3.5 calls them Skolem IRIs. These never leave the disk: an IRI from outside that
looks like one of them is written in a way of its own, and comes back as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable

    from cstokg.store.terms import EngineTerm

_OURS: Final = "urn:cstokg:"
_BLANK: Final = _OURS + "blank:"
_FOREIGN: Final = _OURS + "iri:"


def skolemize(quad: ox.Quad) -> ox.Quad:
    """Return the quad with an IRI in the place of each blank node."""
    return _map(quad, _to_disk)


def unskolemize(quad: ox.Quad) -> ox.Quad:
    """Return the quad that `skolemize` was given."""
    return _map(quad, _from_disk)


def _map(quad: ox.Quad, rename: Callable[[EngineTerm], EngineTerm]) -> ox.Quad:
    # The types of the parts are those that the quad had; the checker cannot follow that.
    parts: list[Any] = [rename(part) for part in (quad.subject, quad.object)]
    graph: Any = quad.graph_name
    if not isinstance(graph, ox.DefaultGraph):
        graph = rename(graph)
    predicate: Any = rename(quad.predicate)
    return ox.Quad(parts[0], predicate, parts[1], graph)


def _to_disk(term: EngineTerm) -> EngineTerm:
    if isinstance(term, ox.BlankNode):
        return ox.NamedNode(_BLANK + term.value)
    if isinstance(term, ox.NamedNode) and term.value.startswith(_OURS):
        return ox.NamedNode(_FOREIGN + term.value)
    if isinstance(term, ox.Triple):
        return _map_triple(term, _to_disk)
    return term


def _from_disk(term: EngineTerm) -> EngineTerm:
    if isinstance(term, ox.NamedNode) and term.value.startswith(_OURS):
        if term.value.startswith(_BLANK):
            return ox.BlankNode(term.value.removeprefix(_BLANK))
        return ox.NamedNode(term.value.removeprefix(_FOREIGN))
    if isinstance(term, ox.Triple):
        return _map_triple(term, _from_disk)
    return term


def _map_triple(triple: ox.Triple, rename: Callable[[EngineTerm], EngineTerm]) -> ox.Triple:
    parts: list[Any] = [rename(part) for part in triple]
    return ox.Triple(*parts)
