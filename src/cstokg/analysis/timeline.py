"""Drawings over time: their axis, and a timeline with a bar for each thing, dark where certain.

Only the geometry, in the units of the drawing; the template draws it, and has a table of the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


WIDTH: Final = 760
_MOST_FOR_NAMES: Final = 240
_LETTER: Final = 7.5
_RIGHT: Final = 12
_TOP: Final = 24
_ROW: Final = 26
_LEAST: Final = 4
_LONGEST_NAME: Final = 34
_LEAST_MARGIN: Final = 60
"""How many days there are at least before the first day that is drawn, and after the last."""

# Between two marks of the axis, in years: the first that gives few enough.
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)
_MOST_MARKS: Final = 9


class Mark(NamedTuple):
    """A year on the axis."""

    year: int
    x: float


@dataclass(frozen=True)
class TimeAxis:
    """A time from its first day to its last, and from where to where it goes in a drawing."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Return where a day stands; one that is outside, at the edge."""
        inside = min(max(day, self.first), self.last)
        share = (inside - self.first) / (self.last - self.first)
        return round(self.left + share * (self.right - self.left), 1)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The years that are marked."""
        for step in _STEPS:
            years = range(self.first.year + 1, self.last.year + 1)
            marked = [year for year in years if year % step == 0]
            if len(marked) <= _MOST_MARKS:
                return tuple(Mark(year, self.x(date(year, 1, 1))) for year in marked)
        return ()


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


def axis_of(days: Collection[date], left: float, right: float) -> TimeAxis:
    """Return the axis on which all of `days` stand, with a margin on both sides."""
    first, last = min(days).toordinal(), max(days).toordinal()
    margin = max((last - first) // 25, _LEAST_MARGIN)
    first, last = max(first - margin, 1), min(last + margin, date.max.toordinal())
    return TimeAxis(date.fromordinal(first), date.fromordinal(last), left, right)


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
