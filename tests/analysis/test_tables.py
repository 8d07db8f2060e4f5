"""Tables for spreadsheets: their columns and rows, and the verdicts of the years."""

from datetime import date
from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from cstokg import Dataset, as_of, table
from cstokg.analysis.answer import Answer, Column, to_csv, to_xlsx
from cstokg.analysis.labels import read_labels
from cstokg.analysis.tables.table import BY_YEAR
from cstokg.errors import ParameterError, UnknownClassError
from cstokg.namespaces import CKG, expand, shorten

BOTH = ("state:belarus", "state:azerbaijan")


def test_a_class_has_a_row_for_each_thing_with_roles_voices_and_sentences(
    dataset: Dataset,
) -> None:
    found = table(dataset, "Transfer", involves=BOTH)
    assert found.title == "Transfer, involving Belarus and Azerbaijan: 6 rows"
    row = next(row for row in found.rows if "artillery" in str(row["label"]))
    assert {name: row[name] for name in ("kind", "supplier_label", "recipient_label", "date")} == {
        "kind": "transfer",
        "supplier_label": "Belarus",
        "recipient_label": "Azerbaijan",
        "date": "2018/2022",
    }
    assert (row["dateEarliest"], row["dateLatest"]) == ("2018-01-01", "2022-12-31")
    assert row["item_label"] == "older artillery equipment"
    assert row["actuality_label"] == "revealed"
    assert "brought to light" in str(row["meaning"])
    assert row["sentences_label"] == "paragraph 27, sentence 3"
    assert str(row["citation"]).endswith("(not before 2024-06-25)")
    assert str(row["citation"]).startswith("Janko Šćepanović: ")
    assert row["licence"] == "https://creativecommons.org/licenses/by/4.0/"


def test_columns_are_fixed_by_the_class_and_each_says_what_it_means(dataset: Dataset) -> None:
    whole = table(dataset, "Event")
    few = table(dataset, "Event", involves=["Belarus"])
    none = table(dataset, "Event", involves=["Tajikistan", "al-Qaida"])
    assert len(whole.rows) > len(few.rows) > len(none.rows) == 0
    names = [column.name for column in whole.columns]
    assert names == [column.name for column in few.columns]
    assert names == [column.name for column in none.columns]
    assert len(names) == len(set(names))
    labels = read_labels(dataset)
    classes = [
        iri.removeprefix(CKG)
        for iri, entry in labels.entries.items()
        if iri.startswith(CKG) and any(each.endswith("#Class") for each in entry.classes)
    ]
    assert len(classes) > 100
    for name in (*classes, *BY_YEAR):
        columns = table(dataset, name, labels=labels).columns
        assert all(column.meaning for column in columns), name


def test_a_role_is_what_is_stated_and_not_what_follows(dataset: Dataset) -> None:
    rows = table(dataset, "Transfer").rows
    assert all(not row["participant"] for row in rows)
    assert any(row["supplier"] for row in rows)


def test_things_of_narrower_classes_are_in_the_table(dataset: Dataset) -> None:
    rows = table(dataset, "Event").rows
    assert {"transfer", "membership change"} <= {str(row["kind"]) for row in rows}
    again = table(dataset, "Event").rows
    assert list(rows) == list(again)


def test_a_deprecated_class_leads_to_what_took_its_place(dataset: Dataset) -> None:
    old, new = table(dataset, "ArmsTransfer"), table(dataset, "ckg:Transfer")
    assert list(old.rows) == list(new.rows)
    assert old.title == "Transfer (in place of the deprecated arms transfer): 12 rows"


@pytest.mark.parametrize("given", [BOTH, ("Belarus", "Azerbaijan"), ("Беларусь", "azerbaijan")])
def test_names_are_taken_as_people_write_them(dataset: Dataset, given: tuple[str, ...]) -> None:
    assert len(table(dataset, "Transfer", involves=given).rows) == 6


def test_an_unknown_class_or_name_is_told_with_the_nearest(dataset: Dataset) -> None:
    with pytest.raises(UnknownClassError) as unknown:
        table(dataset, "ArmTransfer")
    assert "ckg:ArmsTransfer" in unknown.value.hint
    with pytest.raises(ParameterError) as wrong:
        table(dataset, "Transfer", involves=["Belaruss"])
    assert "state:belarus" in wrong.value.hint


def test_the_verdict_of_a_year_is_that_of_its_last_day(dataset: Dataset) -> None:
    frame = pd.DataFrame(table(dataset, "state-year").rows)
    assert (frame["year"].min(), frame["year"].max()) == (1992, 2024)
    assert set(frame["iso3"].map(len)) == {3}
    for year in (1992, 2002, 2024):
        for state in ("state:armenia", "state:uzbekistan"):
            rows = as_of(dataset, date(year, 12, 31), state=state).rows
            mine = frame[(frame["year"] == year) & (frame["state"] == expand(state))]
            told = {(row.of, row.verdict) for row in rows if row.kind != "Recognition"}
            assert set(zip(mine["of"], mine["verdict"], strict=True)) == told


def test_two_states_share_the_weaker_of_both_verdicts(dataset: Dataset) -> None:
    rows = table(dataset, "dyad-year", involves=["Armenia", "Azerbaijan"]).rows
    told = {(row["year"], shorten(str(row["of"]))): row["shared"] for row in rows}
    # Azerbaijan had left before 2002, on a day that is not known.
    assert told[1995, "treaty:collective-security-treaty"] == "open"
    assert (2003, "treaty:collective-security-treaty") not in told
    assert all(row["state1"] < row["state2"] for row in rows)
    whole = table(dataset, "dyad-year", involves=["Armenia", "Russia", "CSTO"]).rows
    assert [row["year"] for row in whole] == list(range(2002, 2025))
    assert {row["year"]: row["shared"] for row in whole}[2024] == "carried forward"


def test_a_second_source_has_its_rows(two_source_dataset: Dataset, dataset: Dataset) -> None:
    one, both = table(dataset, "Event"), table(two_source_dataset, "Event")
    assert len(both.rows) > len(one.rows)
    assert len(both.sources) == 2
    assert [column.name for column in one.columns] == [column.name for column in both.columns]
    years = {row["source"] for row in table(two_source_dataset, "state-year").rows}
    assert any("second-2026" in str(each) for each in years)


def test_a_dataset_without_bonds_has_empty_tables(small_dataset: Dataset) -> None:
    for name in BY_YEAR:
        assert isinstance(table(small_dataset, name), Answer)


def test_csv_is_rfc_4180_and_a_workbook_has_texts_in_place_of_formulas() -> None:
    cells = ('=1+1\n"x", y', "+1", "-1", "@sum", "{=1}", "https://example.org/", "007")
    columns = (Column("year", "Year", "number"), Column("text", "Text", meaning="What it says"))
    answer = Answer("Odd", columns, [{"year": 2000, "text": each} for each in cells], "")
    assert to_csv(answer, str).startswith('year,text\r\n2000,"=1+1\n""x"", y"\r\n2000,+1\r\n')
    book = openpyxl.load_workbook(BytesIO(to_xlsx(answer, str)))
    assert book.sheetnames == ["Table", "README"]
    rows = [[cell.value for cell in row] for row in book["Table"].iter_rows()]
    assert rows == [["year", "text"], *([2000, each] for each in cells)]
    assert {cell.data_type for cell in book["Table"]["B"]} == {"s"}
    told = {row[0].value: row[1].value for row in book["README"].iter_rows()}
    assert told["text"] == "What it says"
    assert {"Table", "Licence", "Version", "Cite"} <= told.keys()
