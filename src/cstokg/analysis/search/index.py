"""Finding things by what people call them: an index in memory that forgives slips of the pen.

Names in all languages, aliases, misspellings and descriptions are compared without case, accents
and punctuation. Where no name has all the words, things are rated by those that they have: in their
names, descriptions and quotations, and in the names and times that their facts lead to. It knows no
HTTP.
"""

import calendar
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

from cstokg.analysis.labels import Entry, Labels, Name, Queryable
from cstokg.analysis.search.words import STOP_WORDS, content_words, fold
from cstokg.analysis.statistics import read_counts
from cstokg.dataset.metadata import DATASET
from cstokg.namespaces import BASE, CKG, GRAPH, RESOURCE, VALUE_KINDS
from cstokg.quality.query_files import read_query

MAX_WORDS: Final = 12
"""How many words of a query are looked at."""

_SIMILAR: Final = 0.7
"""From which share of equal letters two words are taken for each other (0 to 1)."""

_SHORT: Final = 3
"""Up to how many letters a word must be typed right: almost any other is similar to it."""

_CANDIDATES: Final = 60

# What the dataset says of its own graphs and files is not searched.
_NOT_SEARCHED: Final = (GRAPH, f"{BASE}file/", DATASET)

_GROUPS: Final = """
SELECT DISTINCT ?node ?class WHERE { VALUES ?class { ckg:Claim ckg:Statement } ?node a ?class }
"""
_MONTH: Final = re.compile(r"(\d{4})(?:-(\d\d))?")

# What a word counts by where it stands (BM25F: https://doi.org/10.1561/1500000019), and how soon
# more of them stop to count.
_NAME, _TEXT, _CLASS, _AROUND = 3.0, 1.2, 1.0, 0.9
_SATURATION: Final = 1.5
_LENGTH: Final = 0.3
_BEGINNING: Final = 0.6
"""What a word counts of which only the beginning was typed."""

_WORTH: Final = 0.4
"""What share of the best score another must have to be shown."""

_SEEN: Final = 0.02
"""How much it counts that many facts point at a thing."""

# What a thing counts that people seldom look for: passages have no words of their own, and what has
# a value is nearer to a question than the value is.
_BEHIND: Final = {
    f"{RESOURCE}passage/": 0.3,
    f"{RESOURCE}scheme/": 0.3,
    f"{BASE}data/": 0.3,
    f"{BASE}ontology/": 0.3,
    CKG: 0.5,
    **{f"{RESOURCE}{kind}/": 0.6 for kind in VALUE_KINDS},
}


class Group(StrEnum):
    """What sort of thing a hit is, for readers."""

    THINGS = "Things and events"
    CLAIMS = "Claims"
    STATEMENTS = "Statements"


class Match(IntEnum):
    """How a query and a thing came together, the best first."""

    IRI = 0
    LABEL = 1
    ALIAS = 2
    LABEL_PREFIX = 3
    ALIAS_PREFIX = 4
    DESCRIPTION = 5
    SIMILAR = 6
    WORDS = 7


@dataclass(frozen=True)
class Hit:
    """A thing that was found, how, and by which of its names."""

    entry: Entry
    match: Match
    name: Name
    group: Group = Group.THINGS


@dataclass(frozen=True)
class Context:
    """What is known of things beside their names; any of it may be missing.

    `uses` counts for each IRI the facts that point at it, `around` has the IRIs and times that its
    facts lead to, `groups` has what is no thing.
    """

    uses: Mapping[str, int] = field(default_factory=dict)
    around: Mapping[str, Sequence[str]] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)


Rating = tuple[Match, float, "Name"]


