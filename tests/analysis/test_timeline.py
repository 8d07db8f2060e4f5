from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cstokg.analysis.timeline import WIDTH, Period, draw

DAY = date(2000, 1, 1)


def test_there_is_nothing_to_draw_without_a_day() -> None:
    assert draw([]) is None
    assert draw([Period("a", None, None, None, None)]) is None


def test_the_certain_lies_within_the_possible() -> None:
    first, second, third, fourth = (DAY.replace(year=2000 + number) for number in range(4))
    periods = [
        Period("a", first, second, third, fourth),
        Period("open", first, second, third, None),
    ]
    timeline = draw(periods)
    assert timeline is not None
    for bar in timeline.bars:
        (start, width), (inner, inner_width) = bar.possible, bar.certain
        assert start < inner < inner + inner_width < start + width
    closed, still_open = timeline.bars
    assert sum(closed.possible) < sum(still_open.possible)


def test_a_single_day_is_seen() -> None:
    timeline = draw([Period("a", DAY, DAY, DAY, DAY)])
    assert timeline is not None
    assert timeline.bars[0].possible[1] >= 4
    assert [mark.year for mark in timeline.marks] == [2000]


def test_a_long_name_is_cut() -> None:
    timeline = draw([Period("x" * 99, DAY, None, None, None)])
    assert timeline is not None
    assert len(timeline.bars[0].name) == 34


days = st.none() | st.dates()


@given(st.lists(st.builds(Period, st.text(), days, days, days, days), max_size=5))
def test_all_is_drawn_within_the_drawing(periods: list[Period]) -> None:
    timeline = draw(periods)
    for bar in timeline.bars if timeline else ():
        assert timeline is not None
        assert timeline.left <= bar.possible[0] <= WIDTH
        assert bar.y + timeline.row <= timeline.height
        assert bar.possible[1] > 0
