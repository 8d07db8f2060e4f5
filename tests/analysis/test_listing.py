"""Things by class, and what a reader may narrow a list by."""

import pytest

from cstokg import Dataset
from cstokg.analysis.labels import read_labels
from cstokg.analysis.listing import Choice, Item, Listing, build_listing, count, facets_of, heading
from cstokg.namespaces import CKG, PREFIXES


@pytest.fixture(scope="module")
def listing(dataset: Dataset) -> Listing:
    return build_listing(dataset, read_labels(dataset))


def asked(dataset: Dataset, query: str) -> int:
    return int(str(dataset.select(query).rows[0][0]))


def test_each_class_has_as_many_things_as_a_query_finds(listing: Listing, dataset: Dataset) -> None:
    assert len(listing.by_class) > 80
    for iri, items in listing.by_class.items():
        query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a owl:NamedIndividual, <{iri}> }}"
        assert len(items) == asked(dataset, query), iri


def test_things_are_sorted_by_their_names_without_accents(listing: Listing) -> None:
    labels = [item.label for item in listing.by_class[CKG + "State"]]
    assert labels[:3] == ["Afghanistan", "Armenia", "Azerbaijan"]
    assert labels.index("Turkey") < labels.index("Ukraine")


@pytest.mark.parametrize(
    ("name", "facets"),
    [
        ("Event", ["kind", "actuality", "adverseActKind", "basis", "degree"]),
        ("Statement", ["stance", "quotationKind", "recurrence", "speaker"]),
        ("Membership", ["basis", "membershipStatus", "member", "organization", "paragraph"]),
    ],
)
def test_a_class_has_the_facets_that_tell_its_things_apart(
    listing: Listing, name: str, facets: list[str]
) -> None:
    assert facets_of(listing.by_class[CKG + name])[: len(facets)] == facets


def test_counts_are_those_of_queries(listing: Listing, dataset: Dataset) -> None:
    alleged = PREFIXES["actuality"] + "alleged"
    counts = count(listing.by_class[CKG + "Event"], "actuality")
    query = "SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e a ckg:Event ; ckg:actuality actuality:alleged }"
    assert counts[alleged] == asked(dataset, query) > 0
    paragraphs = count(listing.by_class[CKG + "State"], "paragraph")
    query = """SELECT (COUNT(DISTINCT ?s) AS ?n) {
        ?s a ckg:State ; ckg:evidence/ckg:paragraph ?p FILTER(STR(?p) = "3") }"""
    assert paragraphs["3"] == asked(dataset, query) > 0


def test_values_of_one_facet_add_up_and_facets_narrow() -> None:
    item = Item("i", values={"a": ["1", "2"], "b": ["x"]})
    assert Choice({"a": ("1", "9")}).matches(item)
    assert not Choice({"a": ("9",)}).matches(item)
    assert not Choice({"a": ("1",), "b": ("y",)}).matches(item)
    assert Choice({"a": ("1",), "b": ("y",)}).matches(item, exclude="b")
    assert not Choice({"c": ("1",)}).matches(item)


@pytest.mark.parametrize(
    ("first", "last", "taken"),
    [
        ("", "", True),
        ("2022-01-01", "", True),
        ("2022-06-01", "", False),
        ("", "2022-01-31", True),
        ("", "2021-12-31", False),
        ("2022-01-15", "2022-01-16", True),
    ],
)
def test_a_time_is_in_a_range_if_it_may_be(first: str, last: str, *, taken: bool) -> None:
    item = Item("i", times={"dateEarliest": "2022-01-01", "dateLatest": "2022-01-31"})
    assert Choice({}, first, last).matches(item) is taken


def test_what_has_no_end_goes_on_and_what_has_no_time_is_left_out() -> None:
    begun = Item("i", times={"beginEarliest": "2002-01-01"})
    assert Choice({}, "2024-01-01").matches(begun)
    assert not Choice({}, "", "1999-01-01").matches(begun)
    assert not Choice({}, "1999-01-01").matches(Item("i"))


def test_a_facet_has_a_name_for_readers() -> None:
    assert heading("assertedBy") == "Asserted by"
    assert heading("kind") == "Kind"
