from contextlib import suppress

from cstokg.rdf.progress import reported_to, track, track_all


def test_who_asks_is_told_of_each_item() -> None:
    told: list[tuple[str, int, int]] = []
    with reported_to(lambda *report: told.append(report)):
        assert list(track("reading", "ab")) == ["a", "b"]
        assert list(track_all("writing", iter("c"), 1)) == ["c"]
    assert told == [
        ("reading", 0, 2),
        ("reading", 1, 2),
        ("reading", 2, 2),
        ("writing", 0, 1),
        ("writing", 1, 1),
    ]


def test_what_a_step_consists_of_is_no_step() -> None:
    told: list[str] = []
    with reported_to(lambda step, *_: told.append(step)):
        for _ in track("outer", "a"):
            assert list(track("inner", "bc")) == ["b", "c"]
    assert told == ["outer", "outer"]


def test_without_a_listener_nothing_is_between_the_items_and_who_takes_them() -> None:
    items = ["a"]
    assert track("reading", items) is items
    with suppress(ZeroDivisionError), reported_to(lambda *_: None):
        for _ in track("failing", items):
            raise ZeroDivisionError
    assert track("reading", items) is items
