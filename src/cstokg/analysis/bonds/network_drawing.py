"""A network drawn: only the geometry, in the units of the drawing, the same for each of its days.

On the left stands who is bound, on the right, as a bar, that to which anything is, with a place for
the end of each edge. Their order is that of the barycenter heuristic, which keeps crossings few
(Sugiyama, Tagawa and Toda, 1981).
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean
from textwrap import wrap
from typing import Final

from cstokg.analysis.bonds.network import Edge, Network

_LINE: Final = 15
_LETTERS: Final = 15
_END: Final = 12
_GAP: Final = 10
_SWEEPS: Final = 8


@dataclass(frozen=True)
class Place:
    """Where a node stands; `height` is that of its bar, or of its name."""

    iri: str
    lines: tuple[str, ...]
    y: float
    height: int


@dataclass(frozen=True)
class NetworkDrawing:
    """The nodes, and the edges, each with the height at which it begins and ends."""

    height: int
    parties: tuple[Place, ...]
    things: tuple[Place, ...]
    edges: tuple[tuple[Edge, float, float], ...]


def draw_network(found: Network, name_of: Callable[[str], str]) -> NetworkDrawing:
    """Return the drawing; `name_of` has the names of the nodes."""
    ends: dict[str, list[tuple[str, str]]] = {iri: [] for iri in (*found.parties, *found.things)}
    for bond, *_ in found.edges:
        ends[bond.party].append((bond.of, bond.kind))
        ends[bond.of].append((bond.party, bond.kind))
    # States and treaties before persons and their offices.
    sides = [sorted(each, reverse=True) for each in (found.parties, found.things)]
    for side in sides * _SWEEPS:
        ranks = {iri: at / len(each) for each in sides for at, iri in enumerate(each)}
        means = {iri: mean(ranks[other] for other, _ in ends[iri]) for iri in side}
        side.sort(key=means.__getitem__)
    lines = {iri: tuple(wrap(name_of(iri), _LETTERS)) for iri in ends}
    heights = {iri: len(lines[iri]) * _LINE for iri in ends}
    heights |= {iri: max(heights[iri], len(ends[iri]) * _END) for iri in found.things}
    height = max(sum(heights[iri] + _GAP for iri in side) for side in sides)
    y: dict[str, float] = {}
    for side in sides:
        gap = (height - sum(heights[iri] for iri in side)) / max(len(side), 1)
        for at, iri in enumerate(side):
            above = sum(heights[each] + gap for each in side[:at])
            y[iri] = round(above + (gap + heights[iri]) / 2, 1)

    def end(iri: str, other: str, kind: str) -> float:
        order = sorted(ends[iri], key=lambda each: (y[each[0]], each))
        return round(y[iri] + (order.index((other, kind)) - (len(order) - 1) / 2) * _END, 1)

    places = [tuple(Place(iri, lines[iri], y[iri], heights[iri]) for iri in side) for side in sides]
    edges = []
    for edge in found.edges:
        party, of, kind = edge[0].party, edge[0].of, edge[0].kind
        begin = end(party, of, kind) if party in found.things else y[party]
        edges.append((edge, begin, end(of, party, kind)))
    return NetworkDrawing(height, places[0], places[1], tuple(edges))
