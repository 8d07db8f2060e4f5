"""Where the verdicts of an answer stand over time, a line for each bond: only the axis."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cstokg.analysis.bonds.as_of import AsOf
from cstokg.analysis.timeline import TimeAxis, axis_of, fitted, room_for

WIDTH: Final = 1100
_RIGHT: Final = 16


@dataclass(frozen=True)
class Lanes:
    """The axis in the units of the drawing, and what stands before it for each bond."""

    axis: TimeAxis
    names: tuple[str, ...]
    """Who is bound, or where the answer is about one state, to what."""
    width: int = WIDTH


def draw_lanes(found: AsOf, label: Callable[[str], str]) -> Lanes | None:
    """Return the lanes of an answer, or None where no verdict changes on any day.

    `label` gives the name of an IRI.
    """
    if not found.changes:
        return None
    is_of_one_state = found.state and not found.of
    names = tuple(fitted(label(row.of if is_of_one_state else row.party)) for row in found.rows)
    days = [*found.changes, *filter(None, (found.day, found.compare))]
    return Lanes(axis_of(days, room_for(names), WIDTH - _RIGHT), names)
