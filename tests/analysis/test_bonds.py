"""Bonds as of a day, over the article and over two sources."""

import re
from datetime import date
from pathlib import Path

import pytest

import cstokg
from cstokg import AsOf, BondAsOf, Dataset
from cstokg.analysis.bonds import accounts
from cstokg.analysis.bonds.as_of import to_answer
from cstokg.analysis.bonds.lanes import draw_lanes
from cstokg.analysis.bonds.verdicts import HOLDS
from cstokg.analysis.labels import Labels, read_labels
from cstokg.errors import ParameterError
from cstokg.namespaces import shorten

CSTO = "organization:csto"
CST = "treaty:collective-security-treaty"
GUAM = "organization:guam"
DOCUMENT = Path(__file__).parents[2] / "docs" / "answers.md"


_LABELS: dict[int, Labels] = {}


def as_of(dataset: Dataset, day: date | str | None = None, **asked: str) -> AsOf:
    """Ask with labels that are read once: the tests ask hundreds of times."""
    if id(dataset) not in _LABELS:
        _LABELS[id(dataset)] = read_labels(dataset)
    return cstokg.as_of(dataset, day, labels=_LABELS[id(dataset)], **asked)


def verdicts(found: AsOf) -> dict[str, str]:
    return {shorten(row.party): row.verdict for row in found.rows}


def row_of(found: AsOf, party: str) -> BondAsOf:
    return next(row for row in found.rows if shorten(row.party) == party)


def test_the_verdicts_of_the_document_are_those_of_the_graph(dataset: Dataset) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    table = [
        line for line in text.splitlines() if re.match(r"\| [a-z-]+(:| to)[a-z-]* ?\|? ?", line)
    ]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    head = next(line for line in lines if line[0] == "bound to")
    days = head[2:-1]
    checked = [line for line in lines if ":" in line[0]]
    assert len(days) == 6
    assert len(checked) > 35
    found = {
        (of, day): verdicts(as_of(dataset, day, of=of))
        for of in {line[0] for line in checked}
        for day in days
    }
    for of, who, *shown, _ in checked:
        assert [found[of, day][who] for day in days] == shown, (of, who)
    # No bond is left out.
    assert {of: set(found[of, days[0]]) for of, _ in found} == {
        of: {line[1] for line in checked if line[0] == of} for of, _ in found
    }
    told = dataset.select(
        "SELECT DISTINCT ?of { ?bond ckg:organization|ckg:treaty|ckg:office|ckg:recognized ?of ; "
        "a ?kind ; ckg:actuality ?how VALUES ?kind { ckg:Membership ckg:TreatyParticipation "
        "ckg:ObserverStatus ckg:OfficeHolding ckg:Recognition } "
        "FILTER(?how != actuality:hypothetical) }"
    )
    # An office is told to be one of an organization, too, which is no bond of its own.
    assert {shorten(str(of)) for (of,) in told} - {line[0] for line in checked} == {
        "organization:saggas"
    }


def test_the_finding_is_told_in_a_sentence(dataset: Dataset) -> None:
    assert as_of(dataset, "2003-01-01").title == (
        "On 1 January 2003 six states are attested members of the CSTO"
    )
    assert as_of(dataset, state="state:armenia", of=CSTO).title == (
        "Armenia: attested to 25 June 2024; exit announced, not reported"
    )
    assert as_of(dataset, "1995-01-01", of=CST).title == (
        "On 1 January 1995 no state is an attested party to the CST; of nine it is open"
    )
    assert as_of(dataset, "2003-01-01", of=CST, state="state:uzbekistan").title == (
        "Uzbekistan: not a party to the CST on 1 January 2003"
    )
    assert as_of(dataset, state="state:armenia").title == (
        "Armenia on 25 June 2024: of three bonds told, one attested, one carried forward, one not"
    )


def test_the_day_is_the_last_on_which_a_source_speaks(
    dataset: Dataset, two_source_dataset: Dataset
) -> None:
    assert as_of(dataset).day == date(2024, 6, 25)
    assert as_of(two_source_dataset).day == date(2026, 3, 3)
    assert as_of(two_source_dataset, source="scepanovic-2024").day == date(2024, 6, 25)
    assert as_of(two_source_dataset, known_by="2025-01-01").day == date(2024, 6, 25)


def test_a_claimed_freeze_and_an_announced_exit_change_no_verdict(dataset: Dataset) -> None:
    row = row_of(as_of(dataset, "2024-06-25"), "state:armenia")
    assert row.verdict == "attested"
    assert "freeze claimed by Nikol Pashinyan some time in February 2024, not confirmed" in row.why
    assert "exit announced by Nikol Pashinyan" in row.why
    assert "not reported" in row.why


