"""A chronology as marks on lines: only the geometry, in the units of the drawing.

A day is a dot, an unknown day in a range a bracket; what is open on a side goes to the edge. A bond
that is not told to have ended is drawn as far as the source speaks, and nothing certain after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from cstokg.analysis.timeline import years_to_mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from cstokg.analysis.chronology import Chronology, Entry

WIDTH: Final = 1100
ROW: Final = 24
_LEFT: Final = 330
_RIGHT: Final = 16
_TOP: Final = 30
_LANE: Final = 30
_LONGEST: Final = 46
_UNREAL: Final = ("alleged", "prospective", "intended", "hypothetical", "unrealized", "apparent")


@dataclass(frozen=True)
class Drawn:
    """One entry: its name and line, and where on it it lies; the two are equal for a day."""

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
    years: tuple[tuple[int, float], ...]
    source_ends: float | None
    undated: tuple[Entry, ...]
    width: int = WIDTH
    left: int = _LEFT


def draw(found: Chronology, name_of: Callable[[str], str]) -> Drawing | None:
    """Return the drawing of a chronology, None where nothing in it has a date."""
    dated = [entry for entry in found.entries if entry.is_dated]
    days = [day for entry in dated for day in (entry.earliest, entry.latest, *entry.ends) if day]
    if not days:
        return None
    last = max([*days, found.source_ends or min(days)])
    margin = max((last - min(days)) // 30, timedelta(days=40))
    start, stop = min(days) - margin, last + margin
    scale = (WIDTH - _LEFT - _RIGHT) / (stop - start).days

    def x(day: date) -> float:
        return round(_LEFT + (day - start).days * scale, 1)

    years = years_to_mark(start.toordinal(), stop.toordinal())
    y = _TOP
    drawn = []
    for lane in found.lanes:
        inside = [entry for entry in dated if entry.lane == lane]
        if inside:
            rows = tuple(
                _drawn(entry, name_of(entry.iri), y + _LANE + number * ROW, (start, stop), found, x)
                for number, entry in enumerate(inside)
            )
            drawn.append(Lane(lane, y + ROW - 6, rows))
            y += _LANE + len(inside) * ROW
    return Drawing(
        height=y + 12,
        lanes=tuple(drawn),
        years=tuple((year, x(date(year, 1, 1))) for year in years),
        source_ends=x(found.source_ends) if found.source_ends else None,
        undated=tuple(entry for entry in found.entries if not entry.is_dated),
    )


def _drawn(
    entry: Entry,
    name: str,
    y: int,
    edges: tuple[date, date],
    found: Chronology,
    x: Callable[[date], float],
) -> Drawn:
    is_bond = entry.lane == "bonds"
    begin = entry.earliest
    end = (entry.ends[1] or found.source_ends) if is_bond else entry.latest
    held = (entry.latest, entry.ends[0])
    shape = "bar" if is_bond else "dot" if begin and begin == end else "bracket"
    return Drawn(
        iri=entry.iri,
        name=name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…",
        y=y,
        begin=x(begin or edges[0]),
        end=x(max(end or edges[1], begin or edges[0])),
        shape=shape,
        is_real=entry.mode.rpartition("/")[2] not in _UNREAL,
        opens_left=begin is None,
        opens_right=end is None,
        certain=(
            (x(held[0]), x(held[1]))
            if is_bond and held[0] and held[1] and held[0] <= held[1]
            else None
        ),
    )
