"""Times in words: what a date in EDTF says, for readers who do not read EDTF."""

import re
from calendar import monthrange
from datetime import date
from typing import Final

from rdflib.term import Node

from cstokg.errors import DateError
from cstokg.rdf.edtf import Bounds, is_interval, parse_bounds

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

UNDATED: Final = "undated"

_PLAIN: Final = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")
_PARTS: Final = re.compile(r"\[?(?P<first>[^./\[\]]*)(\.\.)?(\.\.|/)(\.\.)?(?P<last>[^./\[\]]*)\]?")
_DAY: Final = re.compile(r"[0-9]{1,2} ")


def read_day(term: Node | str | None) -> date | None:
    """Return the day of a literal or a text, None where it is none."""
    try:
        day = date.fromisoformat(str(term))
    except ValueError:
        return None
    # `20030101` is ISO 8601, too, but no xsd:date.
    return day if day.isoformat() == str(term) else None


def day_in_words(day: date) -> str:
    """Return a day as `25 June 2024`, the same wherever the server stands."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def in_words(text: str) -> str:
    """Return the EDTF date `text` as a sentence has it: `on 25 June 2024`, `some time in 2002`.

    Empty where it is none.
    """
    try:
        said = _in_words(text)
    except DateError:
        return ""
    if said.startswith(("from ", "until ", "between ")):
        return said
    if said == UNDATED:
        return "at an unknown time"
    return f"{'on' if _DAY.match(said) else 'some time in'} {said}"


def when_in_words(written: str) -> str:
    """Return a time in EDTF as a person says it; `undated` where there is none.

    An interval is a whole time (`from 2018 to 2022`), a set one unknown day (`between … and …`).
    """
    try:
        return _in_words(written) if written else UNDATED
    except DateError:
        return written


def held_in_words(
    begin: tuple[date | None, date | None], end: tuple[date | None, date | None]
) -> tuple[str, str]:
    """Return when something certainly held, and when it possibly did, by its earliest and latest.

    Either is empty where nothing can be said.
    """
    certainly = ""
    if begin[1] and end[0] and begin[1] <= end[0]:
        certainly = _from_to(begin[1], end[0])
    if not (begin[0] or end[1]):
        return certainly, ""
    first = f"not before {day_in_words(begin[0])}" if begin[0] else "from an unknown day"
    last = f"not after {day_in_words(end[1])}" if end[1] else "no end is told"
    return certainly, f"{first}; {last}"


def _in_words(text: str) -> str:
    """Return what the EDTF date `text` says. Raises DateError."""
    bounds = parse_bounds(text)
    parts = _PARTS.fullmatch(text)
    first, last = parts.group("first", "last") if parts else (text, text)
    if not all(not each or _PLAIN.fullmatch(each) for each in (first, last)):
        first, last = _days(bounds)
    return _range_in_words(first, last, whole=is_interval(text)) + _doubt(text)


def _days(bounds: Bounds) -> tuple[str, str]:
    """Return both days, or twice the year or the month of which they are the first and the last."""
    first, last = (day.isoformat() if day else "" for day in (bounds.earliest, bounds.latest))
    end = bounds.latest
    if first.endswith("-01") and end and end.day == monthrange(end.year, end.month)[1]:
        if first[:7] == last[:7]:
            return first[:7], first[:7]
        if first[:4] == last[:4] and first[5:7] + last[5:7] == "0112":
            return first[:4], first[:4]
    return first, last


def _from_to(first: date, last: date) -> str:
    if first == last:
        return f"on {day_in_words(first)}"
    return f"from {day_in_words(first)} to {day_in_words(last)}"


def _doubt(text: str) -> str:
    """Return what EDTF's marks say of how sure the date is (ISO 8601-2, level 1)."""
    said = [word for mark, word in (("?", "uncertain"), ("~", "approximate")) if mark in text]
    if "%" in text:
        said = ["uncertain", "approximate"]
    return f" ({' and '.join(said)})" if said else ""


def _range_in_words(first: str, last: str, *, whole: bool) -> str:
    if not first and not last:
        return UNDATED
    if first == last:
        return _point(first)
    if not last:
        return f"from {_point(first)} on" if whole else f"{_point(first)} or later"
    if not first:
        return f"until {_point(last)}" if whole else f"{_point(last)} or earlier"
    start, end = _point(first), _point(last)
    # Of two days of one month, the month is said once.
    if len(first) == len(last) == 10 and first[:7] == last[:7]:
        start = start.partition(" ")[0]
    return f"from {start} to {end}" if whole else f"between {start} and {end}"


def _point(text: str) -> str:
    """Return a year, a month or a day (ISO 8601) in words."""
    year, *rest = text.split("-")
    parts = [_MONTHS[int(rest[0]) - 1], year] if rest else [year]
    return " ".join([str(int(rest[1])), *parts] if len(rest) > 1 else parts)
