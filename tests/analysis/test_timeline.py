from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cstokg.analysis.timeline import axis_of, fitted, room_for

DAY = date(2000, 1, 1)


def test_a_single_day_lies_within_its_axis() -> None:
    axis = axis_of([DAY], 0, 100)
    assert 0 < axis.x(DAY) < 100
    assert [mark.year for mark in axis.marks] == [2000]


@given(st.lists(st.dates(), min_size=1, max_size=5), st.dates())
def test_all_days_lie_on_the_axis_in_their_order(days: list[date], other: date) -> None:
    axis = axis_of(days, 20, 300)
    places = [axis.x(day) for day in sorted([*days, other])]
    assert places == sorted(places)
    assert all(20 <= place <= 300 for place in places)
    assert all(20 <= mark.x <= 300 for mark in axis.marks)


def test_a_long_name_is_cut_and_the_longest_has_room() -> None:
    names = [fitted("the signing of the treaty"), fitted("a word " * 40)]
    assert names[0] == "the signing of the treaty"
    assert names[1].endswith(" …")
    assert fitted("字" * 80).startswith("字" * 70)  # it has no blanks to cut it at
    assert room_for(names[:1]) < room_for(names) < 600
    assert room_for([]) < room_for(names[:1])
