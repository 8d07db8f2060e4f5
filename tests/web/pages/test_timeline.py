from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cstokg.web.pages.timeline import WIDTH, Span, draw

DAY = date(2000, 1, 1)


def test_there_is_nothing_to_draw_without_a_day() -> None:
    assert draw([]) is None
    assert draw([Span("a", None, None, None, None)]) is None


def test_the_certain_lies_within_the_possible() -> None:
    first, second, third, fourth = (DAY.replace(year=2000 + number) for number in range(4))
    spans = [Span("a", first, second, third, fourth), Span("open", first, second, third, None)]
    chart = draw(spans)
    assert chart is not None
    for bar in chart.bars:
        (start, width), (inner, inner_width) = bar.possible, bar.certain
        assert start < inner < inner + inner_width < start + width
    closed, still_open = chart.bars
    assert sum(closed.possible) < sum(still_open.possible)


def test_a_single_day_is_seen() -> None:
    chart = draw([Span("a", DAY, DAY, DAY, DAY)])
    assert chart is not None
    assert chart.bars[0].possible[1] >= 4
    assert [mark.year for mark in chart.marks] == [2000]


def test_a_long_name_is_cut() -> None:
    chart = draw([Span("x" * 99, DAY, None, None, None)])
    assert chart is not None
    assert len(chart.bars[0].name) == 34


days = st.none() | st.dates()


@given(st.lists(st.builds(Span, st.text(), days, days, days, days), max_size=5))
def test_all_is_drawn_within_the_drawing(spans: list[Span]) -> None:
    chart = draw(spans)
    for bar in chart.bars if chart else ():
        assert chart is not None
        assert chart.left <= bar.possible[0] <= WIDTH
        assert bar.y + chart.row <= chart.height
        assert bar.possible[1] > 0