class Index:
    """The names of a dataset, ready to be searched by any number of threads."""

    def __init__(self, entries: Iterable[Entry], context: Context = Context()) -> None:
        self.entries: Final = {entry.iri: entry for entry in entries}
        self._context = context
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
        self._rated = _RatedWords(
            {iri: _weights(entry, self.entries, context) for iri, entry in self.entries.items()}
        )

    def search(self, query: str) -> list[Hit]:
        """Return what `query` may mean, the best first.

        An exact name goes before a name that begins with the query (or has words that begin with
        its words), then come texts that have all its words, then similar names, then what has the
        rarest of its words. Among equals: the name of which the query is the larger part, then what
        more facts point at.
        """
        words = fold(query)[:MAX_WORDS]
        if not words:
            return []
        entries = self.entries
        found = self._rate(query, words)

        def order(iri: str) -> tuple[Match, float, int, int, str]:
            match, score, _ = found[iri]
            uses = self._context.uses.get(iri, 0)
            return match, score, -uses, len(entries[iri].label), iri

        groups = self._context.groups
        return [
            Hit(entries[iri], found[iri][0], found[iri][2], groups.get(iri, Group.THINGS))
            for iri in sorted(found, key=order)
        ]

    def by_worth(self) -> list[Entry]:
        """Return all entries, those first that people look for, and that more facts point at."""
        return sorted(self.entries.values(), key=lambda entry: (-self._worth(entry.iri), entry.iri))

    def _worth(self, iri: str) -> float:
        share = next((share for start, share in _BEHIND.items() if iri.startswith(start)), 1.0)
        return share * (1 + _SEEN * math.log1p(self._context.uses.get(iri, 0)))

    def _rate(self, query: str, words: tuple[str, ...]) -> dict[str, Rating]:
        """Return what was found and how; of several ways the best counts."""
        entries = self.entries
        found: dict[str, Rating] = {}
        telling = tuple(word for word in words if word not in STOP_WORDS)
        for exact in (words, telling):  # "what is GUAM"
            for iri in self._exact.get("".join(exact), ()):
                found.setdefault(iri, _rate_exact(entries[iri], exact))
        for iri in self._names.beginning_with(words):
            found.setdefault(iri, _rate_beginning(entries[iri], words))
        scores = self._scores(query)
        for iri in self._texts.beginning_with(telling) if telling else ():
            rating = (Match.DESCRIPTION, -scores.get(iri, 0.0), entries[iri].names[0])
            found.setdefault(iri, rating)
        for iri, similarity in self._names.similar_to(words).items():
            found.setdefault(iri, _rate_similar(entries[iri], words, similarity))
        least = _WORTH * max(scores.values(), default=0.0)
        for iri, score in scores.items():
            if score >= least:
                found.setdefault(iri, (Match.WORDS, -score, entries[iri].names[0]))
        return found

    def _scores(self, query: str) -> dict[str, float]:
        """Return what has one of the words of `query` at least, and how much that says."""
        rated = self._rated.rate(tuple(dict.fromkeys(content_words(query)))[:MAX_WORDS])
        return {iri: score * self._worth(iri) for iri, score in rated.items()}


def build_index(dataset: Queryable, labels: Labels) -> Index:
    """Return the index of those of `labels` that name things of the project."""
    entries = (
        entry
        for iri, entry in labels.entries.items()
        if iri.startswith(BASE) and not iri.startswith(_NOT_SEARCHED)
    )
    around: dict[str, list[str]] = {}
    for node, value in dataset.select(read_query(__file__, "context")).texts:
        around.setdefault(node, []).append(value)
    groups = {
        node: Group.CLAIMS if kind.endswith("Claim") else Group.STATEMENTS
        for node, kind in dataset.select(_GROUPS).texts
    }
    return Index(
        entries, Context(read_counts(dataset.select(read_query(__file__, "uses"))), around, groups)
    )


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
        return set().union(*(self._things[word] for word in _starting_with(start, self._sorted)))

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


class _RatedWords:
    """The stems of words, with how much each says of each thing: BM25 over fields of weights."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        mean = sum(map(len, weights.values())) / max(len(weights), 1)
        self._words: dict[str, dict[str, float]] = {}
        for iri, words in weights.items():
            long = _SATURATION * (1 - _LENGTH + _LENGTH * len(words) / mean) if words else 1
            for word, weight in words.items():
                self._words.setdefault(word, {})[iri] = weight / (weight + long)
        self._sorted = sorted(self._words)
        self._total = len(weights)

    def rate(self, words: Iterable[str]) -> dict[str, float]:
        """Return the things that have any of `words`, and how well they fit them."""
        found: dict[str, float] = {}
        for word in words:
            for iri, weight in self._one(word).items():
                found[iri] = found.get(iri, 0.0) + weight
        return found

    def _one(self, word: str) -> dict[str, float]:
        best: dict[str, float] = {}
        for other in self._like(word):
            things = self._words[other]
            rarity = math.log1p(self._total / len(things)) * (1 if other == word else _BEGINNING)
            for iri, weight in things.items():
                best[iri] = max(best.get(iri, 0.0), weight * rarity)
        return best

    def _like(self, word: str) -> Sequence[str]:
        """Return the words that begin with `word`, itself included if it is one."""
        if len(word) <= _SHORT:
            return [word] if word in self._words else []
        return _starting_with(word, self._sorted)


def _starting_with(start: str, words: Sequence[str]) -> Sequence[str]:
    """Return those of sorted words that begin with `start`."""
    return words[bisect_left(words, start) : bisect_left(words, f"{start}\U0010ffff")]


def _weights(entry: Entry, entries: Mapping[str, Entry], context: Context) -> dict[str, float]:
    """Return the stems of all words that tell of a thing, with what they count."""
    found: dict[str, float] = {}

    def add(text: str, weight: float) -> None:
        for word in dict.fromkeys(content_words(text)):
            found[word] = found.get(word, 0.0) + weight

    add(" ".join(name.text for name in entry.names), _NAME)
    add(" ".join((entry.description, *entry.phrases)), _TEXT)
    add(" ".join(_texts_of(entry.classes, entries)), _CLASS)
    add(" ".join(_texts_of(context.around.get(entry.iri, ()), entries)), _AROUND)
    return found


def _texts_of(values: Iterable[str], entries: Mapping[str, Entry]) -> Iterator[str]:
    """Iterate over the names of IRIs, and the words for times."""
    for value in values:
        if value in entries:
            yield from (name.text for name in entries[value].names)
        elif not value.startswith(BASE):
            for year, month in _MONTH.findall(value):
                yield f"{year} {calendar.month_name[int(month)] if month else ''}"


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