def test_what_is_announced_is_told_from_its_day_on(dataset: Dataset) -> None:
    before = row_of(as_of(dataset, "2024-02-15"), "state:armenia").why
    assert "freeze claimed" in before
    assert "exit" not in before
    assert "freeze" not in row_of(as_of(dataset, "2024-01-31"), "state:armenia").why


def test_the_day_of_change_is_open_where_it_is_unknown(dataset: Dataset) -> None:
    for day, verdict in (
        ("2001-12-31", "not"),
        ("2002-01-01", "open"),
        ("2002-12-30", "open"),
        ("2002-12-31", "attested"),
        ("2024-06-25", "attested"),
        ("2024-06-26", "carried forward"),
        ("9999-12-31", "carried forward"),
        ("0001-01-01", "not"),
    ):
        assert set(verdicts(as_of(dataset, day)).values()) == {verdict}, day


def test_the_day_of_change_counts_where_it_is_known(two_source_dataset: Dataset) -> None:
    def verdict(day: str) -> str:
        found = as_of(two_source_dataset, day, of=CST, source="second-2026")
        return verdicts(found)["state:uzbekistan"]

    # In force on 20 April 1994, ended some day of April 1999, back in August 2006, gone in 2012.
    assert [verdict(day) for day in ("1994-04-19", "1994-04-20")] == ["not", "attested"]
    assert [verdict(f"1999-{day}") for day in ("04-01", "04-02", "04-30", "05-01")] == [
        "attested",
        "open",
        "open",
        "not",
    ]
    assert [verdict(f"2006-{day}") for day in ("07-31", "08-01", "08-31")] == [
        "not",
        "open",
        "attested",
    ]
    assert [verdict(day) for day in ("2012-12-20", "2013-01-01")] == ["open", "not"]


def test_who_left_and_came_back_has_one_row(two_source_dataset: Dataset) -> None:
    found = as_of(two_source_dataset, "2005-01-01", of=GUAM, source="second-2026")
    assert verdicts(found) == {"state:uzbekistan": "attested"}
    assert len(found.rows[0].accounts) == 2
    between = as_of(two_source_dataset, "2003-06-01", of=GUAM, source="second-2026").rows[0]
    assert between.verdict == "not"
    assert "only until some time in 2002" in between.why
    after = as_of(two_source_dataset, "2020-01-01", of=GUAM, source="second-2026").rows[0]
    assert "only until some time in 2005" in after.why


def test_sources_that_exclude_each_other_dispute(two_source_dataset: Dataset) -> None:
    row = row_of(as_of(two_source_dataset, "2002-12-31"), "state:belarus")
    assert row.verdict == "disputed"
    assert "Janko Šćepanović: member since some time in 2002" in row.why
    assert "Imogen Feign: member only since some time in 2003" in row.why
    assert len(row.sources) == len(row.voices) == 2
    suspended = as_of(two_source_dataset, "2012-07-01", of=CST, state="state:uzbekistan")
    assert suspended.title == "Uzbekistan: disputed on 1 July 2012; suspension told"


def test_what_one_source_leaves_open_another_decides(two_source_dataset: Dataset) -> None:
    for day, verdict in (
        ("2000-01-01", "attested"),
        ("2003-06-01", "not"),
        ("2004-06-01", "open"),
    ):
        found = as_of(two_source_dataset, day, of=GUAM)
        assert verdicts(found)["state:uzbekistan"] == verdict, day


def test_an_end_that_a_later_source_tells_counts_before_what_is_carried_forward(
    two_source_dataset: Dataset,
) -> None:
    for day, verdict in (
        ("2024-12-31", "carried forward"),
        ("2025-06-01", "open"),
        ("2026-01-01", "not"),
    ):
        assert verdicts(as_of(two_source_dataset, day))["state:armenia"] == verdict, day
    row = row_of(as_of(two_source_dataset, "2026-01-01"), "state:armenia")
    assert "freeze some time in February 2024, which is no end" in row.why


def test_what_had_not_been_told_by_a_day_does_not_count(
    dataset: Dataset, two_source_dataset: Dataset
) -> None:
    early = as_of(dataset, "2024-06-25", known_by="2024-03-01", state="state:armenia", of=CSTO)
    assert early.title == "Armenia: no bond is told by 1 March 2024; freeze claimed, not confirmed"
    assert early.rows[0].verdict == "not"
    assert "exit" not in early.rows[0].why
    assert not early.rows[0].sources
    known = as_of(dataset, "2003-01-01", known_by="2024-06-25")
    assert set(verdicts(known).values()) == {"attested"}
    later = as_of(two_source_dataset, "2026-01-01", known_by="2025-01-01")
    assert verdicts(later)["state:armenia"] == "carried forward"
    assert row_of(later, "state:uzbekistan").why == (
        "not told by then: the first source that tells of it is of 3 March 2026"
    )


