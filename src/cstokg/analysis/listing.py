"""The things of a dataset by class, with what a reader may narrow a long list by.

Held in memory, as the search's index is: a list is filtered, counted and sorted without a query.
It knows no HTTP.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cstokg.analysis.search import fold
from cstokg.namespaces import CKG, DERIVED_GRAPH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rdflib.term import Node

    from cstokg.store import SelectResult

    Select = Callable[[str], SelectResult]

KIND: Final = "kind"
PARAGRAPH: Final = "paragraph"
SOURCE: Final = "source"

_AGENTS_AND_TOPICS: Final = ("assertedBy", "speaker", "member", "organization", "about")
"""The properties beside those of value lists by which lists are narrowed."""

_ALL_CLASSES: Final = f"""
SELECT DISTINCT ?node ?class WHERE {{
  ?node a owl:NamedIndividual, ?class FILTER STRSTARTS(STR(?class), "{CKG}")
}}
"""
_KINDS: Final = f"""
SELECT DISTINCT ?node ?class WHERE {{
  GRAPH ?graph {{ ?node a owl:NamedIndividual, ?class }}
  FILTER(?graph != <{DERIVED_GRAPH}> && STRSTARTS(STR(?class), "{CKG}"))
}}
"""
_LABELS: Final = (
    "SELECT DISTINCT ?node ?label WHERE { ?node a owl:NamedIndividual ; rdfs:label ?label }"
)
_CONTROLLED: Final = f"""
SELECT DISTINCT ?node ?property ?value WHERE {{
  ?value skos:inScheme ?scheme .
  GRAPH ?graph {{ ?node ?property ?value }}
  FILTER(?graph != <{DERIVED_GRAPH}> && STRSTARTS(STR(?property), "{CKG}"))
}}
"""
_RELATED: Final = f"""
SELECT DISTINCT ?node ?property ?value WHERE {{
  VALUES ?property {{ {" ".join(f"<{CKG}{name}>" for name in _AGENTS_AND_TOPICS)} }}
  ?node ?property ?value
}}
"""
_PASSAGES: Final = """
SELECT DISTINCT ?node ?paragraph ?source WHERE {
  { ?node ckg:evidence ?passage } UNION { ?passage ckg:paragraph ?any BIND(?passage AS ?node) }
  ?passage ckg:paragraph ?paragraph ; ckg:passageOf ?source
}
"""
_TIMES: Final = f"""
SELECT ?node ?property ?value WHERE {{
  VALUES ?property {{
    {
    " ".join(
        f"<{CKG}{name}>"
        for name in (
            *("date", "begin", "end", "attestedOn"),
            *("dateEarliest", "dateLatest", "beginEarliest", "endLatest"),
        )
    )
}
  }}
  ?node ?property ?value
}}
"""


@dataclass
class Item:
    """One thing: its labels, its classes (`kinds` as the data state them), its values by facet."""

    iri: str
    labels: list[Node] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)
    values: dict[str, list[str]] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)

    @cached_property
    def label(self) -> str:
        """The English label, or any, or the end of the IRI."""
        found = sorted(
            (getattr(label, "language", None) != "en", str(label)) for label in self.labels
        )
        return found[0][1] if found else self.iri.rpartition("/")[2]

    @property
    def kinds(self) -> list[str]:
        """The classes that the data put it in."""
        return self.values.get(KIND, [])

    @cached_property
    def earliest(self) -> str:
        """The first day it may have been (ISO 8601), empty if nothing tells."""
        return self.times.get("dateEarliest") or self.times.get("beginEarliest", "")

    @cached_property
    def latest(self) -> str:
        """The last day it may have been (ISO 8601), empty if nothing tells: it may go on."""
        return self.times.get("dateLatest") or self.times.get("endLatest", "")

    @property
    def written(self) -> str:
        """Its time as the data have it (EDTF): a date, or beginning and end."""
        if "date" in self.times:
            return self.times["date"]
        begin, end = self.times.get("begin", ""), self.times.get("end", "")
        return f"{begin} – {end}" if begin or end else ""  # noqa: RUF001

    @cached_property
    def order(self) -> tuple[tuple[str, ...], str]:
        """What sorts by label, without case and accents."""
        return fold(self.label), self.iri

    def may_be_between(self, first: str, last: str) -> bool:
        """Whether it may have been on a day from `first` to `last`; an empty day is no limit.

        What has no time at all is not.
        """
        if not self.earliest and not self.latest:
            return False
        begins_in_time = not last or not self.earliest or self.earliest <= last
        return begins_in_time and (not first or not self.latest or self.latest >= first)


@dataclass(frozen=True)
class Choice:
    """What a list is narrowed to: values by facet (any of them will do), and days."""

    values: Mapping[str, tuple[str, ...]]
    first: str = ""
    last: str = ""

    def takes(self, item: Item, *, but: str = "") -> bool:
        """Whether `item` is chosen; the facet `but` is left out of account."""
        if (self.first or self.last) and not item.may_be_between(self.first, self.last):
            return False
        return all(
            facet == but or any(value in item.values.get(facet, ()) for value in wanted)
            for facet, wanted in self.values.items()
        )


@dataclass(frozen=True)
class Listing:
    """All named things of a dataset, by class."""

    items: Mapping[str, Item]

    @cached_property
    def by_class(self) -> Mapping[str, tuple[Item, ...]]:
        """The things of each class, sub-classes included, by label."""
        found: dict[str, list[Item]] = {}
        for item in sorted(self.items.values(), key=lambda each: each.order):
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


def facets_of(items: Iterable[Item]) -> list[str]:
    """Return the facets by which `items` can be told apart, in the order to show them."""
    listed = list(items)
    counts = {
        facet: count(listed, facet) for facet in {name for item in listed for name in item.values}
    }
    first = (KIND, "actuality", "stance")
    last = (*_AGENTS_AND_TOPICS, PARAGRAPH, SOURCE)

    def order(facet: str) -> tuple[int, int, str]:
        if facet in first:
            return 0, first.index(facet), ""
        return (2, last.index(facet), "") if facet in last else (1, 0, facet)

    useful = [
        facet
        for facet, found in counts.items()
        if len(found) > 1 or sum(found.values()) < len(listed)
    ]
    return sorted(useful, key=order)


def count(items: Iterable[Item], facet: str) -> Counter[str]:
    """Count how many of `items` have each value of `facet`."""
    return Counter(value for item in items for value in set(item.values.get(facet, ())))


def has_times(items: Iterable[Item]) -> bool:
    """Whether anything tells of the time of any of `items`."""
    return any(item.earliest or item.latest for item in items)


def build_listing(select: Select) -> Listing:
    """Return the things of the dataset that `select`, which answers a SELECT query, asks."""
    items: dict[str, Item] = {}
    for node, name in _texts(select(_ALL_CLASSES)):
        items.setdefault(node, Item(node)).classes.add(name)
    for labelled, label in select(_LABELS):
        if label is not None and str(labelled) in items:
            items[str(labelled)].labels.append(label)
    for node, name in _texts(select(_KINDS)):
        _add(items, node, KIND, name)
    for query in (_CONTROLLED, _RELATED):
        for node, prop, value in _texts(select(query)):
            _add(items, node, prop.removeprefix(CKG), value)
    for node, paragraph, source in _texts(select(_PASSAGES)):
        _add(items, node, PARAGRAPH, paragraph)
        _add(items, node, SOURCE, source)
    for node, prop, value in sorted(_texts(select(_TIMES)), key=tuple):
        if node in items:
            items[node].times.setdefault(prop.removeprefix(CKG), value)
    return Listing(items)


def heading(facet: str) -> str:
    """Return the name of a facet as a heading: `Asserted by` of `assertedBy`."""
    words = re.sub(r"(?<=[a-z])([A-Z])", lambda found: f" {found[1].lower()}", facet)
    return words[:1].upper() + words[1:]


def _texts(rows: SelectResult) -> list[tuple[str, ...]]:
    return [tuple(str(term) for term in row) for row in rows]


def _add(items: dict[str, Item], node: str, facet: str, value: str) -> None:
    if node in items:
        values = items[node].values.setdefault(facet, [])
        if value not in values:
            values.append(value)
            values.sort()
