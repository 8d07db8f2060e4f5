"""Where accounts disagree, in one source and between two."""

from cstokg import Dataset
from cstokg.analysis.disagreements import CONFLICT, find_disagreements, to_answer
from cstokg.namespaces import shorten


def test_what_the_article_has_against_each_other_is_found_with_its_voices(
    dataset: Dataset,
) -> None:
    found = find_disagreements(dataset)
    assert len(found) == len(dataset.select("SELECT ?d { ?d a ckg:Disagreement }"))
    assert not any(each.between_sources for each in found)
    assert all(len(each.sides) > 1 and side.voices for each in found for side in each.sides)


def test_what_cannot_both_be_right_in_two_sources_comes_first(two_source_dataset: Dataset) -> None:
    found = find_disagreements(two_source_dataset)
    assert found[0].between_sources
    by_rule = {
        frozenset(shorten(side.account) for side in each.sides)
        for each in found
        if each.kind == CONFLICT
    }
    assert frozenset(("figure:crrf-strength", "figure:second-2026-crrf-strength")) in by_rule
    assert all(each.between_sources for each in found if each.kind == CONFLICT)
    assert not {frozenset(map(shorten, pair)) for pair in _drawn(two_source_dataset)} & by_rule


def test_a_row_is_a_side_with_its_sentences(two_source_dataset: Dataset) -> None:
    found = find_disagreements(two_source_dataset)
    table = to_answer(found).rows
    assert len(table) == sum(len(each.sides) for each in found)
    assert all("/passage/" in row["sentences"] and row["source"] for row in table)


def _drawn(dataset: Dataset) -> set[tuple[str, ...]]:
    found = dataset.select("SELECT ?a ?b { ?d ckg:between ?a , ?b FILTER(STR(?a) < STR(?b)) }")
    return {tuple(map(str, row)) for row in found}
