from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstokg.errors import DateError
from cstokg.rdf.edtf import Bounds, Span, parse_bounds, span


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def bounds(earliest: str | None, latest: str | None) -> Bounds:
    return Bounds(day(earliest), day(latest))


# The examples of the specification, https://www.loc.gov/standards/datetime/ (2019), by its levels.
LEVEL_0 = {
    "1985-04-12": ("1985-04-12", "1985-04-12"),
    "1985-04": ("1985-04-01", "1985-04-30"),
    "1985": ("1985-01-01", "1985-12-31"),
    "1985-04-12T23:20:30": ("1985-04-12", "1985-04-12"),
    "1985-04-12T23:20:30Z": ("1985-04-12", "1985-04-12"),
    "1985-04-12T23:20:30-04": ("1985-04-12", "1985-04-12"),
    "1985-04-12T23:20:30+04:30": ("1985-04-12", "1985-04-12"),
    "1964/2008": ("1964-01-01", "2008-12-31"),
    "2004-06/2006-08": ("2004-06-01", "2006-08-31"),
    "2004-02-01/2005-02-08": ("2004-02-01", "2005-02-08"),
    "2004-02-01/2005-02": ("2004-02-01", "2005-02-28"),
    "2004-02-01/2005": ("2004-02-01", "2005-12-31"),
    "2005/2006-02": ("2005-01-01", "2006-02-28"),
}
LEVEL_1 = {
    "2001-21": ("2001-03-01", "2001-05-31"),
    "1984?": ("1984-01-01", "1984-12-31"),
    "2004-06~": ("2004-06-01", "2004-06-30"),
    "2004-06-11%": ("2004-06-11", "2004-06-11"),
    "201X": ("2010-01-01", "2019-12-31"),
    "20XX": ("2000-01-01", "2099-12-31"),
    "2004-XX": ("2004-01-01", "2004-12-31"),
    "1985-04-XX": ("1985-04-01", "1985-04-30"),
    "1985-XX-XX": ("1985-01-01", "1985-12-31"),
    "1985-04-12/..": ("1985-04-12", None),
    "1985-04/..": ("1985-04-01", None),
    "../1985": (None, "1985-12-31"),
    "1985-04-12/": ("1985-04-12", None),
    "/1985-04": (None, "1985-04-30"),
    "1984?/2004%": ("1984-01-01", "2004-12-31"),
    "1984-01-02~/2004-06-04": ("1984-01-02", "2004-06-04"),
    "../1985-04-12?": (None, "1985-04-12"),
}
LEVEL_2 = {
    "1950S2": ("1900-01-01", "1999-12-31"),
    "2001-34": ("2001-04-01", "2001-06-30"),
    "[1667,1668,1670..1672]": ("1667-01-01", "1672-12-31"),
    "[..1760-12-03]": (None, "1760-12-03"),
    "[1760-12..]": ("1760-12-01", None),
    "[1760-01,1760-02,1760-12..]": ("1760-01-01", None),
    "[1667,1760-12]": ("1667-01-01", "1760-12-31"),
    "[..1984]": (None, "1984-12-31"),
    "2004-06~-11": ("2004-06-11", "2004-06-11"),
    "2004?-06-11": ("2004-06-11", "2004-06-11"),
    "?2004-06-~11": ("2004-06-11", "2004-06-11"),
    "2004-%06-11": ("2004-06-11", "2004-06-11"),
    "156X-12-25": ("1560-12-25", "1569-12-25"),
    "15XX-12-25": ("1500-12-25", "1599-12-25"),
    "XXXX-12-XX": ("0001-12-01", "9999-12-31"),
    "1XXX-XX": ("1000-01-01", "1999-12-31"),
    "1XXX-12": ("1000-12-01", "1999-12-31"),
    "1984-1X": ("1984-10-01", "1984-12-31"),
    "2004-06-~01/2004-06-~20": ("2004-06-01", "2004-06-20"),
    "2004-06-XX/2004-07-03": ("2004-06-01", "2004-07-03"),
}
# What edtf.js and ProfessionalWiki/EDTF test beside these, and what follows from leap years.
OF_OTHERS = {
    "2024-02": ("2024-02-01", "2024-02-29"),
    "[2024-06-12..2024-06-24]": ("2024-06-12", "2024-06-24"),
    "[1992-05..2002-12]": ("1992-05-01", "2002-12-31"),
    "1904-02-29": ("1904-02-29", "1904-02-29"),
    "2001-0X": ("2001-01-01", "2001-09-30"),
    "15XX-X2": ("1500-02-01", "1599-12-31"),
    "15XX-01-3X": ("1500-01-30", "1599-01-31"),
    "2016-02-2X": ("2016-02-20", "2016-02-29"),
    "2015-02-2X": ("2015-02-20", "2015-02-28"),
    "20XX-02-29": ("2000-02-29", "2096-02-29"),
    "2001-?09~-09": ("2001-09-09", "2001-09-09"),
    "2001-12-XX/2001-XX": ("2001-12-01", "2001-12-31"),
    "[..2016,2017]": (None, "2017-12-31"),
    # A season stands wherever a month does.
    "2003-24": ("2003-12-01", "2004-02-29"),
    "200X-24": ("2000-12-01", "2010-02-28"),
    "2001-24?": ("2001-12-01", "2002-02-28"),
    "2001-24/2002-22": ("2001-12-01", "2002-08-31"),
    "[2001-24..2002-21]": ("2001-12-01", "2002-05-31"),
    "9999-36": ("9999-10-01", "9999-12-31"),
}


