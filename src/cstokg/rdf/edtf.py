"""Dates in the Extended Date/Time Format (EDTF, ISO 8601-2) and the days that they can mean.

Bounds are strict: what is approximate or uncertain (`1990~`, `1990?`) is not stretched, since
nothing says by how much. Levels 0 to 2 are read but for what has no day in the calendar of
`xsd:date` or is no one time: docs/modelling.md lists the limits.

Reference: Library of Congress, https://www.loc.gov/standards/datetime/ (2019).
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime
from functools import lru_cache
from itertools import product
from typing import Final

from cstokg.errors import DateError

_HINT: Final = (
    "Examples: 1992-05, 2018/2022, 2002/.., [2024-06-12..2024-06-24] for one unknown day in a "
    "range, [2024-06-25..] for a day not before, 199X for a year in the nineties."
)

_DATE: Final = re.compile(
    r"[?~%]?(?P<year>[0-9X]{4})[?~%]?"
    r"(-[?~%]?(?P<month>[0-9X]{2})[?~%]?"
    r"(-[?~%]?(?P<day>[0-9X]{2})[?~%]?)?)?"
)
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3])(:[0-5][0-9]){2}"
    r"(Z|[+-][0-9]{2}(:[0-9]{2})?)?",
)
_SIGNIFICANT: Final = re.compile(r"^([0-9]{4})S([1-4])$")
_FAR_YEAR: Final = re.compile(r"Y-?[0-9]+(E[0-9]+)?(S[0-9]+)?|-[0-9X]{4}.*")

_SEASONS: Final = {
    # Of the hemisphere that is not told, the north is meant.
    **dict.fromkeys((21, 25, 31), (3, 3)),
    **dict.fromkeys((22, 26, 32), (6, 3)),
    **dict.fromkeys((23, 27, 29), (9, 3)),
    **dict.fromkeys((24, 28, 30), (12, 3)),
    **{33 + quarter: (1 + 3 * quarter, 3) for quarter in range(4)},
    **{37 + third: (1 + 4 * third, 4) for third in range(3)},
    **{40 + half: (1 + 6 * half, 6) for half in range(2)},
}
"""What stands in the place of a month for several: the first, and how many."""


@dataclass(frozen=True)
class Bounds:
    """The first and the last day that a date can mean; None on a side that is open."""

    earliest: date | None
    latest: date | None


@dataclass(frozen=True)
class Span:
    """When a situation can have begun and ended; None where nothing is known.

    On a day D it certainly held if `begin.latest <= D <= end.earliest`, and certainly did not if
    `begin.earliest > D` or `end.latest < D`.
    """

    begin: Bounds
    end: Bounds


@lru_cache(maxsize=4_096)
def parse_bounds(text: str) -> Bounds:
    """Return the first and the last day of an EDTF date, interval or set.

    An interval goes from its first day to its last; of `[a..b]` one unknown day is meant. A side
    that is open (`..`) or unknown (`2002/`) has no bound. A time of day is left out.

    Raises DateError, with the reason, for what is not EDTF, is no day of the calendar, runs
    backwards, means several times, or lies outside the years 1 to 9999.
    """
    if _MOMENT.fullmatch(text):
        with suppress(ValueError):
            day = datetime.fromisoformat(text).date()
            return Bounds(day, day)
    if text.startswith("{") and text.endswith("}"):
        raise DateError(
            f"{text!r} means several times, and a date here is one",
            hint="Describe an occurrence for each; [..] is for one unknown time of several.",
        )
    if not (text.startswith("[") and text.endswith("]")):
        first, slash, last = text.partition("/")
        return _between(text, first, last) if slash else _one(text, text)
    found = [_between(text, *_ends(text, each)) for each in text[1:-1].split(",")]
    firsts, lasts = [each.earliest for each in found], [each.latest for each in found]
    return Bounds(
        None if None in firsts else min(filter(None, firsts)),
        None if None in lasts else max(filter(None, lasts)),
    )


def _ends(text: str, element: str) -> tuple[str, str]:
    """Return both ends of an element of the set `text`, which for a single date are the same."""
    first, dots, last = element.partition("..")
    if first and last and first.count("-") != last.count("-"):
        raise DateError(f"{text!r} is not a date in EDTF: a range is of two days, months or years")
    return (first, last) if dots else (element, element)


def _between(text: str, first: str, last: str) -> Bounds:
    """Return the bounds from one date to another; an end that is not told has none."""
    begin, end = (None if each in ("", "..") else _one(text, each) for each in (first, last))
    if begin is None and end is None:
        raise DateError(f"{text!r} is not a date in EDTF: neither end is told", hint=_HINT)
    bounds = Bounds(begin.earliest if begin else None, end.latest if end else None)
    if bounds.earliest and bounds.latest and bounds.earliest > bounds.latest:
        raise DateError(f"{text!r} ends before it begins", hint="Put the earlier date first.")
    return bounds


def _one(text: str, part: str) -> Bounds:
    """Return the bounds of a single date; `text` is what it is part of."""
    # The fourth digit of 1950S3 is a guess: some year of the fifties.
    part = _SIGNIFICANT.sub(lambda found: found[1][: int(found[2])].ljust(4, "X"), part)
    found = _DATE.fullmatch(part)
    if not found and not _FAR_YEAR.fullmatch(part):
        raise DateError(f"{text!r} is not a date in EDTF", hint=_HINT)
    years = _numbers(found["year"], MAXYEAR) if found else []
    if not (found and years):
        raise DateError(f"{text!r} lies outside the years {MINYEAR} to {MAXYEAR}")
    days = _numbers(found["day"] or "XX", 31)
    month = found["month"] or "XX"
    if month.isdecimal() and int(month) in _SEASONS and not found["day"]:
        first, count = _SEASONS[int(month)]
        later, last = divmod(first + count - 2, 12)  # from 0
        earliest = _day(years, [first], days)
        latest = _day([year + later for year in years], [last + 1], days, last=True)
    else:
        months = _numbers(month, 12)
        earliest, latest = _day(years, months, days), _day(years, months, days, last=True)
    if earliest is None or latest is None:
        raise DateError(f"{text!r} is not a date in EDTF: there is no such day", hint=_HINT)
    return Bounds(earliest, latest)


def _numbers(text: str, most: int) -> list[int]:
    """Return what digits can mean of which some are unknown (`X`), from 1 to `most`, in order."""
    digits = product(*("0123456789" if sign == "X" else sign for sign in text))
    return [number for each in digits if 1 <= (number := int("".join(each))) <= most]


def _day(
    years: Sequence[int], months: Sequence[int], days: Sequence[int], *, last: bool = False
) -> date | None:
    """Return the first or the last day that is in the calendar; None if none is."""
    choices = (years, months, days)
    for choice in product(*(reversed(each) for each in choices)) if last else product(*choices):
        with suppress(ValueError):
            return date(*choice)
    return None


def is_interval(text: str) -> bool:
    """Return True if an EDTF text means a time with a length, rather than one unknown time."""
    return "/" in text


def span(begin: Iterable[str], end: Iterable[str], attested: Iterable[str]) -> Span:
    """Return when a situation can have begun and ended, by the EDTF texts about it.

    That it is attested on a date says that it held on some day of it, for an interval on every
    day: so it had begun by then, and had not ended before. Raises DateError.
    """
    begins, ends = list(map(parse_bounds, begin)), list(map(parse_bounds, end))
    held = list(map(_held, attested))
    return Span(
        _narrowest(earliest=begins, latest=[*begins, *held]),
        _narrowest(earliest=[*ends, *held], latest=ends),
    )


def _narrowest(*, earliest: Iterable[Bounds], latest: Iterable[Bounds]) -> Bounds:
    return Bounds(
        max((bounds.earliest for bounds in earliest if bounds.earliest), default=None),
        min((bounds.latest for bounds in latest if bounds.latest), default=None),
    )


def _held(text: str) -> Bounds:
    """Return the last day by which it had begun (`latest`), and the first until which it held."""
    bounds = parse_bounds(text)
    if is_interval(text):
        return Bounds(earliest=bounds.latest, latest=bounds.earliest)
    return bounds
