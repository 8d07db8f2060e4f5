"""The things of a dataset by class, with what a reader may narrow a long list by.

Held in memory, as the search's index is: a list is filtered, counted and sorted without a query.
It knows no HTTP.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from cstokg.analysis.labels import Labels, Queryable
from cstokg.analysis.search.words import fold
from cstokg.namespaces import CKG
from cstokg.quality.query_files import read_query

KIND: Final = "kind"
PARAGRAPH: Final = "paragraph"
SOURCE: Final = "source"

_AGENTS_AND_TOPICS: Final = ("assertedBy", "speaker", "member", "organization", "about")
"""The properties beside those of value lists by which lists are narrowed."""

_TIMES: Final = (
    *("date", "begin", "end", "attestedOn"),
    *("dateEarliest", "dateLatest", "beginEarliest", "endLatest"),
)
_FIRST: Final = (KIND, "actuality", "stance")
_LAST: Final = (*_AGENTS_AND_TOPICS, PARAGRAPH, SOURCE, "involves")


@dataclass
class Item:
    """One thing: its English label, its classes, and its values by facet.

    The facet `kind` has the classes that the data state, `classes` what follows as well.
    """

    iri: str
    label: str = ""
    classes: set[str] = field(default_factory=set)
    values: dict[str, list[str]] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)

    @cached_property
    def earliest(self) -> str:
        """The first day it may have been (ISO 8601), empty if unknown."""
        return self.times.get("dateEarliest") or self.times.get("beginEarliest", "")

    @cached_property
    def latest(self) -> str:
        """The last day it may have been (ISO 8601), empty if unknown: it may go on."""
        return self.times.get("dateLatest") or self.times.get("endLatest", "")

    @property
    def is_timed(self) -> bool:
        """True if anything is known of its time."""
        return bool(self.earliest or self.latest)

    @property
    def written(self) -> str:
        """Its time as the data have it (EDTF): a date, or beginning and end."""
        if "date" in self.times:
            return self.times["date"]
        begin, end = self.times.get("begin", ""), self.times.get("end", "")
        return f"{begin} – {end}" if begin or end else ""  # noqa: RUF001


@dataclass(frozen=True)
class Choice:
    """What a list is narrowed to: values by facet (any of them will do), and days.

    Days are in ISO 8601; an empty one is no limit.
    """

    values: Mapping[str, tuple[str, ...]]
    first: str = ""
    last: str = ""

    def matches(self, item: Item, *, exclude: str = "") -> bool:
        """Return True if `item` is chosen; the facet `exclude` is left out of account."""
        if (self.first or self.last) and not self._may_be_between(item):
            return False
        return all(
            facet == exclude or any(value in item.values.get(facet, ()) for value in wanted)
            for facet, wanted in self.values.items()
        )

    def _may_be_between(self, item: Item) -> bool:
        """Return True if `item` may have been on a day of the range; what has no time was not."""
        begins_in_time = not self.last or not item.earliest or item.earliest <= self.last
        ends_in_time = not self.first or not item.latest or item.latest >= self.first
        return item.is_timed and begins_in_time and ends_in_time


@dataclass(frozen=True)
class Listing:
    """All named things of a dataset: `items` by IRI, in the order of their labels."""

    items: Mapping[str, Item]

    @cached_property
    def by_class(self) -> Mapping[str, tuple[Item, ...]]:
        """The things of each class, sub-classes included, by label."""
        found: dict[str, list[Item]] = {}
        for item in self.items.values():
            for name in item.classes:
                found.setdefault(name, []).append(item)
        return {name: tuple(listed) for name, listed in sorted(found.items())}

    @cached_property
    def known_values(self) -> Mapping[str, frozenset[str]]:
        """The values of each facet that anything has."""
        found: dict[str, set[str]] = {}
        for item in self.items.values():
            for facet, values in item.values.items():
                found.setdefault(facet, set()).update(values)
        return {facet: frozenset(values) for facet, values in found.items()}


def facets_of(items: Sequence[Item]) -> list[str]:
    """Return the facets by which `items` differ, in the order to show them."""

    def order(facet: str) -> tuple[int, int, str]:
        if facet in _FIRST:
            return 0, _FIRST.index(facet), ""
        return (2, _LAST.index(facet), "") if facet in _LAST else (1, 0, facet)

    counts = {name: count(items, name) for name in {name for item in items for name in item.values}}
    useful = (
        facet
        for facet, found in counts.items()
        if len(found) > 1 or sum(found.values()) < len(items)
    )
    return sorted(useful, key=order)


def _in_order(value: str) -> tuple[int, str]:
    # Paragraphs by their number: 6 before 15.
    return int(value) if value.isdecimal() else 0, value


def count(items: Iterable[Item], facet: str) -> Counter[str]:
    """Count how many of `items` have each value of `facet`."""
    return Counter(value for item in items for value in item.values.get(facet, ()))


def build_listing(dataset: Queryable, labels: Labels) -> Listing:
    """Return the things of `dataset` under their `labels`."""
    labels.read_all()
    items: dict[str, Item] = {}
    values: dict[tuple[str, str], set[str]] = {}
    for node, name, derived in dataset.select(read_query(__file__, "things")).texts:
        item = items.setdefault(node, Item(node, labels.name(node)))
        item.classes.add(name)
        if derived != "true":
            values.setdefault((node, KIND), set()).add(name)
    properties = " ".join(f"ckg:{name}" for name in (*_AGENTS_AND_TOPICS, *_TIMES))
    facets = dataset.select(read_query(__file__, "facets", properties=properties))
    for node, prop, value in facets.texts:
        name = SOURCE if prop == f"{CKG}passageOf" else prop.removeprefix(CKG)
        if node not in items:
            continue
        if name in _TIMES:
            times = items[node].times
            times[name] = min(value, times.get(name, value))
        else:
            values.setdefault((node, name), set()).add(value)
    for (node, name), found in values.items():
        items[node].values[name] = sorted(found, key=_in_order)
    ordered = sorted(items.values(), key=lambda item: (fold(item.label), item.iri))
    return Listing({item.iri: item for item in ordered})


def heading(facet: str) -> str:
    """Return the name of a facet as a heading: `Asserted by` of `assertedBy`."""
    words = re.sub(r"(?<=[a-z])([A-Z])", lambda found: f" {found[1].lower()}", facet)
    return words[:1].upper() + words[1:]
