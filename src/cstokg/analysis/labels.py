"""What things are called: labels, other names, definitions and classes, read by one query.

Pages, lists and the search all look names up here. It knows no HTTP.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol, Self

from rdflib.term import Node

from cstokg.analysis.lookup import Lookup
from cstokg.analysis.search.words import fold
from cstokg.namespaces import CKG, OWL, RESOURCE, VOCABULARIES, in_brackets, shorten
from cstokg.quality.query_files import read_query
from cstokg.store import Result, SelectResult

LANGUAGES: Final = ("en", "ru")
"""The languages in which readers get labels, the one to fall back on first."""

# The first of these that a thing has are its labels.
_LABELS: Final = ("label", "prefLabel", "title")
_ALIASES: Final = ("altLabel", "hiddenLabel")
_READ: Final = (
    *("rdfs:label", "skos:prefLabel", "dcterms:title", "skos:altLabel", "skos:hiddenLabel"),
    *("dcterms:description", "skos:definition", "ckg:wording", "ckg:quotedPhrase", "rdf:type"),
)

# Local names of these vocabularies are words; for other IRIs a prefixed name says more.
_SPOKEN: Final = frozenset(VOCABULARIES) - {"ckg", "graph", "wd", "xsd"}


class Queryable(Protocol):
    """A dataset, or what asks one."""

    def query(self, text: str, /) -> Result:
        """Answer a query."""

    def select(self, text: str, /) -> SelectResult:
        """Answer a SELECT query."""


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
    """One named thing; `names` has labels before aliases and English before other languages."""

    iri: str
    names: tuple[Name, ...]
    classes: tuple[str, ...]
    """The classes that the data state."""
    description: str
    definition: str
    phrases: tuple[str, ...]

    @property
    def label(self) -> str:
        """The English label if there is one, else any name."""
        return self.names[0].text

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The label in each language; the language is empty where none is marked."""
        found: dict[str, str] = {}
        for name in self.names:
            if not name.is_alias:
                found.setdefault(name.language, name.text)
        return found


class Labels:
    """The named things of one version of a dataset.

    A name is read when it is first asked for, with those of the things `near` it. Who wants most
    of them reads all at once.
    """

    def __init__(self, dataset: Queryable, near: Callable[[], Sequence[str]] = tuple) -> None:
        self._dataset = dataset
        self._single = Lookup(self._read, near)
        self._all: Mapping[str, Entry] | None = None

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All that have a name, by IRI."""
        if self._all is None:
            self._all = self._read()
        return self._all

    def read_all(self) -> Self:
        """Read all names, and return itself."""
        self._all = self.entries
        return self

    def read(self, iris: Iterable[str]) -> None:
        """Read the names of these things."""
        if self._all is None:
            self._single.read(iris)

    def entry(self, iri: str) -> Entry | None:
        """Return what is known of `iri`, None where it has no name."""
        return self._single.get(iri) if self._all is None else self._all.get(iri)

    @cached_property
    def by_kind(self) -> Mapping[str, list[str]]:
        """The IRIs of resources by their kind, as `state`."""
        found: dict[str, list[str]] = {}
        for iri in self.entries:
            if iri.startswith(RESOURCE):
                found.setdefault(iri.removeprefix(RESOURCE).partition("/")[0], []).append(iri)
        return found

    def labels(self, iri: str) -> Mapping[str, str]:
        """Return the labels of `iri` by language."""
        entry = self.entry(iri)
        return entry.labels if entry else {}

    def find(self, iri: str, language: str = LANGUAGES[0]) -> tuple[str, str]:
        """Return the best label of `iri` for readers of `language`, and the language it is in.

        Where there is none, it is a prefixed name, or of a foreign term `inScheme` "in scheme".
        """
        labels = self.labels(iri)
        for each in (language, *LANGUAGES, "", *labels):
            if each in labels:
                return labels[each], each
        return _spoken(iri), ""

    def name(self, iri: str) -> str:
        """Return the best label of `iri` in English."""
        return self.find(iri)[0]

    def definition(self, iri: str) -> str:
        """Return the definition of `iri`, empty where there is none."""
        entry = self.entry(iri)
        return entry.definition if entry else ""

    def _read(self, iris: Iterable[str] | None = None) -> dict[str, Entry]:
        if iris is None:
            chosen = f"VALUES ?property {{ {' '.join(_READ)} }}"
        else:  # with two VALUES the engine looks at all that has a name
            chosen = (
                f"VALUES ?node {{ {in_brackets(iris)} }} FILTER(?property IN ({', '.join(_READ)}))"
            )
        query = read_query(__file__, "names", chosen=chosen)
        values: dict[str, dict[str, list[Node]]] = {}
        for node, prop, value in self._dataset.select(query):
            if value is not None:
                local = re.split(r"[#/]", str(prop))[-1]
                values.setdefault(str(node), {}).setdefault(local, []).append(value)
        entries = (_entry(iri, found) for iri, found in sorted(values.items()))
        return {entry.iri: entry for entry in entries if entry.names}


def read_labels(dataset: Queryable) -> Labels:
    """Return the names of `dataset`, which are read when they are asked for."""
    return Labels(dataset)


def _entry(iri: str, found: Mapping[str, list[Node]]) -> Entry:
    def texts(*properties: str) -> list[tuple[str, str]]:
        """Return the texts with their languages, in English first."""
        pairs = {
            (str(value), getattr(value, "language", None) or "")
            for name in properties
            for value in found.get(name, ())
        }
        return sorted(pairs, key=lambda pair: (pair[1] != LANGUAGES[0], pair[1], pair[0]))

    labels = next((texts(name) for name in _LABELS if name in found), [])
    aliases = texts(*_ALIASES)
    if iri.startswith(CKG):  # a term's own name, as queries write it
        aliases.append((iri.removeprefix(CKG), ""))
    classes = sorted(str(value) for value in found.get("type", ()))
    definition = next((text for text, _ in texts("definition")), "")
    return Entry(
        iri=iri,
        names=(
            *(Name(text, language, is_alias=False) for text, language in labels),
            *(Name(text, language, is_alias=True) for text, language in aliases),
        ),
        classes=tuple(
            each
            for each in classes
            if each.startswith((CKG, OWL)) and each != f"{OWL}NamedIndividual"
        ),
        description=next((text for text, _ in texts("description")), definition),
        definition=definition,
        phrases=tuple(text for text, _ in texts("wording", "quotedPhrase")),
    )


def _spoken(iri: str) -> str:
    short = shorten(iri)
    prefix, _, local = short.partition(":")
    if short == iri or prefix not in _SPOKEN:
        return short
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower()
