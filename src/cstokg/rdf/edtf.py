"""Dates in the Extended Date/Time Format (EDTF, ISO 8601-2) and the days that they can mean.

Bounds are strict: what is approximate or uncertain (`1990~`, `1990?`) is not stretched, since
nothing says by how much.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from cstokg.errors import DateError

if TYPE_CHECKING:
    from collections.abc import Iterable

_HINT: Final = (
    "Examples: 1992-05, 2018/2022, 2002/.., [2024-06-12..2024-06-24] for one unknown day in a "
    "range, [2024-06-25..] for a day not before, 199X for a year in the nineties."
)


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
    that is open (`..`) or unknown (`2002/`) has no bound.

    Raises DateError for what is not EDTF, runs backwards or lies outside the years 1 to 9999.
    """
    from edtf import EDTFParseException, parse_edtf

    if re.search(r"\s|^$", text):
        raise DateError(f"{text!r} is not a date in EDTF", hint=_HINT)
    try:
        parsed = parse_edtf(text)
    except EDTFParseException:
        raise DateError(f"{text!r} is not a date in EDTF", hint=_HINT) from None
    # The library guesses ten years for a side that is unknown; it has no bound.
    first = None if text.startswith("/") else _day(text, parsed.lower_strict())
    last = None if text.endswith("/") else _day(text, parsed.upper_strict())
    if first and last and first > last:
        raise DateError(f"{text!r} ends before it begins", hint="Put the earlier date first.")
    return Bounds(first, last)


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


def _day(text: str, moment: Any) -> date | None:
    """Return the day of one of the library's bounds: a struct_time, or infinity where open."""
    if isinstance(moment, float) and math.isinf(moment):
        return None
    year, month, day = moment[:3]
    if not MINYEAR <= year <= MAXYEAR:
        raise DateError(f"{text!r} lies outside the years {MINYEAR} to {MAXYEAR}")
    return date(year, month, day)
