"""What a page shows of one thing: its facts sorted for a reader, and what points to it.

Two queries, whatever the thing is: what it says, and what is said of it. Both stand on the page,
so that a reader can ask them again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from string import Template
from typing import TYPE_CHECKING, Final, NamedTuple

from rdflib import Literal, URIRef

from cstokg.namespaces import (
    CKG,
    DCTERMS,
    DERIVED_GRAPH,
    IDENTIFIERS_GRAPH,
    LINKS_GRAPH,
    OWL,
    RDF,
    RDFS,
    RESOURCE,
    VOCABULARIES,
)
from cstokg.web.pages.dates import held_in_words, in_words
from cstokg.web.pages.names import label, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib.term import Node

    from cstokg.store import SelectResult
    from cstokg.web.site import Site

POINTING_MOST: Final = 3000
"""How many rows of what points to a thing are looked at; the query has all of them."""

FEW: Final = 10
"""Of a class with more things that point here, these are shown only when they are asked for."""

_SKOS: Final = VOCABULARIES["skos"]
_OA: Final = VOCABULARIES["oa"]
_SCHEMA: Final = VOCABULARIES["schema"]

_SAYS: Final = Template("""
SELECT ?graph ?property ?value ?label ?mode ?start ?end WHERE {
  GRAPH ?graph { <$iri> ?property ?value }
  OPTIONAL { ?value rdfs:label ?label }
  OPTIONAL { ?value ckg:actuality|ckg:stance ?mode }
  OPTIONAL { ?value oa:start ?start ; oa:end ?end }
}
""")
_POINTS: Final = Template(f"""
SELECT ?property ?node ?label ?class ?mode ?written ?earliest WHERE {{
  GRAPH ?graph {{ ?node ?property <$iri> }}
  FILTER(?graph NOT IN (graph:derived, graph:links))
  OPTIONAL {{ ?node rdfs:label ?label }}
  OPTIONAL {{
    GRAPH ?home {{ ?node a ?class }}
    FILTER(?home != graph:derived && ?class != owl:NamedIndividual)
  }}
  OPTIONAL {{ ?node ckg:actuality|ckg:stance ?mode }}
  OPTIONAL {{ ?node ckg:date|ckg:begin ?written }}
  OPTIONAL {{ ?node ckg:dateEarliest|ckg:beginEarliest ?earliest }}
}}
LIMIT {POINTING_MOST}
""")

# What has a place of its own on the page, and so is not among the facts.
_LABELS: Final = (RDFS + "label", _SKOS + "prefLabel", DCTERMS + "title")
_ALIASES: Final = (_SKOS + "altLabel", _SKOS + "hiddenLabel")
_DESCRIPTIONS: Final = (DCTERMS + "description", _SKOS + "definition", RDFS + "comment")
_NOTES: Final = (_SKOS + "scopeNote", _SKOS + "editorialNote", _SKOS + "example")
_SAME: Final = (_SKOS + "exactMatch", OWL + "sameAs", _SCHEMA + "sameAs", _SKOS + "closeMatch")
_EVIDENCE: Final = CKG + "evidence"
_TYPE: Final = RDF + "type"

# How the source presents a thing, and who vouches for it.
_MODES: Final = tuple(
    CKG + name for name in ("actuality", "stance", "membershipStatus", "polarity", "outcome")
)
_VOICES: Final = tuple(CKG + name for name in ("assertedBy", "reportedBy", "basis", "inferredFrom"))

_QUOTED: Final = (CKG + "quotedPhrase", CKG + "wording")

# A reader wants to know these first; the others come by name.
_FIRST: Final = (
    *(
        CKG + name
        for name in (
            *("speaker", "speakerRole", "occasion", "inDocument", "location", "addressee"),
            *("quotedPhrase", "wording", "expresses", "actor", "target", "member", "organization"),
            *("party", "treaty", "holder", "office", "observer", "describes", "evaluates", "cause"),
            *("effect", "condition", "consequence", "paragraph", "sentence"),
        )
    ),
    _OA + "start",
    _OA + "end",
    CKG + "about",
)

# Times are written as EDTF; of what they bound, the derived days are told in words.
_TIMES: Final = tuple(CKG + name for name in ("date", "begin", "end", "attestedOn", "dateWritten"))
_BOUNDS: Final = tuple(
    CKG + name for name in ("beginEarliest", "beginLatest", "endEarliest", "endLatest")
)
_DATE_BOUNDS: Final = (CKG + "dateEarliest", CKG + "dateLatest")

_APART: Final = frozenset(
    (
        *(*_LABELS, *_ALIASES, *_DESCRIPTIONS, *_NOTES, *_SAME),
        *(_EVIDENCE, _TYPE, *_MODES, *_VOICES, *_TIMES),
    )
)


class Value(NamedTuple):
    """What a property says: a term, and the IRI of its actuality or stance where it has one."""

    term: Node
    mode: str = ""

    @property
    def is_iri(self) -> bool:
        """Whether it can be linked."""
        return isinstance(self.term, URIRef)


@dataclass(frozen=True)
class Fact:
    """A property by its IRI, and its values, sorted by name."""

    iri: str
    values: tuple[Value, ...]

    @property
    def is_quoted(self) -> bool:
        """Whether the values are words of the source."""
        return self.iri in _QUOTED


@dataclass(frozen=True)
class Time:
    """A time as it is written (EDTF), and in words."""

    iri: str
    written: str
    words: str


@dataclass(frozen=True)
class Passage:
    """A passage that a thing rests on; offsets in Unicode code points, empty where unknown."""

    iri: str
    start: str
    end: str


@dataclass
class Pointer:
    """A thing that points here, by which properties; `written` is its time in EDTF."""

    iri: str
    properties: set[str] = field(default_factory=set)
    mode: str = ""
    written: str = ""
    earliest: str = ""


@dataclass(frozen=True)
class PointerGroup:
    """The things of one class that point here; the class is empty where it is not known."""

    cls: str
    pointers: tuple[Pointer, ...]


class Saying(NamedTuple):
    """A statement in one sentence: speakers, stance (empty where unknown) and claims, all IRIs."""

    speakers: tuple[str, ...]
    stance: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Portrait:
    """All that the page of one thing shows, but for the views of particular classes."""

    iri: str
    types: tuple[str, ...]
    """The classes that the source puts it in."""
    all_types: frozenset[str]
    """These and what follows from them."""
    labels: Mapping[str, str]
    aliases: tuple[Node, ...]
    descriptions: tuple[Node, ...]
    notes: tuple[Node, ...]
    modes: tuple[Fact, ...]
    shortcuts: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    times: tuple[Time, ...]
    certainly: str
    possibly: str
    voices: tuple[Fact, ...]
    evidence: tuple[Passage, ...]
    same: tuple[str, ...]
    outside: tuple[Fact, ...]
    """Identifiers that are not from the source."""
    entailed: tuple[Fact, ...]
    pointing: tuple[PointerGroup, ...]
    pointing_is_cut: bool
    says_query: str
    points_query: str

    def is_a(self, *classes: str) -> bool:
        """Return whether it is of one of `classes`, names of the ontology."""
        return any(CKG + name in self.all_types for name in classes)

    @property
    def few(self) -> tuple[PointerGroup, ...]:
        """The classes of which so few point here that one table holds them all."""
        return tuple(group for group in self.pointing if len(group.pointers) <= FEW)

    @property
    def many(self) -> tuple[PointerGroup, ...]:
        """The other classes."""
        return tuple(group for group in self.pointing if len(group.pointers) > FEW)

    @property
    def saying(self) -> Saying | None:
        """Who says what, if it is a statement that tells both."""
        said = {
            fact.iri.removeprefix(CKG): tuple(str(one.term) for one in fact.values)
            for fact in (*self.facts, *self.modes)
        }
        if not (self.is_a("Statement") and "speaker" in said and "expresses" in said):
            return None
        return Saying(said["speaker"], "".join(said.get("stance", ())[:1]), said["expresses"])


def portray(site: Site, iri: str) -> Portrait:
    """Return what the page of `iri`, which must be a valid IRI, shows."""
    says, points = _SAYS.substitute(iri=iri).strip(), _POINTS.substitute(iri=iri).strip()
    said = _Said(iri, site.select(says))
    rows = site.select(points).rows
    asserted, outside = said.of(said.asserted), said.of(said.outside)
    bounds = [_day(said.first(name)) for name in _BOUNDS]
    certainly, possibly = held_in_words((bounds[0], bounds[1]), (bounds[2], bounds[3]))
    return Portrait(
        iri=iri,
        types=tuple(
            str(value.term)
            for value in asserted.get(_TYPE, ())
            if str(value.term) != OWL + "NamedIndividual"
        ),
        all_types=frozenset(said.types),
        labels=names().labels(iri),
        aliases=_terms(asserted, _ALIASES),
        descriptions=_terms(asserted, _DESCRIPTIONS),
        notes=_terms(asserted, _NOTES),
        modes=_facts(asserted, _MODES),
        shortcuts=_facts(said.of(said.links)),
        facts=_facts({name: found for name, found in asserted.items() if name not in _APART}),
        times=tuple(_times(asserted)),
        certainly=certainly,
        possibly=possibly,
        # Who asserts a claim follows from whose statements express it.
        voices=_facts({**said.of(said.derived), **asserted}, _VOICES),
        evidence=tuple(said.passages()),
        same=tuple(
            dict.fromkeys(
                str(term) for found in (outside, asserted) for term in _terms(found, _SAME)
            )
        ),
        outside=_facts({name: found for name, found in outside.items() if name not in _APART}),
        entailed=_facts(
            {
                name: found
                for name, found in said.of(said.derived).items()
                if name not in (*_BOUNDS, *_DATE_BOUNDS, *_VOICES)
            }
        ),
        pointing=tuple(_pointing(iri, rows)),
        pointing_is_cut=len(rows) >= POINTING_MOST,
        says_query=says,
        points_query=points,
    )


Found = dict[str, list[Value]]
Collected = dict[str, dict["Node", Value]]


class _Said:
    """The rows of what a thing says, by what kind of graph says it."""

    def __init__(self, iri: str, rows: SelectResult) -> None:
        self.asserted: Collected = {}
        self.outside: Collected = {}
        self.links: Collected = {}
        self.derived: Collected = {}
        self.types: set[str] = set()
        self._offsets: dict[str, tuple[str, str]] = {}
        for graph, prop, value, name, mode, start, end in rows:
            if value is None:
                continue
            by_graph = {
                DERIVED_GRAPH: self.derived,
                LINKS_GRAPH: self.links,
                IDENTIFIERS_GRAPH: self.outside,
            }
            # Once for each label of the value.
            found = by_graph.get(str(graph), self.asserted).setdefault(str(prop), {})
            found[value] = Value(value, str(mode or ""))
            names().learn(value, name)
            if str(prop) == _TYPE:
                self.types.add(str(value))
            elif str(prop) == _EVIDENCE:
                self._offsets[str(value)] = (str(start or ""), str(end or ""))
            elif str(prop) == _LABELS[0]:
                names().learn(iri, value)
        self._learn_title(iri)

    def _learn_title(self, iri: str) -> None:
        """Take another name where there is no label; the dataset has a title, for one."""
        for prop in _LABELS[1:]:
            if not names().labels(iri):
                for one in self.asserted.get(prop, ()):
                    names().learn(iri, one)

    @staticmethod
    def of(found: Collected) -> Found:
        """Return what was found, the values of each property sorted by name."""
        return {name: sorted(values.values(), key=_name) for name, values in found.items()}

    def first(self, prop: str) -> str:
        """Return the first derived value of `prop` as text, empty if there is none."""
        return str(next(iter(self.derived.get(prop, ())), ""))

    def passages(self) -> Iterator[Passage]:
        """Iterate over the passages of the evidence, in the order of the text."""

        def place(item: tuple[str, tuple[str, str]]) -> tuple[int, str]:
            iri, (start, _) = item
            return int(start) if start.isdigit() else 0, iri

        for iri, (start, end) in sorted(self._offsets.items(), key=place):
            yield Passage(iri, start, end)


def _facts(found: Found, properties: Iterable[str] | None = None) -> tuple[Fact, ...]:
    """Return the facts of `properties` in their order, or of all by name."""
    chosen = (*_FIRST, *sorted(found.keys() - set(_FIRST), key=label))
    if properties is not None:
        chosen = tuple(properties)
    return tuple(Fact(name, tuple(found[name])) for name in chosen if name in found)


def _terms(found: Found, properties: Iterable[str]) -> tuple[Node, ...]:
    return tuple(value.term for name in properties for value in found.get(name, ()))


def _times(found: Found) -> Iterator[Time]:
    for name in _TIMES:
        for value in found.get(name, ()):
            yield Time(name, str(value.term), in_words(str(value.term)))


def _pointing(iri: str, rows: Iterable[tuple[Node | None, ...]]) -> Iterator[PointerGroup]:
    """Group what points to `iri` by class; a thing of several classes stands under the first."""
    pointers: dict[str, Pointer] = {}
    classes: dict[str, str] = {}
    for prop, node, name, cls, mode, written, earliest in rows:
        # A blank node has no page; an axiom of the ontology is told where its term is.
        if not isinstance(node, URIRef) or str(node) == iri:
            continue
        names().learn(node, name)
        pointer = pointers.setdefault(str(node), Pointer(str(node)))
        pointer.properties.add(str(prop))
        pointer.mode = str(mode or pointer.mode)
        pointer.written = str(written or pointer.written)
        pointer.earliest = str(earliest or pointer.earliest)
        known = classes.setdefault(str(node), str(cls or ""))
        if cls is not None and label(str(cls)) < label(known):
            classes[str(node)] = str(cls)
    groups: dict[str, list[Pointer]] = {}
    for source, pointer in pointers.items():
        groups.setdefault(classes[source], []).append(pointer)
    for group in sorted(groups, key=lambda each: (not each, label(each).casefold())):
        found = sorted(groups[group], key=lambda each: (each.earliest or "9", _key(each.iri)))
        yield PointerGroup(group, tuple(found))


def _name(value: Value) -> tuple[bool, str]:
    if isinstance(value.term, Literal):
        return False, f"{value.term.language or ''} {value.term}"
    return True, _key(str(value.term))


def _key(iri: str) -> str:
    # Passages by their slugs, which are in the order of the text; "sentence 10" is after 9.
    return iri if iri.startswith(RESOURCE + "passage/") else label(iri).casefold()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
