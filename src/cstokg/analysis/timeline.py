"""The line of time that charts are drawn along: only the geometry, in hundredths of its length."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# Between two marks of the axis, in years: the first that gives few enough.
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)
_MOST_MARKS: Final = 9


@dataclass(frozen=True)
class Mark:
    """A year on the axis."""

    year: int
    x: float


@dataclass(frozen=True)
class Axis:
    """A time from its first day to its last; `stop` is the last day on which a source speaks."""

    first: date
    last: date
    stop: date

    def at(self, day: date) -> float:
        """Return where a day lies, from 0 to 100; what lies outside is at the edge."""
        passed = (min(max(day, self.first), self.last) - self.first).days
        return round(100 * passed / (self.last - self.first).days, 2)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The years to mark."""
        years = years_to_mark(self.first.toordinal(), self.last.toordinal())
        return tuple(Mark(year, self.at(date(year, 1, 1))) for year in years)


def axis_of(days: Iterable[date], stop: date | None = None) -> Axis | None:
    """Return the axis on which `days` lie, with some room, or None where there are none."""
    known = sorted(days)
    if not known:
        return None
    known = sorted([*known, stop or known[-1]])
    room = max((known[-1] - known[0]).days // 30, 60)
    return Axis(
        max(known[0], date.min + timedelta(room)) - timedelta(room),
        min(known[-1], date.max - timedelta(room)) + timedelta(room),
        stop or known[-1],
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