def test_a_renamed_organization_is_one(dataset: Dataset) -> None:
    row = row_of(as_of(dataset, "1999-01-01", of=GUAM), "state:uzbekistan")
    assert "then called “GUUAM”" in row.why


def test_inference_is_said(dataset: Dataset) -> None:
    found = as_of(dataset)
    inferred = {shorten(row.party) for row in found.rows if row.why.endswith("by inference")}
    assert inferred == {
        f"state:{name}" for name in ("kazakhstan", "kyrgyzstan", "russia", "tajikistan")
    }


def test_a_comparison_goes_from_the_earlier_day_to_the_later(dataset: Dataset) -> None:
    for day, other in (("1995-01-01", "2003-01-01"), ("2003-01-01", "1995-01-01")):
        found = as_of(dataset, day, compare=other)
        assert {row.change for row in found.rows} == {"gained"}
    treaty = as_of(dataset, "2003-01-01", of=CST, compare="1992-01-01")
    assert row_of(treaty, "state:uzbekistan").change == "neither"
    assert row_of(treaty, "state:armenia").change == "gained"
    assert row_of(
        as_of(dataset, "1995-01-01", of=CST, compare="2003-01-01"), "state:georgia"
    ).change == ("unclear")


def test_the_spells_say_what_the_verdicts_say(two_source_dataset: Dataset) -> None:
    found = as_of(two_source_dataset, of=CST)
    assert len(found.changes) > 5
    for day in found.changes:
        on_that_day = as_of(two_source_dataset, day, of=CST)
        assert {row.party: row.on(day) for row in found.rows} == {
            row.party: row.verdict for row in on_that_day.rows
        }


def test_the_lanes_are_of_the_days_on_which_verdicts_change(dataset: Dataset) -> None:
    found = as_of(dataset, compare="1985-01-01")
    lanes = draw_lanes(found, read_labels(dataset).name)
    assert lanes is not None
    assert lanes.axis.first < date(1985, 1, 1) < found.changes[-1] < lanes.axis.last
    assert len(lanes.names) == len(found.rows)
    assert draw_lanes(as_of(dataset, state="person:sergey-lavrov"), str) is None


def test_an_answer_has_its_sources_and_a_query_that_finds_its_rows(dataset: Dataset) -> None:
    found = as_of(dataset, "2003-01-01")
    answer = to_answer(found)
    assert [shorten(each) for each in answer.sources] == ["source:scepanovic-2024"]
    parties = {str(row[2]) for row in dataset.select(answer.query)}
    assert parties == {row["party"] for row in answer.rows}
    assert all(row["verdict"] in HOLDS for row in answer.rows)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"day": "2003"}, "'2003' is no day"),
        ({"day": "20030101"}, "is no day"),
        ({"day": "2003-02-30"}, "is no day"),
        ({"of": "organization:cstto"}, "organization:csto"),
        ({"of": "https://example.org/"}, "nothing here is called"),
        ({"of": "organization:guuam"}, "organization:guam"),
        ({"state": "state:armenai"}, "state:armenia"),
        ({"source": "nobody-1999"}, "source:scepanovic-2024"),
        ({"source": "state:armenia"}, "source:scepanovic-2024"),
        ({"known_by": "soon"}, "known-by"),
        ({"compare": "never"}, "compare"),
    ],
)
def test_a_bad_parameter_is_refused_with_what_is_near(
    dataset: Dataset, parameters: dict[str, str], message: str
) -> None:
    with pytest.raises(ParameterError) as raised:
        as_of(dataset, **parameters)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    "name", ["https://w3id.org/cstokg/id/organization/csto", "CSTO", "ОДКБ", "csto"]
)
def test_a_thing_goes_by_its_iri_and_each_name(dataset: Dataset, name: str) -> None:
    assert as_of(dataset, "2003-01-01", of=name) == as_of(dataset, "2003-01-01", of=CSTO)


def test_many_bonds_are_judged_as_few(
    two_source_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = cstokg.as_of(two_source_dataset, "2024-06-25", of="organization:csto")
    monkeypatch.setattr(accounts, "_MANY", 0)
    assert cstokg.as_of(two_source_dataset, "2024-06-25", of="organization:csto") == few
