"""What rests on which sentence: paragraphs, sentences, nodes."""

import pytest

from cstokg import Dataset, ParameterError, passages, source_coverage
from cstokg.analysis.answer import to_csv
from cstokg.analysis.coverage import to_answer


def test_paragraphs_have_their_sentences_and_these_what_rests_on_them(
    small_dataset: Dataset,
) -> None:
    (source,) = source_coverage(small_dataset)
    assert source.slug == "ost-1999"
    shape = {number: [each.nodes for each in found] for number, found in source.paragraphs.items()}
    assert shape == {1: [1], 2: [5, 1], 3: [1, 1], 4: [0]}


def test_each_source_has_its_own_sentences(two_source_dataset: Dataset) -> None:
    article, second = source_coverage(two_source_dataset)
    assert (article.slug, len(article.paragraphs)) == ("scepanovic-2024", 41)
    assert second.slug == "second-2026"
    assert len(second.sha256) == len(article.sha256) == 64
    known = [each.iri for each in passages(two_source_dataset)]
    assert [each.passage.iri for one in (article, second) for each in one.sentences] == known


def test_a_source_is_chosen_by_its_slug_and_an_unknown_one_is_told_of(
    two_source_dataset: Dataset,
) -> None:
    (second,) = source_coverage(two_source_dataset, "second-2026")
    assert second.slug == "second-2026"
    with pytest.raises(ParameterError) as refused:
        source_coverage(two_source_dataset, "third-2030")
    assert "scepanovic-2024, second-2026" in refused.value.hint


def test_a_row_has_the_place_the_hash_and_what_rests_on_it(small_dataset: Dataset) -> None:
    (source,) = source_coverage(small_dataset)
    answer = to_answer([source], str)
    assert answer.finding == "6 passages: 5 with facts, 1 page furniture, 0 empty"
    first, *_, last = answer.rows
    assert (first["paragraph"], first["sentence"], first["start"]) == ("1", "1", "0")
    assert len(first["sha256"]) == 64
    assert last["remark"] == "page furniture"
    assert to_csv(answer, str).splitlines()[0].endswith("sha256,resting,resting_label")
