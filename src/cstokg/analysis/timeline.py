"""A timeline of what was the case when: a bar for each thing, dark where it is certain.

Only the geometry, in the units of the drawing; the template draws it, and has a table of the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cstokg.analysis.time_axis import axis_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cstokg.analysis.time_axis import Mark, TimeAxis

WIDTH: Final = 760
_MOST_FOR_NAMES: Final = 240
_LETTER: Final = 7.5
_RIGHT: Final = 12
_TOP: Final = 24
_ROW: Final = 26
_LEAST: Final = 4
_LONGEST_NAME: Final = 34


@dataclass(frozen=True)
class Period:
    """When something may have begun and ended; None on a side of which nothing is known.

    What is `real` happened or was the case, as the source has it; else it is planned, alleged, …
    """

    name: str
    begin_earliest: date | None
    begin_latest: date | None
    end_earliest: date | None
    end_latest: date | None
    real: bool = True

    @property
    def days(self) -> tuple[date, ...]:
        """The days that are known."""
        known = (self.begin_earliest, self.begin_latest, self.end_earliest, self.end_latest)
        return tuple(day for day in known if day)


@dataclass(frozen=True)
class Bar:
    """One bar: where it may be, and where it is certain to be (a width of 0: nowhere)."""

    name: str
    y: int
    possible: tuple[float, float]
    certain: tuple[float, float]
    real: bool


@dataclass(frozen=True)
class Timeline:
    """What is drawn; positions and widths in the units of the drawing."""

    height: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    left: int
    width: int = WIDTH
    row: int = _ROW


def draw(periods: Sequence[Period]) -> Timeline | None:
    """Return the timeline of `periods`, or None where no day is known."""
    shown = [period for period in periods if period.days]
    if not shown:
        return None
    # No wider than the names need: on a phone the bars come into sight.
    longest = max(len(_short(period.name)) for period in shown)
    left = min(_MOST_FOR_NAMES, round(longest * _LETTER) + 12)
    days = [day for period in shown for day in period.days]
    axis = axis_of(days, left, WIDTH - _RIGHT)
    return Timeline(
        height=_TOP + len(shown) * _ROW + 8,
        bars=tuple(_bar(each, _TOP + line * _ROW, axis) for line, each in enumerate(shown)),
        marks=axis.marks,
        left=left,
    )


def _bar(period: Period, y: int, axis: TimeAxis) -> Bar:
    def between(first: date, last: date) -> tuple[float, float]:
        begin = axis.x(first)
        return begin, round(max(axis.x(last) - begin, _LEAST), 1)

    possible = between(period.begin_earliest or axis.first, period.end_latest or axis.last)
    certain = (possible[0], 0.0)
    begun, held_to = period.begin_latest, period.end_earliest
    if begun and held_to and begun <= held_to:
        certain = between(begun, held_to)
    return Bar(_short(period.name), y, possible, certain, period.real)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
