"""Finding things by what people call them: an index in memory that forgives slips of the pen.

Names in all languages, aliases, misspellings and descriptions are compared without case, accents
and punctuation. It knows no HTTP and no engine: it is handed a way to ask.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cstokg.namespaces import BASE, CKG, DERIVED_GRAPH, META_GRAPH, OWL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rdflib.term import Node

    from cstokg.store import SelectResult

MAX_WORDS: Final = 12
"""How many words of a query are looked at."""

_SIMILAR: Final = 0.7
"""From which share of equal letters two words are taken for each other (0 to 1)."""

_SHORT: Final = 3
"""Up to how many letters a word must be typed right: almost any other is similar to it."""

_CANDIDATES: Final = 60

# Letters that are no letter and accent to Unicode: their decomposition leaves them as they are.
_LETTERS: Final = str.maketrans(
    "łđðøħŧıə",
    "lddohtia",
    "ʻʼ’'",  # noqa: RUF001
) | str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})
_WORD: Final = re.compile(r"\w+")

# Facts alone: derived types would make a state an agent, an attestable thing and so on as well.
_NAMES: Final = f"""
SELECT DISTINCT ?node ?property ?value WHERE {{
  VALUES ?property {{
    rdfs:label skos:prefLabel skos:altLabel skos:hiddenLabel dcterms:title
    dcterms:description skos:definition ckg:wording ckg:quotedPhrase rdf:type
  }}
  GRAPH ?graph {{ ?node ?property ?value }}
  FILTER(?graph NOT IN (<{DERIVED_GRAPH}>, <{META_GRAPH}>) && STRSTARTS(STR(?node), "{BASE}"))
}}
"""
_USES: Final = f"""
SELECT ?node (COUNT(*) AS ?uses) WHERE {{
  GRAPH ?graph {{ ?user ?property ?node }}
  FILTER(?graph != <{DERIVED_GRAPH}> && ISIRI(?node) && STRSTARTS(STR(?node), "{BASE}"))
}}
GROUP BY ?node
"""
_LABELS: Final = ("label", "prefLabel", "title")
_ALIASES: Final = ("altLabel", "hiddenLabel")


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
class Name:
    """One name of a thing, as it is written and as it is compared."""

    text: str
    language: str
    is_alias: bool

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words without case, accents and punctuation."""
        return fold(self.text)

    @cached_property
    def joined(self) -> str:
        """The words in one, so that `U.N.` and `UN` are the same."""
        return "".join(self.words)


@dataclass(frozen=True)
class Entry:
    """One thing that can be found. `uses` counts the facts that point at it."""

    iri: str
    names: tuple[Name, ...]
    classes: tuple[str, ...]
    description: str
    phrases: tuple[str, ...]
    uses: int

    @property
    def label(self) -> str:
        """The name to show: the English label if there is one."""
        return self.names[0].text


@dataclass(frozen=True)
class Hit:
    """A thing that was found, how, and by which of its names."""

    entry: Entry
    match: Match
    name: Name


def fold(text: str) -> tuple[str, ...]:
    """Return the words of `text` without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return tuple(_WORD.findall(kept.replace("_", " ")))


class Index:
    """The names of a dataset, ready to be searched by any number of threads."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: Final = tuple(entries)
        self._by_iri = {entry.iri: number for number, entry in enumerate(self.entries)}
        self._exact: dict[str, list[int]] = {}
        names: dict[str, set[int]] = {}
        texts: dict[str, set[int]] = {}
        for number, entry in enumerate(self.entries):
            for name in entry.names:
                self._exact.setdefault(name.joined, []).append(number)
                for word in name.words:
                    names.setdefault(word, set()).add(number)
            for text in (entry.description, *entry.phrases, *(name.text for name in entry.names)):
                for word in fold(text):
                    texts.setdefault(word, set()).add(number)
        self._names = _Words(names)
        self._texts = _Words(texts)

    def find(self, iri: str) -> Entry | None:
        """Return the entry of `iri`, None if it has no name."""
        number = self._by_iri.get(iri)
        return None if number is None else self.entries[number]

    def search(self, query: str) -> list[Hit]:
        """Return what `query` may mean, the best first.

        An exact name goes before a name that begins with the query (or has words that begin with
        its words), then come similar names, then descriptions. Among equals: the name of which
        the query is the larger part, then what more facts point at.
        """
        words = fold(query)[:MAX_WORDS]
        if not words:
            return []
        found: dict[int, tuple[tuple[float, ...], Hit]] = {}
        for candidates, rate in (
            (self._exact.get("".join(words), ()), _rate_exact),
            (self._names.all_beginning(words), _rate_beginning),
        ):
            for number in candidates:
                self._keep(found, number, rate(self.entries[number], words))
        for number, similarity in self._similar(words).items():
            self._keep(found, number, _rate_similar(self.entries[number], words, similarity))
        for number in self._texts.all_beginning(words):
            self._keep(found, number, (Match.DESCRIPTION, 0, self.entries[number].names[0]))
        return [hit for _, hit in sorted(found.values(), key=lambda kept: kept[0])]

    def _keep(
        self,
        found: dict[int, tuple[tuple[float, ...], Hit]],
        number: int,
        rated: tuple[Match, float, Name],
    ) -> None:
        # The ways of matching are tried from the best to the worst: the first one counts.
        if number not in found:
            match, score, name = rated
            entry = self.entries[number]
            order = (match, score, -entry.uses, len(entry.label), number)
            found[number] = (order, Hit(entry, match, name))

    def _similar(self, words: tuple[str, ...]) -> dict[int, float]:
        """Return the things whose names have a word similar to each of `words`, and how similar."""
        scores: dict[int, float] = {}
        for position, word in enumerate(words):
            best: dict[int, float] = {}
            for other, similarity in self._names.similar(word):
                for number in self._names.where(other):
                    best[number] = max(similarity, best.get(number, 0))
            kept = best.keys() & scores.keys() if position else best.keys()
            scores = {number: best[number] + scores.get(number, 0) for number in kept}
        return {number: score / len(words) for number, score in scores.items()}


