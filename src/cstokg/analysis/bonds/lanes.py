"""The verdicts of an answer over time, a lane for each bond: only the geometry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from cstokg.analysis.bonds.as_of import AsOf
from cstokg.analysis.bonds.verdicts import Verdict
from cstokg.analysis.timeline import Mark, axis_of, fitted, room_for

WIDTH: Final = 1100
ROW: Final = 24
TOP: Final = 26
_RIGHT: Final = 16


@dataclass(frozen=True)
class Segment:
    """A time with one verdict; `last` is None where it goes on."""

    verdict: Verdict
    first: date
    last: date | None
    x: float
    width: float


@dataclass(frozen=True)
class Lane:
    """The verdicts on one bond."""

    party: str
    name: str
    """Who is bound, or where the answer is about one state, to what."""
    y: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Lanes:
    """What is drawn; positions in the units of the drawing."""

    height: int
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[date, float], ...]
    """The days on which a verdict changes."""
    asked: tuple[tuple[date, float], ...]
    """The day that is asked for, and the one that it is compared with."""
    width: int = WIDTH
    row: int = ROW


def draw_lanes(found: AsOf, label: Callable[[str], str]) -> Lanes | None:
    """Return the lanes of an answer, or None where no verdict changes on any day.

    `label` gives the name of an IRI.
    """
    if not found.changes:
        return None
    asked = [day for day in (found.day, found.compare) if day]
    is_of_one_state = found.state and not found.of
    names = [fitted(label(row.of if is_of_one_state else row.party)) for row in found.rows]
    axis = axis_of([*found.changes, *asked], room_for(names), WIDTH - _RIGHT)
    lanes = []
    for number, (row, name) in enumerate(zip(found.rows, names, strict=True)):
        ends = [day for day, _ in row.spells[1:]]
        segments = []
        for (begin, verdict), end in zip(row.spells, [*ends, None], strict=True):
            start = axis.x(begin)
            width = round(axis.x(end or axis.last) - start, 1)
            segments.append(Segment(verdict, begin, end, start, width))
        lanes.append(Lane(row.party, name, TOP + number * ROW, tuple(segments)))
    return Lanes(
        height=TOP + len(lanes) * ROW + 18,
        lanes=tuple(lanes),
        marks=axis.marks,
        ticks=tuple((day, axis.x(day)) for day in found.changes),
        asked=tuple((day, axis.x(day)) for day in asked),
    )
