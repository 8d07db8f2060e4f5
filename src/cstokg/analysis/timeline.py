"""The axis of drawings over time: only the geometry, in the units of the drawing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

_LEAST_MARGIN: Final = 60
"""How many days there are at least before the first day that is drawn, and after the last."""

# Between two marks of the axis, in years: the first that gives few enough.
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)
_MOST_MARKS: Final = 9

_MOST_LETTERS: Final = 75
_LETTER: Final = 7.3
"""How wide a letter is at the most, on average over a name, where letters are 13 high."""


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
        return round(self.left + share * (self.right - self.left), 2)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The years that are marked."""
        for step in _STEPS:
            years = range(self.first.year + 1, self.last.year + 1)
            marked = [year for year in years if year % step == 0]
            if len(marked) <= _MOST_MARKS:
                return tuple(Mark(year, self.x(date(year, 1, 1))) for year in marked)
        return ()


def fitted(name: str) -> str:
    """Return `name` as it stands before the axis: whole, unless it is longer than names are."""
    is_whole = len(name) <= _MOST_LETTERS
    return name if is_whole else f"{name[: _MOST_LETTERS - 2].rstrip()} …"


def room_for(names: Iterable[str]) -> int:
    """Return how much room the longest of the fitted `names` needs before the axis."""
    return 14 + round(_LETTER * max(map(len, names), default=0))


def axis_of(days: Iterable[date], left: float, right: float) -> TimeAxis:
    """Return the axis on which all of `days` stand, with a margin on both sides."""
    known = [day.toordinal() for day in days]
    margin = max((max(known) - min(known)) // 25, _LEAST_MARGIN)
    first, last = max(min(known) - margin, 1), min(max(known) + margin, date.max.toordinal())
    return TimeAxis(date.fromordinal(first), date.fromordinal(last), left, right)
