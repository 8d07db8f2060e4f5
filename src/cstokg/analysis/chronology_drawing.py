"""A chronology as marks on lines: only the geometry, in the units of the drawing.

A day is a dot, an unknown day in a range a bracket; what is open on a side goes to the edge. A bond
that is not told to have ended is drawn as far as the source speaks, and nothing certain after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cstokg.analysis.chronology import Chronology, Entry
from cstokg.analysis.timeline import Mark, TimeAxis, axis_of, fitted, room_for

WIDTH: Final = 1100
ROW: Final = 24
_RIGHT: Final = 16
_TOP: Final = 30
_LANE: Final = 30
_UNREAL: Final = ("alleged", "prospective", "intended", "hypothetical", "unrealized", "apparent")


@dataclass(frozen=True)
class Drawn:
    """One entry: its line, and where on it it lies; the two are equal for a day."""

    iri: str
    name: str
    y: int
    begin: float
    end: float
    shape: str
    """`dot`, `bracket` or `bar`."""
    is_real: bool
    opens_left: bool
    opens_right: bool
    certain: tuple[float, float] | None
    """From where to where a bond certainly held."""


@dataclass(frozen=True)
class Lane:
    """The entries of one kind under their heading; `y` is where that stands."""

    name: str
    y: int
    entries: tuple[Drawn, ...]


@dataclass(frozen=True)
class Drawing:
    """All that is drawn."""

    height: int
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    source_ends: float | None
    left: int
    """How much room the names have; the axis begins there."""
    width: int = WIDTH


def draw(found: Chronology, label: Callable[[str], str]) -> Drawing | None:
    """Return the drawing of a chronology, None where nothing in it has a date.

    `label` gives the name of an IRI.
    """
    dated = [entry for entry in found.entries if entry.is_dated]
    days = [day for entry in dated for day in (entry.earliest, entry.latest, *entry.ends) if day]
    if not days:
        return None
    names = {entry.iri: fitted(label(entry.iri)) for entry in dated}
    left = room_for(names.values())
    axis = axis_of([*days, found.source_ends or days[0]], left, WIDTH - _RIGHT)
    y = _TOP
    lanes = []
    for lane in found.lanes:
        inside = [entry for entry in dated if entry.lane == lane]
        if inside:
            lines = range(y + _LANE, y + _LANE + len(inside) * ROW, ROW)
            rows = [
                _drawn(entry, names[entry.iri], line, axis, found)
                for entry, line in zip(inside, lines, strict=True)
            ]
            lanes.append(Lane(lane, y + ROW - 6, tuple(rows)))
            y += _LANE + len(inside) * ROW
    return Drawing(
        height=y + 12,
        lanes=tuple(lanes),
        marks=axis.marks,
        source_ends=axis.x(found.source_ends) if found.source_ends else None,
        left=left,
    )


def _drawn(entry: Entry, name: str, y: int, axis: TimeAxis, found: Chronology) -> Drawn:
    is_bond = entry.lane == "bonds"
    begin = entry.earliest
    end = (entry.ends[1] or found.source_ends) if is_bond else entry.latest
    begun, held_to = entry.latest, entry.ends[0]
    certain = None
    if is_bond and begun and held_to and begun <= held_to:
        certain = (axis.x(begun), axis.x(held_to))
    return Drawn(
        iri=entry.iri,
        name=name,
        y=y,
        begin=axis.x(begin or axis.first),
        end=axis.x(max(end or axis.last, begin or axis.first)),
        shape="bar" if is_bond else "dot" if begin and begin == end else "bracket",
        is_real=entry.mode.rpartition("/")[2] not in _UNREAL,
        opens_left=begin is None,
        opens_right=end is None,
        certain=certain,
    )
