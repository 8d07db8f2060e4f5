"""Citations, read back by the libraries of reference managers."""

import json
from datetime import date

import pytest
import rispy
from pybtex.database import parse_string

from cstokg import Dataset
from cstokg.analysis.labels import Labels, read_labels
from cstokg.namespaces import RESOURCE
from cstokg.publish.citation import (
    STYLES,
    Item,
    cite_answer,
    cite_thing,
    to_bibtex,
    to_ris,
    to_text,
)

DAY = date(2026, 11, 29)
STATEMENT = f"{RESOURCE}statement/pashinyan-2024-02"
SOURCE = f"{RESOURCE}source/scepanovic-2024"
ARTICLE = "Will the CSTO, Russia's Answer to NATO, Expand?"
STRANGE = "50 % of {A} & B_c ~ \\ ^ #1 $2"


@pytest.fixture(scope="module")
def labels(dataset: Dataset) -> Labels:
    return read_labels(dataset)


def cited(dataset: Dataset, labels: Labels, name: str) -> list[Item]:
    return cite_thing(dataset, RESOURCE + name, labels.name, DAY)


def test_a_thing_is_cited_with_its_sentences_and_its_source(
    dataset: Dataset, labels: Labels
) -> None:
    entry, article = cited(dataset, labels, "statement/pashinyan-2024-02")
    assert entry["URL"] == STATEMENT
    assert entry["note"] == "paragraph 7, sentence 1"
    assert entry["accessed"] == {"date-parts": [[2026, 11, 29]]}
    assert (article["title"], article["author"]) == (
        ARTICLE,
        [{"family": "Šćepanović", "given": "Janko"}],
    )
    assert "issued" not in article


def test_a_claim_is_cited_as_somebodys(dataset: Dataset, labels: Labels) -> None:
    entry = cited(dataset, labels, "claim/armenia-froze-participation")[0]
    assert entry["title"].startswith("“Armenia has frozen its participation in the CSTO”, claimed")
    assert "Nikol Pashinyan" in entry["title"]


def test_the_source_itself_is_an_entry(dataset: Dataset, labels: Labels) -> None:
    assert [item["type"] for item in cited(dataset, labels, "source/scepanovic-2024")] == [
        "dataset",
        "article",
    ]


def test_the_line_of_text_names_version_day_and_address(dataset: Dataset, labels: Labels) -> None:
    entry, article = to_text(cited(dataset, labels, "statement/pashinyan-2024-02")).splitlines()
    assert f"Available at: {STATEMENT} (Accessed: November 29, 2026)." in entry
    assert article == f"Šćepanović, J. (no date) “{ARTICLE}”."


@pytest.mark.parametrize("title", [STRANGE, "Ђ, “x” and z"])
def test_reference_managers_read_what_is_written(dataset: Dataset, title: str) -> None:
    address = "http://127.0.0.1/as-of?day=2003-01-01&of=organization:csto&x=a_b%20c"
    items = cite_answer(dataset, title, address, [SOURCE], DAY)
    entry = next(iter(parse_string(to_bibtex(items), "bibtex").entries.values()))
    assert entry.fields["url"] == address
    assert str(entry.persons["author"][0]) == "{The cstokg maintainers}"
    if title != STRANGE:  # pybtex leaves the signs of TeX as they are
        assert entry.fields["title"].strip("{}") == title
    first, second = rispy.loads(to_ris(items))
    assert (first["title"], first["urls"], second["title"]) == (title, [address], ARTICLE)


def test_all_styles_write_something(dataset: Dataset, labels: Labels) -> None:
    items = cited(dataset, labels, "state/armenia")
    for name, style in STYLES.items():
        assert ARTICLE in style.write(items), name
    assert json.loads(STYLES["csl-json"].write(items)) == items
