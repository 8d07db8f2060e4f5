from __future__ import annotations

from datetime import date

import pytest

from cstokg.errors import DateError
from cstokg.rdf.edtf import Bounds, Span, parse_bounds, span


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def bounds(earliest: str | None, latest: str | None) -> Bounds:
    return Bounds(day(earliest), day(latest))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024-06-25", "2024-06-25", "2024-06-25"),
        ("1992-05", "1992-05-01", "1992-05-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("1992", "1992-01-01", "1992-12-31"),
        ("199X", "1990-01-01", "1999-12-31"),
        ("2024-06-XX", "2024-06-01", "2024-06-30"),
        ("2001-21", "2001-03-01", "2001-05-31"),
        # Approximate and uncertain: not stretched.
        ("1990~", "1990-01-01", "1990-12-31"),
        ("1990?", "1990-01-01", "1990-12-31"),
        ("2004~/2006~", "2004-01-01", "2006-12-31"),
        # Intervals: from the first day to the last.
        ("2018/2022", "2018-01-01", "2022-12-31"),
        ("1992-05/1993-02-03", "1992-05-01", "1993-02-03"),
        ("2002/..", "2002-01-01", None),
        ("../2002", None, "2002-12-31"),
        ("2002/", "2002-01-01", None),
        ("/2002", None, "2002-12-31"),
        # One unknown day out of a set.
        ("[2024-06-12..2024-06-24]", "2024-06-12", "2024-06-24"),
        ("[1992-05..2002-12]", "1992-05-01", "2002-12-31"),
        ("[..2024-06-25]", None, "2024-06-25"),
        ("[2024-06-25..]", "2024-06-25", None),
        ("[2002,2004]", "2002-01-01", "2004-12-31"),
    ],
)
def test_bounds(text: str, earliest: str | None, latest: str | None) -> None:
    assert parse_bounds(text) == bounds(earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "garbage",
        "May 1992",
        "1992-5",
        "2022-02-30",
        "1990s",
        "2018 / 2022",
        " 1992",
        "1992\n",
        "[2024-06-12..2024-06-24",
        "25.06.2024",
    ],
)
def test_what_is_not_edtf_is_refused(text: str) -> None:
    with pytest.raises(DateError, match="is not a date in EDTF") as caught:
        parse_bounds(text)
    assert "1992-05" in caught.value.hint


@pytest.mark.parametrize("text", ["2022/2018", "[2024-06-24..2024-06-12]"])
def test_what_runs_backwards_is_refused(text: str) -> None:
    with pytest.raises(DateError, match="ends before it begins"):
        parse_bounds(text)


@pytest.mark.parametrize("text", ["-0044", "Y17000", "0000"])
def test_years_that_no_xsd_date_has_are_refused(text: str) -> None:
    with pytest.raises(DateError, match="outside the years 1 to 9999"):
        parse_bounds(text)


@pytest.mark.parametrize(
    ("begin", "end", "attested", "expected"),
    [
        ([], [], [], Span(bounds(None, None), bounds(None, None))),
        (
            ["1992-05"],
            ["[1992-05..2002-12]"],
            [],
            Span(bounds("1992-05-01", "1992-05-31"), bounds("1992-05-01", "2002-12-31")),
        ),
        # Attested on a day: it had begun by then, and had not ended before.
        (
            [],
            [],
            ["2024-06-25"],
            Span(bounds(None, "2024-06-25"), bounds("2024-06-25", None)),
        ),
        # On some day of a month: not later than its last, not ended before its first.
        ([], [], ["2022-06"], Span(bounds(None, "2022-06-30"), bounds("2022-06-01", None))),
        # Throughout an interval.
        ([], [], ["2018/2022"], Span(bounds(None, "2018-01-01"), bounds("2022-12-31", None))),
        # Not before a day, no one knows how long after: only that it had not ended before.
        ([], [], ["[2024-06-25..]"], Span(bounds(None, None), bounds("2024-06-25", None))),
        # What begin and end say already is not loosened.
        (
            ["2002"],
            [],
            ["[2024-06-25..]"],
            Span(bounds("2002-01-01", "2002-12-31"), bounds("2024-06-25", None)),
        ),
        (
            ["2002"],
            ["2010"],
            ["2005", "2002-03"],
            Span(bounds("2002-01-01", "2002-03-31"), bounds("2010-01-01", "2010-12-31")),
        ),
    ],
)
def test_span(begin: list[str], end: list[str], attested: list[str], expected: Span) -> None:
    assert span(begin, end, attested) == expected