class _Words:
    """Words, and the numbers of the things that have them."""

    def __init__(self, places: Mapping[str, set[int]]) -> None:
        self._places = places
        self._sorted = sorted(places)

    def where(self, word: str) -> set[int]:
        return self._places[word]

    def all_beginning(self, words: tuple[str, ...]) -> set[int]:
        """Return the things that have for each of `words` a word that begins with it."""
        found: set[int] | None = None
        for word in words:
            begun = self._beginning(word)
            found = begun if found is None else found & begun
        return found or set()

    def similar(self, word: str) -> Iterable[tuple[str, float]]:
        """Iterate over the words similar to `word`, and how similar they are (0 to 1)."""
        if len(word) <= _SHORT:
            return [(word, 1.0)] if word in self._places else []
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = process.extract(
            word,
            self._sorted,
            scorer=OSA.normalized_similarity,
            score_cutoff=_SIMILAR,
            limit=_CANDIDATES,
        )
        return [(other, similarity) for other, similarity, _ in found]

    def _beginning(self, start: str) -> set[int]:
        found: set[int] = set()
        for position in range(bisect_left(self._sorted, start), len(self._sorted)):
            word = self._sorted[position]
            if not word.startswith(start):
                break
            found |= self._places[word]
        return found


def _rate_exact(entry: Entry, words: tuple[str, ...]) -> tuple[Match, float, Name]:
    joined = "".join(words)
    name = next(name for name in entry.names if name.joined == joined)
    return Match.ALIAS if name.is_alias else Match.LABEL, 0, name


def _rate_beginning(entry: Entry, words: tuple[str, ...]) -> tuple[Match, float, Name]:
    """Rate the name of `entry` of which `words` are the largest part."""
    joined = "".join(words)
    best: tuple[Match, float, Name] | None = None
    for name in entry.names:
        if all(any(own.startswith(word) for own in name.words) for word in words):
            match = Match.ALIAS_PREFIX if name.is_alias else Match.LABEL_PREFIX
            rated = (match, -len(joined) / len(name.joined), name)
            if best is None or rated[:2] < best[:2]:
                best = rated
    # Words that only several names together have are as good as a description.
    return best or (Match.DESCRIPTION, 0, entry.names[0])


def _rate_similar(
    entry: Entry, words: tuple[str, ...], similarity: float
) -> tuple[Match, float, Name]:
    """Rate the name of `entry` most similar to `words`; `similarity` is that of single words."""
    from rapidfuzz.distance import OSA

    joined = "".join(words)
    whole, name = max(
        ((OSA.normalized_similarity(joined, name.joined), name) for name in entry.names),
        key=lambda rated: rated[0],
    )
    return Match.SIMILAR, -similarity - whole, name


def build_index(select: Callable[[str], SelectResult]) -> Index:
    """Return the index of the names that `select`, which answers a SELECT query, tells of."""
    uses = {str(node): int(str(count)) for node, count in select(_USES)}
    said: dict[str, list[tuple[str, Node]]] = {}
    for node, prop, value in select(_NAMES):
        if node is not None and prop is not None and value is not None:
            local = re.split(r"[#/]", str(prop))[-1]
            said.setdefault(str(node), []).append((local, value))
    entries = (_entry(iri, values, uses.get(iri, 0)) for iri, values in sorted(said.items()))
    return Index(entry for entry in entries if entry is not None)


def _entry(iri: str, values: list[tuple[str, Node]], uses: int) -> Entry | None:
    names = {}
    for local, value in values:
        if local in (*_LABELS, *_ALIASES):
            language = getattr(value, "language", None) or ""
            name = Name(str(value), language, local in _ALIASES)
            if name.words:
                names[name.text, name.is_alias] = name
    if not names:
        return None
    if iri.startswith(CKG):  # a term's own name, as queries write it
        names[iri, True] = Name(iri.removeprefix(CKG), "", True)
    texts = {local: str(value) for local, value in sorted(values, key=str)}
    return Entry(
        iri=iri,
        names=tuple(sorted(names.values(), key=_order)),
        classes=tuple(sorted(str(value) for local, value in values if _is_class(local, value))),
        description=texts.get("description") or texts.get("definition", ""),
        phrases=tuple(
            str(value) for local, value in values if local in ("wording", "quotedPhrase")
        ),
        uses=uses,
    )


def _is_class(local: str, value: Node) -> bool:
    iri = str(value)
    wanted = iri.startswith((CKG, OWL)) and iri != f"{OWL}NamedIndividual"
    return local == "type" and wanted


def _order(name: Name) -> tuple[bool, bool, str, str]:
    return name.is_alias, name.language != "en", name.language, name.text
