from datetime import date

import pytest

from cstokg.rdf.dates import held_in_words, in_words, when_in_words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2024-06-25", "on 25 June 2024"),
        ("1992-05", "some time in May 1992"),
        ("2024-02", "some time in February 2024"),
        ("2002", "some time in 2002"),
        ("2018/2022", "from 2018 to 2022"),
        ("[2024-06-12..2024-06-24]", "between 12 and 24 June 2024"),
        ("[2024-06-25..]", "on 25 June 2024 or later"),
        ("[..1992-05-15]", "on 15 May 1992 or earlier"),
        ("2002/..", "from 2002 on"),
        ("199X", "between 1 January 1990 and 31 December 1999"),
        ("2001-21", "between 1 March 2001 and 31 May 2001"),
        ("[..2001,2002..]", "at an unknown time"),
        ("1992~", "some time in 1992 (approximate)"),
        ("1992?", "some time in 1992 (uncertain)"),
        ("1992%", "some time in 1992 (uncertain and approximate)"),
        ("a while ago", ""),
    ],
)
def test_a_date_is_said_in_words(written: str, words: str) -> None:
    assert in_words(written) == words


A, B, C, D = (date(2000 + year, 1, 1) for year in range(4))


def test_what_held_is_certain_between_its_inner_bounds() -> None:
    assert held_in_words((A, B), (C, D)) == (
        "from 1 January 2001 to 1 January 2002",
        "not before 1 January 2000; not after 1 January 2003",
    )
    assert held_in_words((A, B), (None, None))[0] == ""
    assert held_in_words((A, C), (B, None)) == ("", "not before 1 January 2000; no end is told")
    assert (
        held_in_words((None, None), (None, D))[1] == "from an unknown day; not after 1 January 2003"
    )
    assert held_in_words((None, None), (None, None)) == ("", "")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "undated"),
        ("2008", "2008"),
        ("2024-02", "February 2024"),
        ("2024-06-25", "25 June 2024"),
        ("[2024-06-12..2024-06-24]", "between 12 and 24 June 2024"),
        ("[2024-05-30..2024-06-24]", "between 30 May 2024 and 24 June 2024"),
        ("[2024-06-25..2024-06-25]", "25 June 2024"),
        ("[2024-06-25..]", "25 June 2024 or later"),
        ("[..2024-06-24]", "24 June 2024 or earlier"),
        ("[..2025]", "2025 or earlier"),
        ("2018/2022", "from 2018 to 2022"),
        ("2002/..", "from 2002 on"),
        ("2002/", "from 2002 on"),
        ("../2002", "until 2002"),
        ("2022~", "2022 (approximate)"),
        ("2022-02?", "February 2022 (uncertain)"),
        ("2001-21", "between 1 March 2001 and 31 May 2001"),
        ("999X", "between 1 January 9990 and 31 December 9999"),
        ("once", "once"),
    ],
)
def test_a_time_is_told_as_people_say_it(written: str, words: str) -> None:
    assert when_in_words(written) == words
