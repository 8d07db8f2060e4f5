"""The total order of terms by which ORDER BY sorts, and MIN and MAX choose.

SPARQL 1.1 (15.1) has unbound before blank nodes, IRIs and literals, and leaves open how literals of
unlike kinds stand to each other. Here they stand in this order:

1. booleans, false first;
2. numbers by their value, whatever their datatype, NaN last;
3. days and points in time by their beginning, what has no time zone taken as UTC: dates, times with
   a date, years and months of a year as one kind, times of day and days of no year each by itself;
4. durations by datatype and text;
5. all other literals, and those whose text is not of their datatype, by datatype and text;
6. texts by their characters, those with a language before those without.
"""

import math
import re
import struct
from decimal import Decimal
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_STRING: Final = f"{_XSD}string"
_LANG_STRING: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_FLOATS: Final = {f"{_XSD}{name}" for name in ("double", "float")}
_EXACT: Final = {f"{_XSD}{name}" for name in ("integer", "decimal")}
_DURATIONS: Final = {
    f"{_XSD}{name}" for name in ("duration", "dayTimeDuration", "yearMonthDuration")
}
_TIMES: Final = {
    f"{_XSD}{name}": kind
    for kind, names in enumerate(
        ("date dateTime dateTimeStamp gYear gYearMonth", "time", "gMonth gMonthDay", "gDay")
    )
    for name in names.split()
}
"""The datatypes of days and times, and which of them are of one kind."""

_TIME: Final = re.compile(
    r"(?:(-?\d{4,})|-)?(?:-(\d\d)|-)?(?:-(\d\d))?T?(?:(\d\d):(\d\d):(\d\d(?:\.\d+)?))?"
    r"(?:Z|([+-])(\d\d):(\d\d))?",
    re.ASCII,
)
_TEXT: Final = ox.Literal("6")

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def sort_key(term: Term) -> ox.Literal | None:
    """Return a text that sorts as `term` does among terms of other kinds, and among its own.

    Terms with the same text, or with none, the engine itself orders as it should.
    """
    if not isinstance(term, ox.Literal):
        return None
    datatype = term.datatype.value
    if datatype in (_STRING, _LANG_STRING):
        return _TEXT
    return _key_literal(term.value, datatype)


@lru_cache(maxsize=65_536)  # the same years and numbers come again and again
def _key_literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(_key(text, datatype))


def _key(text: str, datatype: str) -> str:
    if datatype == f"{_XSD}boolean" and text in ("false", "true"):
        return f"1{text}"
    try:
        if datatype in _FLOATS:
            return f"2{_number_key(float(text))}"
        if datatype in _EXACT:
            exact = Decimal(text)
            nearest = float(exact)
            return f"2{_number_key(nearest)}{_number_key(float(exact - Decimal(nearest)))}"
    except (ArithmeticError, ValueError):
        return f"5{datatype} {text}"
    kind = _TIMES.get(datatype)
    if kind is not None and (match := _TIME.fullmatch(text)):
        return f"3{kind}{_number_key(_seconds(match))}{text}"
    return f"{4 if datatype in _DURATIONS else 5}{datatype} {text}"


def _number_key(number: float) -> str:
    """Return a text that sorts as a number does, NaN last: the bits of IEEE 754, made to ascend."""
    if math.isnan(number):
        return "g"
    (bits,) = struct.unpack(">Q", struct.pack(">d", number + 0.0))
    return f"{bits ^ (1 << 63 if bits < 1 << 63 else (1 << 64) - 1):016x}"


def _seconds(match: re.Match[str]) -> float:
    """Return the seconds from the year 0 of the Gregorian calendar, in UTC, to a point in time."""
    year, month, day, hour, minute, second, sign, zone_hours, zone_minutes = match.groups()
    # Years begin with March, so that the leap day is the last one.
    months = int(year or 1972) * 12 + int(month or 1) - 3
    years, month_of_year = divmod(months, 12)
    days = years * 365 + years // 4 - years // 100 + years // 400
    days += (153 * month_of_year + 2) // 5 + int(day or 1)
    minutes = (days * 24 + int(hour or 0)) * 60 + int(minute or 0)
    if sign:
        minutes -= int(f"{sign}1") * (int(zone_hours) * 60 + int(zone_minutes))
    return minutes * 60 + float(second or 0)


class Minimum:
    """The first of the terms of a group, as an aggregate function of the engine."""

    def __init__(self) -> None:
        self._terms: list[Term] = []
        self.accumulate = self._terms.append  # at once: it is called for each row

    def finish(self) -> Term | None:
        """Return the first term, None where there is none."""
        return min(set(self._terms), key=_rank, default=None)


class Maximum(Minimum):
    """The last of the terms of a group, as an aggregate function of the engine."""

    def finish(self) -> Term | None:
        """Return the last term, None where there is none."""
        return max(set(self._terms), key=_rank, default=None)


def _rank(term: Term) -> tuple[str, ...]:
    if isinstance(term, ox.Literal):
        key = sort_key(term)
        return "2", "" if key is None else key.value, term.value, term.datatype.value, str(term)
    return "0" if isinstance(term, ox.BlankNode) else "1", str(term)
