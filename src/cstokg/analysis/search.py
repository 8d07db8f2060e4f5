"""Finding things by what people call them: an index in memory that forgives slips of the pen.

Names in all languages, aliases, misspellings and descriptions are compared without case, accents
and punctuation. It knows no HTTP.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from cstokg.analysis.labels import fold
from cstokg.analysis.statistics import read_counts
from cstokg.dataset.metadata import DATASET
from cstokg.namespaces import BASE, DERIVED_GRAPH, GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cstokg.analysis.labels import Entry, Labels, Name, Queryable

MAX_WORDS: Final = 12
"""How many words of a query are looked at."""

_SIMILAR: Final = 0.7
"""From which share of equal letters two words are taken for each other (0 to 1)."""

_SHORT: Final = 3
"""Up to how many letters a word must be typed right: almost any other is similar to it."""

_CANDIDATES: Final = 60

# What the dataset says of its own graphs and files is not searched.
_NOT_SEARCHED: Final = (GRAPH, f"{BASE}file/", DATASET)

_USES: Final = f"""
SELECT ?node (COUNT(*) AS ?uses) WHERE {{
  GRAPH ?graph {{ ?user ?property ?node }}
  FILTER(ISIRI(?node) && STRSTARTS(STR(?node), "{BASE}"))
  FILTER(!STRSTARTS(STR(?graph), "{DERIVED_GRAPH}"))
}}
GROUP BY ?node
"""


class Match(IntEnum):
    """How a query and a thing came together, the best first."""

    IRI = 0
    LABEL = 1
    ALIAS = 2
    LABEL_PREFIX = 3
    ALIAS_PREFIX = 4
    SIMILAR = 5
    DESCRIPTION = 6


@dataclass(frozen=True)
class Hit:
    """A thing that was found, how, and by which of its names."""

    entry: Entry
    match: Match
    name: Name


Rating = tuple[Match, float, "Name"]


class Index:
    """The names of a dataset, ready to be searched by any number of threads.

    `uses` counts for each IRI the facts that point at it.
    """

    def __init__(self, entries: Iterable[Entry], uses: Mapping[str, int]) -> None:
        self.entries: Final = {entry.iri: entry for entry in entries}
        self._uses = uses
        self._exact: dict[str, list[str]] = {}
        names: dict[str, set[str]] = {}
        texts: dict[str, set[str]] = {}
        for iri, entry in self.entries.items():
            for name in entry.names:
                self._exact.setdefault(name.joined, []).append(iri)
                for word in name.words:
                    names.setdefault(word, set()).add(iri)
            for text in (entry.description, *entry.phrases, *(name.text for name in entry.names)):
                for word in fold(text):
                    texts.setdefault(word, set()).add(iri)
        self._names = _Words(names)
        self._texts = _Words(texts)

    def search(self, query: str) -> list[Hit]:
        """Return what `query` may mean, the best first.

        An exact name goes before a name that begins with the query (or has words that begin with
        its words), then come similar names, then descriptions. Among equals: the name of which
        the query is the larger part, then what more facts point at.
        """
        words = fold(query)[:MAX_WORDS]
        if not words:
            return []
        entries = self.entries
        found: dict[str, Rating] = {}
        # The ways of matching are tried from the best to the worst: the first one counts.
        for iri in self._exact.get("".join(words), ()):
            found.setdefault(iri, _rate_exact(entries[iri], words))
        for iri in self._names.beginning_with(words):
            found.setdefault(iri, _rate_beginning(entries[iri], words))
        for iri, similarity in self._names.similar_to(words).items():
            found.setdefault(iri, _rate_similar(entries[iri], words, similarity))
        for iri in self._texts.beginning_with(words):
            found.setdefault(iri, (Match.DESCRIPTION, 0, entries[iri].names[0]))

        def order(iri: str) -> tuple[Match, float, int, int, str]:
            match, score, _ = found[iri]
            return match, score, -self._uses.get(iri, 0), len(entries[iri].label), iri

        return [Hit(entries[iri], found[iri][0], found[iri][2]) for iri in sorted(found, key=order)]


def build_index(dataset: Queryable, labels: Labels) -> Index:
    """Return the index of those of `labels` that name things of the project."""
    entries = (
        entry
        for iri, entry in labels.entries.items()
        if iri.startswith(BASE) and not iri.startswith(_NOT_SEARCHED)
    )
    return Index(entries, read_counts(dataset.select(_USES)))


class _Words:
    """Words, and the IRIs of the things that have them."""

    def __init__(self, things: Mapping[str, set[str]]) -> None:
        self._things = things
        self._sorted = sorted(things)

    def beginning_with(self, words: tuple[str, ...]) -> set[str]:
        """Return the things that have for each of `words` a word that begins with it."""
        return set.intersection(*map(self._beginning, words))

    def similar_to(self, words: tuple[str, ...]) -> dict[str, float]:
        """Return the things that have a word similar to each of `words`, and how similar (0-1)."""
        found = [self._similar(word) for word in words]
        everywhere = set.intersection(*map(set, found))
        return {iri: sum(each[iri] for each in found) / len(words) for iri in everywhere}

    def _beginning(self, start: str) -> set[str]:
        found: set[str] = set()
        for position in range(bisect_left(self._sorted, start), len(self._sorted)):
            word = self._sorted[position]
            if not word.startswith(start):
                break
            found |= self._things[word]
        return found

    def _similar(self, word: str) -> dict[str, float]:
        if len(word) <= _SHORT:
            return dict.fromkeys(self._things.get(word, ()), 1.0)
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        matches = process.extract(
            word,
            self._sorted,
            scorer=OSA.normalized_similarity,
            score_cutoff=_SIMILAR,
            limit=_CANDIDATES,
        )
        best: dict[str, float] = {}
        for other, similarity, _ in matches:  # the most similar first
            for iri in self._things[other]:
                best.setdefault(iri, similarity)
        return best


def _rate_exact(entry: Entry, words: tuple[str, ...]) -> Rating:
    joined = "".join(words)
    name = next(name for name in entry.names if name.joined == joined)
    return Match.ALIAS if name.is_alias else Match.LABEL, 0, name


def _rate_beginning(entry: Entry, words: tuple[str, ...]) -> Rating:
    """Rate the name of `entry` of which `words` are the largest part."""
    joined = "".join(words)
    rated = [
        (
            Match.ALIAS_PREFIX if name.is_alias else Match.LABEL_PREFIX,
            -len(joined) / len(name.joined),
            name,
        )
        for name in entry.names
        if all(any(own.startswith(word) for own in name.words) for word in words)
    ]
    # Words that only several names together have are as good as a description.
    otherwise = (Match.DESCRIPTION, 0, entry.names[0])
    return min(rated, key=lambda each: each[:2], default=otherwise)


def _rate_similar(entry: Entry, words: tuple[str, ...], similarity: float) -> Rating:
    """Rate the name of `entry` most similar to `words`; `similarity` is that of single words."""
    from rapidfuzz.distance import OSA

    joined = "".join(words)
    whole, name = max(
        ((OSA.normalized_similarity(joined, name.joined), name) for name in entry.names),
        key=lambda rated: rated[0],
    )
    return Match.SIMILAR, -similarity - whole, name
