"""Where days stand in a drawing, and which years are marked: for all that is drawn over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

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


def axis_of(days: Collection[date], left: float, right: float) -> TimeAxis:
    """Return the axis on which all of `days` stand, with a margin on both sides."""
    first, last = min(days).toordinal(), max(days).toordinal()
    margin = max((last - first) // 25, _LEAST_MARGIN)
    first, last = max(first - margin, 1), min(last + margin, date.max.toordinal())
    return TimeAxis(date.fromordinal(first), date.fromordinal(last), left, right)
