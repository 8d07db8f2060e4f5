from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cstokg.analysis.timeline import axis_of

DAY = date(2000, 1, 1)


def test_there_is_no_axis_without_a_day() -> None:
    assert axis_of([]) is None
    assert axis_of([], stop=DAY) is None


def test_a_single_day_lies_within_its_axis() -> None:
    axis = axis_of([DAY])
    assert axis is not None
    assert 0 < axis.at(DAY) < 100
    assert [mark.year for mark in axis.marks] == [2000]


def test_the_axis_reaches_to_the_last_day_of_the_source() -> None:
    axis = axis_of([DAY], stop=date(2024, 6, 25))
    assert axis is not None
    assert axis.at(DAY) < axis.at(axis.stop) < 100


@given(st.lists(st.dates(), min_size=1, max_size=5), st.none() | st.dates(), st.dates())
def test_all_days_lie_on_the_axis(days: list[date], stop: date | None, other: date) -> None:
    axis = axis_of(days, stop)
    assert axis is not None
    places = [axis.at(day) for day in sorted([*days, other])]
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)
    assert all(0 <= mark.x <= 100 for mark in axis.marks)
