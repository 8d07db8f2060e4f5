"""A timeline of what was the case when: a bar for each thing, dark where it is certain.

Only the geometry, in the units of the drawing; the template draws it, and has a table of the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 760
_MOST_FOR_NAMES: Final = 240
_LETTER: Final = 7.5
_RIGHT: Final = 12
_TOP: Final = 24
_ROW: Final = 26
_LEAST: Final = 4
_LONGEST_NAME: Final = 34

# Between two marks of the axis, in years: the first that gives few enough.
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)
_MOST_MARKS: Final = 9


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
class Mark:
    """A year on the axis."""

    year: int
    x: float


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
    days = [day.toordinal() for period in periods for day in period.days]
    if not days:
        return None
    first, last = min(days), max(days)
    margin = max((last - first) // 25, 60)
    first, last = first - margin, last + margin
    # No wider than the names need: on a phone the bars come into sight.
    longest = max(len(_short(period.name)) for period in periods if period.days)
    left = min(_MOST_FOR_NAMES, round(longest * _LETTER) + 12)
    scale = (WIDTH - left - _RIGHT) / (last - first)

    def x(day: date | None, otherwise: int) -> float:
        return round(left + ((day.toordinal() if day else otherwise) - first) * scale, 1)

    bars = []
    for number, period in enumerate(period for period in periods if period.days):
        begin, end = x(period.begin_earliest, first), x(period.end_latest, last)
        certain = (begin, 0.0)
        if (
            period.begin_latest
            and period.end_earliest
            and period.begin_latest <= period.end_earliest
        ):
            start = x(period.begin_latest, first)
            certain = (start, round(max(x(period.end_earliest, last) - start, _LEAST), 1))
        bars.append(
            Bar(
                name=_short(period.name),
                y=_TOP + number * _ROW,
                possible=(begin, round(max(end - begin, _LEAST), 1)),
                certain=certain,
                real=period.real,
            )
        )
    return Timeline(
        height=_TOP + len(bars) * _ROW + 8,
        bars=tuple(bars),
        marks=tuple(Mark(year, x(date(year, 1, 1), first)) for year in years_to_mark(first, last)),
        left=left,
    )


def years_to_mark(first: int, last: int) -> list[int]:
    """Return the years for an axis between two days, which are ordinals."""
    begin = date.fromordinal(max(first, 1)).year + 1
    end = date.fromordinal(min(last, date.max.toordinal())).year
    for step in _STEPS:
        years = [year for year in range(begin, end + 1) if year % step == 0]
        if len(years) <= _MOST_MARKS:
            return years
    return []


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
