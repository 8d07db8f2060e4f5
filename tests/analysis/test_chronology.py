"""What happened, was said and held when, against the real graph and against two sources."""

from datetime import date

import pytest

from cstokg import Dataset
from cstokg.analysis import chronology as module
from cstokg.analysis.chronology import Chronology, Entry, chronology, to_answer, when
from cstokg.analysis.chronology_drawing import draw
from cstokg.namespaces import RESOURCE

ARMENIA = f"{RESOURCE}state/armenia"


def names(found: Chronology) -> list[str]:
    return [entry.iri.removeprefix(RESOURCE) for entry in found.entries]


def entry_of(found: Chronology, name: str) -> Entry:
    return next(entry for entry in found.entries if entry.iri == RESOURCE + name)


def test_what_involves_a_state_comes_in_the_order_of_time(dataset: Dataset) -> None:
    found = names(chronology(dataset, [ARMENIA]))
    told = [
        *("event/cst-signing-1992", "membership/armenia-csto", "statement/pashinyan-2023-06"),
        *("statement/pashinyan-2024-02", "statement/pashinyan-2024-06"),
        *("event/armenia-withdrawal-from-csto", "event/armenia-recalls-ambassador"),
    ]
    assert [name for name in found if name in told] == told


def test_days_travel_along_what_comes_before_and_after(dataset: Dataset) -> None:
    found = chronology(dataset, [ARMENIA], lanes=["events"])
    withdrawal = entry_of(found, "event/armenia-withdrawal-from-csto")
    # It comes after what was said between 12 and 24 June 2024.
    assert (withdrawal.earliest, withdrawal.latest) == (date(2024, 6, 12), None)
    assert "undated; by what it comes after or before: not before 12 June 2024" in when(withdrawal)
    conflict = entry_of(found, "event/renewed-nagorno-karabakh-conflict")
    assert (conflict.earliest, conflict.latest) == (None, date(2024, 6, 24))
    assert not entry_of(found, "event/armenia-recalls-ambassador").is_dated


def test_a_day_of_its_own_is_not_told_as_inferred(dataset: Dataset) -> None:
    found = chronology(dataset, [f"{RESOURCE}person/nikol-pashinyan"], lanes=["statements"])
    freeze = entry_of(found, "statement/pashinyan-2024-02")
    assert when(freeze) == "some time in February 2024"
    assert freeze.mode == f"{RESOURCE}stance/claims"


def test_kinds_actuality_window_and_undated_narrow_it(dataset: Dataset) -> None:
    alleged = chronology(dataset, [ARMENIA], actuality=["alleged"])
    assert set(names(alleged)) == {
        "event/armenia-freeze-of-csto-participation",
        "event/south-ossetia-settlement-by-force",
    }
    window = chronology(dataset, [ARMENIA], lanes=["statements"], first="2024", dated=True)
    assert names(window) == ["statement/pashinyan-2024-02", "statement/pashinyan-2024-06"]
    assert names(chronology(dataset, [ARMENIA], lanes=["bonds"], last="1999-01-01"))[0] == (
        "treaty-participation/armenia-cst"
    )


def test_what_involves_two_involves_both(dataset: Dataset) -> None:
    both = [f"{RESOURCE}state/belarus", f"{RESOURCE}state/azerbaijan"]
    found = set(names(chronology(dataset, both)))
    assert found
    assert found <= set(names(chronology(dataset, both[:1])))


def test_a_source_can_be_asked_alone(two_source_dataset: Dataset) -> None:
    second = f"{RESOURCE}source/second-2026"
    alone = names(chronology(two_source_dataset, [ARMENIA], source=second))
    assert alone
    assert all("second-2026" in name for name in alone)
    assert set(alone) < set(names(chronology(two_source_dataset, [ARMENIA])))


def test_nothing_involves_who_is_in_no_account(dataset: Dataset) -> None:
    found = chronology(dataset, ["ckg:State"])
    assert found.entries == ()
    assert to_answer(found, dataset).rows == []
    assert draw(found, str) is None


def test_the_rows_name_voice_and_sentence(dataset: Dataset) -> None:
    rows = to_answer(chronology(dataset, [ARMENIA]), dataset).rows
    freeze = next(row for row in rows if row["what"].endswith("pashinyan-2024-02"))
    assert freeze["voices"].endswith("person/nikol-pashinyan")
    assert "passage/scepanovic-2024" in freeze["sentences"]
    assert freeze["edtf"] == "2024-02"


@pytest.fixture(scope="module")
def armenia(dataset: Dataset) -> Chronology:
    return chronology(dataset, [ARMENIA])


def test_nothing_certain_is_drawn_after_the_sources_last_day(armenia: Chronology) -> None:
    drawing = draw(armenia, str)
    assert drawing is not None
    assert drawing.source_ends is not None
    assert armenia.source_ends == date(2024, 6, 25)
    for lane in drawing.lanes:
        for entry in lane.entries:
            assert drawing.left <= entry.begin <= entry.end <= drawing.width
            if entry.certain:
                assert entry.certain[1] <= drawing.source_ends


def test_a_day_is_a_dot_and_what_is_no_fact_is_not_real(armenia: Chronology) -> None:
    drawing = draw(armenia, str)
    assert drawing is not None
    drawn = {
        entry.iri.removeprefix(RESOURCE): entry for lane in drawing.lanes for entry in lane.entries
    }
    assert drawn["membership/armenia-csto"].shape == "bar"
    assert drawn["statement/pashinyan-2024-06"].shape == "bracket"
    assert not drawn["event/armenia-withdrawal-from-csto"].is_real
    assert drawn["event/armenia-withdrawal-from-csto"].opens_right
    assert drawn["event/cst-signing-1992"].is_real


def test_many_entries_are_ordered_as_few(
    two_source_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = chronology(two_source_dataset)
    monkeypatch.setattr(module, "_MANY", 0)
    assert chronology(two_source_dataset) == few
    assert any(entry.is_inferred for entry in few.entries)


def test_what_a_source_tells_is_what_rests_on_its_passages(two_source_dataset: Dataset) -> None:
    documents = [f"{RESOURCE}source/{slug}" for slug in ("scepanovic-2024", "second-2026")]
    told = [{*names(chronology(two_source_dataset, source=each))} for each in documents]
    assert all(told)
    assert told[0] | told[1] == {*names(chronology(two_source_dataset))}
    assert not told[0] & told[1]
