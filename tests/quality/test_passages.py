import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from cstokg import Dataset
from cstokg.errors import MissingFileError, SourceError
from cstokg.quality.passages import SourceCheck, check_source, coverage, passages


@pytest.fixture
def article(small_project: Path) -> str:
    return (small_project / "article.txt").read_bytes().decode()


@pytest.fixture
def check(small_dataset: Dataset, tmp_path: Path) -> Callable[[str], SourceCheck]:
    def write_and_check(text: str) -> SourceCheck:
        copy = tmp_path / "copy.txt"
        copy.write_bytes(text.encode())
        return check_source(small_dataset, copy)

    return write_and_check


def test_passages_are_in_the_order_of_the_text(small_dataset: Dataset) -> None:
    found = passages(small_dataset)
    assert [(each.paragraph, each.sentence) for each in found] == [
        (1, 1),
        (2, 1),
        (2, 2),
        (3, 1),
        (3, 2),
        (4, 1),
    ]
    assert [each.carries_fact for each in found] == [True] * 5 + [False]


def test_the_same_text_has_every_passage_and_phrase(
    small_dataset: Dataset, small_project: Path
) -> None:
    result = check_source(small_dataset, small_project / "article.txt")
    assert result.ok
    assert (result.passages, result.matching, result.phrases) == (6, 6, 1)
    assert (result.cause, result.note) == ("", "")


@pytest.mark.parametrize(
    ("damage", "cause"),
    [
        (lambda text: "\ufeff" + text, "byte order mark"),
        (lambda text: text.replace("\n", "\r\n"), "CR LF"),
        (lambda text: unicodedata.normalize("NFD", text), "decomposed"),
        (lambda text: "\n\n" + text, "empty lines"),
        (lambda text: text.replace("Berin", "Berlin"), "edited"),
        (lambda text: text[::-1], "not the same text"),
    ],
)
def test_a_damaged_copy_is_found_out_with_its_likely_cause(
    check: Callable[[str], SourceCheck], article: str, damage: Callable[[str], str], cause: str
) -> None:
    result = check(damage(article))
    assert not result.ok
    assert cause in result.cause


def test_two_causes_are_both_named(check: Callable[[str], SourceCheck], article: str) -> None:
    result = check("\ufeff" + article.replace("\n", "\r\n"))
    assert "byte order mark" in result.cause
    assert "CR LF" in result.cause


SECOND = Path(__file__).parents[1] / "data" / "second-source" / "article.txt"


@pytest.mark.parametrize(
    ("damage", "cause"),
    [
        (lambda text: text, ""),
        (lambda text: "\ufeff" + text, "byte order mark"),
        (lambda text: text.replace("\n", "\r\n"), "CR LF"),
        (lambda text: text.replace("\n", "\r"), ""),
        (lambda text: "\ufeff" + text.replace("\n", "\r\n"), "CR LF"),
        (lambda text: "\n" + text, "empty lines"),
        (lambda text: "A line before. " + text, "edited"),
    ],
)
def test_a_damaged_copy_is_held_against_its_own_article(
    two_source_dataset: Dataset, tmp_path: Path, damage: Callable[[str], str], cause: str
) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_bytes(damage(SECOND.read_bytes().decode()).encode())
    result = check_source(two_source_dataset, copy)
    assert result.document == check_source(two_source_dataset, SECOND).document
    assert cause in result.cause
    assert bool(result.cause) is bool(cause)


def test_a_changed_word_is_told_from_what_only_moved(
    check: Callable[[str], SourceCheck], article: str
) -> None:
    result = check(article.replace("left it in 1999", "left it in the year 1999"))
    kinds = [(each.kind, each.place) for each in result.differences]
    assert kinds == [
        ("changed", "paragraph 2, sentence 2"),
        ("moved", "paragraph 3, sentence 1"),
        ("moved", "paragraph 3, sentence 2"),
        ("moved", "paragraph 4, sentence 1"),
    ]
    assert "9 characters later" in result.differences[1].problem


@pytest.mark.parametrize(
    ("damage", "note"),
    [
        (lambda text: text.rstrip("\n"), "end of the file"),
        (lambda text: text + "\n", "end of the file"),
        (lambda text: text.replace("\n", "\r"), "line ends between passages"),
    ],
)
def test_what_differs_outside_the_passages_is_noted_and_does_no_harm(
    check: Callable[[str], SourceCheck], article: str, damage: Callable[[str], str], note: str
) -> None:
    result = check(damage(article))
    assert result.ok
    assert note in result.note


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_text_that_no_passage_covers_is_a_difference(
    check: Callable[[str], SourceCheck], article: str, end: str
) -> None:
    result = check((article + "One sentence more.\n").replace("\n", end))
    assert [(each.kind, each.place) for each in result.differences] == [
        ("uncovered", "paragraph 5")
    ]


def test_a_phrase_that_is_not_in_its_passage_is_a_difference(small_copy: Path) -> None:
    from cstokg import build_dataset, load_settings

    facts = small_copy / "data" / "ost-1999" / "facts.ttl"
    facts.write_text(facts.read_text("utf-8").replace("a loose knot", "a tight knot"), "utf-8")
    result = check_source(
        build_dataset(load_settings(small_copy), use_cache=False), small_copy / "article.txt"
    )
    (difference,) = result.differences
    assert difference.kind == "phrase"
    assert difference.iri.endswith("statement/mayor-loose-knot")
    assert "tight knot" in difference.problem


def test_a_missing_copy_is_named(small_dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"nowhere\.txt"):
        check_source(small_dataset, tmp_path / "nowhere.txt")


def test_a_copy_in_another_encoding_is_refused(
    small_dataset: Dataset, tmp_path: Path, article: str
) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_bytes(article.encode("utf-16"))
    with pytest.raises(SourceError, match="not UTF-8"):
        check_source(small_dataset, copy)


def test_coverage_counts_the_nodes_of_each_passage(small_dataset: Dataset) -> None:
    rows = coverage(small_dataset)
    assert [row.nodes for row in rows] == [1, 5, 1, 1, 1, 0]
    assert rows[4].resting == ("https://w3id.org/cstokg/id/place/cafe-ost",)
    assert not any(row.empty for row in rows)  # the last one is page furniture


def test_a_sentence_without_a_fact_is_empty(small_copy: Path) -> None:
    from cstokg import build_dataset, load_settings

    passages_file = small_copy / "data" / "ost-1999" / "passages.ttl"
    text = passages_file.read_text("utf-8")
    passages_file.write_text(text.replace("carriesFact false", "carriesFact true"), "utf-8")
    rows = coverage(build_dataset(load_settings(small_copy), use_cache=False))
    assert [row.passage.place for row in rows if row.empty] == ["paragraph 4, sentence 1"]


def test_no_sentence_of_the_projects_own_source_is_empty(dataset: Dataset) -> None:
    rows = coverage(dataset)
    assert rows
    assert [row.passage.iri for row in rows if row.empty] == []


@pytest.mark.needs_source
def test_the_projects_own_passages_and_phrases_stand_in_the_article(
    dataset: Dataset, article_path: Path
) -> None:
    result = check_source(dataset, article_path)
    assert result.passages > 90
    assert result.phrases > 50
    assert result.differences == ()
    assert result.note == ""