@pytest.mark.parametrize(
    ("text", "days"),
    [pair for each in (LEVEL_0, LEVEL_1, LEVEL_2, OF_OTHERS) for pair in each.items()],
)
def test_the_examples_of_the_specification_have_bounds(
    text: str, days: tuple[str | None, str | None]
) -> None:
    assert parse_bounds(text) == bounds(*days)


@pytest.mark.parametrize(
    ("month", "earliest", "latest"),
    [
        # The north is meant where no hemisphere is told (21 to 24), as in 25 to 28.
        *[(month, "2001-03-01", "2001-05-31") for month in (21, 25, 31)],
        *[(month, "2001-06-01", "2001-08-31") for month in (22, 26, 32)],
        *[(month, "2001-09-01", "2001-11-30") for month in (23, 27, 29)],
        # The year is that in which the season begins.
        *[(month, "2001-12-01", "2002-02-28") for month in (24, 28, 30)],
        (33, "2001-01-01", "2001-03-31"),
        (36, "2001-10-01", "2001-12-31"),
        (37, "2001-01-01", "2001-04-30"),
        (39, "2001-09-01", "2001-12-31"),
        (40, "2001-01-01", "2001-06-30"),
        (41, "2001-07-01", "2001-12-31"),
    ],
)
def test_seasons_and_parts_of_a_year_are_whole(month: int, earliest: str, latest: str) -> None:
    assert parse_bounds(f"2001-{month}") == bounds(earliest, latest)


NO_DATES = {
    "is not a date in EDTF: there is no such day": [
        # The days and months that edtf.js and ProfessionalWiki/EDTF refuse.
        *("2016-13", "2016-00", "2016-05-00", "2016-05-32", "2016-02-30", "2016-04-31"),
        *("2001-02-29", "1900-02-29", "2021-13-01", "2016-13-XX", "156X-09-31", "15XX-02-3X"),
        *("15XX-2X-25", "XXXX-13-XX", "2001-42", "2001-20", "2001-21-01", "9999-24"),
        *("2001/2001-02-29", "[2001,2001-02-29]"),
    ],
    "is not a date in EDTF": [
        *("", " ", "garbage", "May 1992", "1992-5", "1990s", "2018 / 2022", " 1992", "1992\n"),
        *("[2024-06-12..2024-06-24", "25.06.2024"),
        # What edtf.js and ProfessionalWiki/EDTF refuse, or read and the specification has not.
        *("?", "~=[,,_,,]:3", "1985wtf", "wtf1985", "19wtf85", "12345", "19", "198"),
        *("2016-05-02T24:00:01", "2016-05-02T00:61:00", "2016-05-02T01:01:60", "2016-05-02T16:54"),
        # A Python that is newer than others takes it for the day after.
        *("2016-05-02T24:00:00", "2016-05-02T24:00:00Z", "2016-05-02T12:00:60"),
        *("20xx", "..1984", "1984..", "1670..1673", "/", "..", "../..", "[]", "[..]"),
        *("[1667, 1760-12]", "[1987-10..1988]", "2001//2002", "2001/2002/2003", "[2001/2002]"),
        # Of the draft before the specification, and of other forms of ISO 8601.
        *("unknown/2006", "2004/open", "199u", "y17000", "2001-21^x", "20010203", "2001-W05"),
        "\uff12\uff10\uff10\uff11",  # digits of full width
    ],
    "means several times": [
        *("{1667,1668,1670..1672}", "{..1983-12-31,1984-10-10..1984-11-01}", "{1960,1961-12}"),
    ],
    "ends before it begins": ["2022/2018", "[2024-06-24..2024-06-12]"],
    "outside the years 1 to 9999": [
        *("-0044", "-1985", "-9999", "0000", "0000-01-01", "-0044-03-15", "1985/-0044"),
        *("Y17000", "Y170000002", "Y-170000002", "Y-17E7", "Y171010000S3", "Y3388E2S3"),
    ],
}


@pytest.mark.parametrize(
    ("text", "reason"), [(text, reason) for reason, texts in NO_DATES.items() for text in texts]
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(DateError, match=reason):
        parse_bounds(text)


@pytest.mark.parametrize(
    ("text", "hint"), [("2022-02-30", "1992-05"), ("May 1992", "1992-05"), ("{1960,1961}", "[..]")]
)
def test_a_refusal_shows_how_to_write_it(text: str, hint: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_bounds(text)
    assert hint in caught.value.hint


@pytest.mark.parametrize("text", ["2001-02-29", "2001-0X", "20XX-02-29", "2001-12-XX/2001-XX"])
def test_nothing_is_printed(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    with suppress(DateError):
        parse_bounds(text)
    assert capfd.readouterr() == ("", "")


@given(st.text("0123X-/.[],?~%TZ{}:", max_size=24) | st.text(max_size=8))
def test_any_text_has_bounds_or_is_refused(text: str) -> None:
    with suppress(DateError):
        found = parse_bounds(text)
        assert not (found.earliest and found.latest) or found.earliest <= found.latest


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
