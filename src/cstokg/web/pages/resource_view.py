"""What a page shows of one thing: its facts sorted for a reader, and what points to it.

Two queries for any thing: what it says, and what is said of it. Both stand on the page, so that a
reader can ask them again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import Template
from typing import Final, NamedTuple

from rdflib import Literal, URIRef
from rdflib.term import Node

from cstokg.namespaces import (
    CKG,
    DCTERMS,
    DERIVED_GRAPH,
    GRAPH,
    IDENTIFIERS_GRAPH,
    LINKS_GRAPH,
    OWL,
    RDF,
    RDFS,
    RESOURCE,
    VOCABULARIES,
    short_graph_name,
)
from cstokg.rdf.dates import held_in_words, in_words, read_day
from cstokg.web.pages.bylines import speakers_of
from cstokg.web.pages.names import label, reader
from cstokg.web.site import Site

POINTING_MOST: Final = 3000
"""How many rows of what points to a thing are looked at; the query has all of them."""

_SKOS: Final = VOCABULARIES["skos"]
_OA: Final = VOCABULARIES["oa"]
_SCHEMA: Final = VOCABULARIES["schema"]

_SAYS: Final = Template("""
SELECT ?graph ?property ?value ?mode ?start ?end WHERE {
  GRAPH ?graph { <$iri> ?property ?value }
  OPTIONAL { ?value ckg:actuality|ckg:stance ?mode }
  OPTIONAL { ?value oa:start ?start }
  OPTIONAL { ?value oa:end ?end }
}
""")
_POINTS: Final = Template(f"""
SELECT ?property ?node ?class ?mode ?written ?earliest ?by WHERE {{
  GRAPH ?graph {{ ?node ?property <$iri> }}
  FILTER(!STRSTARTS(STR(?graph), STR(graph:derived)) && !STRSTARTS(STR(?graph), STR(graph:links)))
  OPTIONAL {{
    GRAPH ?home {{ ?node a ?class }}
    FILTER(!STRSTARTS(STR(?home), STR(graph:derived)) && ?class != owl:NamedIndividual)
  }}
  OPTIONAL {{ ?node ckg:actuality|ckg:stance ?mode }}
  OPTIONAL {{ ?node ckg:date|ckg:begin ?written }}
  OPTIONAL {{ ?node ckg:dateEarliest|ckg:beginEarliest ?earliest }}
  OPTIONAL {{ ?node ckg:speaker|ckg:assertedBy ?by }}
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

# Times are written as EDTF; of what they bound, the derived days are shown in words.
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


class FactValue(NamedTuple):
    """What a property says: a term, and the IRI of its actuality or stance where it has one.

    Of a claim or a statement, `by` are its speakers.
    """

    term: Node
    mode: str = ""
    by: Sequence[str] = ()

    @property
    def is_iri(self) -> bool:
        """True if it can be linked."""
        return isinstance(self.term, URIRef)


class PropertyValues(NamedTuple):
    """A property by its IRI, and its values, sorted by name."""

    iri: str
    values: tuple[FactValue, ...]

    @property
    def is_quoted(self) -> bool:
        """True if the values are words of the source."""
        return self.iri in _QUOTED


class Time(NamedTuple):
    """A time as it is written (EDTF), and in words."""

    iri: str
    written: str
    words: str


class Evidence(NamedTuple):
    """A passage that a thing rests on; offsets in Unicode code points, empty where unknown."""

    iri: str
    start: str
    end: str


@dataclass
class Pointer:
    """A thing that points here, by which properties; `written` is its time in EDTF.

    `by` are those who say so: its speakers, or who vouches for it.
    """

    iri: str
    cls: str
    properties: set[str] = field(default_factory=set)
    mode: str = ""
    written: str = ""
    earliest: str = ""
    by: set[str] = field(default_factory=set)


class PointerGroup(NamedTuple):
    """The things of one class that point here; the class is empty where it is not known."""

    cls: str
    pointers: tuple[Pointer, ...]


class Saying(NamedTuple):
    """A statement in one sentence: speakers, stance (empty where unknown) and claims, all IRIs."""

    speakers: tuple[str, ...]
    stance: str
    claims: tuple[str, ...]


@dataclass(frozen=True)
class ResourceView:
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
    modes: tuple[PropertyValues, ...]
    shortcuts: tuple[PropertyValues, ...]
    facts: tuple[PropertyValues, ...]
    times: tuple[Time, ...]
    certainly: str
    possibly: str
    voices: tuple[PropertyValues, ...]
    evidence: tuple[Evidence, ...]
    same: tuple[str, ...]
    outside: tuple[PropertyValues, ...]
    """Identifiers that are not from the source."""
    entailed: tuple[PropertyValues, ...]
    pointing: tuple[PointerGroup, ...]
    pointing_is_cut: bool
    says_query: str
    points_query: str

    def is_a(self, *classes: str) -> bool:
        """Return True if it is of one of `classes`, names of the ontology."""
        return any(CKG + name in self.all_types for name in classes)

    @property
    def pointers(self) -> tuple[Pointer, ...]:
        """All that points here."""
        return tuple(pointer for group in self.pointing for pointer in group.pointers)

    @property
    def is_ended(self) -> bool:
        """True if an end is told."""
        return any(time.iri == CKG + "end" for time in self.times)

    @property
    def is_counted(self) -> bool:
        """True if a number is told of it."""
        if self.is_a("Figure"):
            return any(fact.iri == CKG + "figureValue" for fact in self.shortcuts)
        return any(CKG + "figureOf" in each.properties for each in self.pointers)

    @property
    def saying(self) -> Saying | None:
        """Who says what, for a statement that has a speaker and a claim."""
        said = {
            fact.iri.removeprefix(CKG): tuple(str(one.term) for one in fact.values)
            for fact in (*self.facts, *self.modes)
        }
        if not (self.is_a("Statement") and "speaker" in said and "expresses" in said):
            return None
        return Saying(said["speaker"], "".join(said.get("stance", ())[:1]), said["expresses"])


def load_resource(site: Site, iri: str) -> ResourceView:
    """Return what the page of `iri`, which must be a valid IRI, shows."""
    says, points = _SAYS.substitute(iri=iri).strip(), _POINTS.substitute(iri=iri).strip()
    said, rows = site.select(says), site.select(points).rows
    by_graph, evidence = _read(said)
    derived, links, outside = (by_graph[name] for name in _APART_GRAPHS)
    asserted = by_graph[_SOURCES]
    types = [str(term) for term in _terms(asserted, [_TYPE])]
    bounds = [read_day(next(iter(_terms(derived, [name])), None)) for name in _BOUNDS]
    certainly, possibly = held_in_words((bounds[0], bounds[1]), (bounds[2], bounds[3]))
    not_entailed = (*_BOUNDS, *_DATE_BOUNDS, *_VOICES)
    return ResourceView(
        iri=iri,
        types=tuple(each for each in types if each != OWL + "NamedIndividual"),
        all_types=frozenset(
            str(term) for said in by_graph.values() for term in _terms(said, [_TYPE])
        ),
        labels=reader().labels.labels(iri),
        aliases=_terms(asserted, _ALIASES),
        descriptions=_terms(asserted, _DESCRIPTIONS),
        notes=_terms(asserted, _NOTES),
        modes=_facts(asserted, _MODES),
        shortcuts=_facts(links),
        facts=_facts(asserted, but=_APART),
        times=tuple(
            Time(name, str(value.term), in_words(str(value.term)))
            for name in _TIMES
            for value in asserted.get(name, ())
        ),
        certainly=certainly,
        possibly=possibly,
        # Who asserts a claim follows from whose statements express it.
        voices=_facts({**derived, **asserted}, _VOICES),
        evidence=evidence,
        same=tuple(
            dict.fromkeys(
                str(term) for found in (outside, asserted) for term in _terms(found, _SAME)
            )
        ),
        outside=_facts(outside, but=_APART),
        entailed=_facts(derived, but=not_entailed),
        pointing=tuple(_pointing(iri, rows)),
        pointing_is_cut=len(rows) >= POINTING_MOST,
        says_query=says,
        points_query=points,
    )


Found = dict[str, list[FactValue]]
"""The values of each property, sorted by name."""

_SOURCES: Final = ""
"""Stands for all graphs but these."""
_APART_GRAPHS: Final = (DERIVED_GRAPH, LINKS_GRAPH, IDENTIFIERS_GRAPH)


def _read(
    rows: Iterable[tuple[Node | None, ...]],
) -> tuple[defaultdict[str, Found], tuple[Evidence, ...]]:
    """Return what a thing says by graph, and its evidence in the order of the text."""
    found: defaultdict[str, defaultdict[str, dict[Node, FactValue]]]
    found = defaultdict(lambda: defaultdict(dict))
    passages: dict[str, Evidence] = {}
    for graph, prop, value, mode, start, end in rows:
        if value is None:
            continue
        kind = GRAPH + short_graph_name(str(graph)).partition("/")[0]
        name = next((each for each in _APART_GRAPHS if each in (kind, str(graph))), _SOURCES)
        by = speakers_of(str(value)) if isinstance(value, URIRef) else ()
        found[name][str(prop)][value] = FactValue(value, str(mode or ""), by)
        if str(prop) == _EVIDENCE:
            passages[str(value)] = Evidence(str(value), str(start or ""), str(end or ""))
    by_graph: defaultdict[str, Found] = defaultdict(dict)
    for name, said in found.items():
        by_graph[name] = {prop: sorted(each.values(), key=_name) for prop, each in said.items()}

    def place(passage: Evidence) -> tuple[int, str]:
        return int(passage.start) if passage.start.isdigit() else 0, passage.iri

    return by_graph, tuple(sorted(passages.values(), key=place))


def _facts(
    found: Found, properties: Iterable[str] | None = None, but: Iterable[str] = ()
) -> tuple[PropertyValues, ...]:
    """Return the facts of `properties` in their order, or of all `but` some by name."""
    others = sorted(found.keys() - set(_FIRST), key=lambda iri: (label(iri), iri))
    chosen = (*_FIRST, *others)
    return tuple(
        PropertyValues(name, tuple(found[name]))
        for name in (chosen if properties is None else properties)
        if name in found and name not in but
    )


def _terms(found: Found, properties: Iterable[str]) -> tuple[Node, ...]:
    return tuple(value.term for name in properties for value in found.get(name, ()))


def _pointing(iri: str, rows: Iterable[tuple[Node | None, ...]]) -> Iterator[PointerGroup]:
    """Group what points to `iri` by class; a thing of several classes stands under the first."""
    pointers: dict[str, Pointer] = {}
    for prop, node, cls, mode, written, earliest, by in rows:
        # A blank node has no page; an axiom of the ontology is shown where its term is.
        if not isinstance(node, URIRef) or str(node) == iri:
            continue
        pointer = pointers.setdefault(str(node), Pointer(str(node), str(cls or "")))
        pointer.properties.add(str(prop))
        pointer.mode = str(mode or pointer.mode)
        pointer.written = str(written or pointer.written)
        pointer.earliest = str(earliest or pointer.earliest)
        if by is not None:
            pointer.by.add(str(by))
        if cls is not None and label(str(cls)) < label(pointer.cls):
            pointer.cls = str(cls)
    groups: dict[str, list[Pointer]] = {}
    for pointer in sorted(
        pointers.values(), key=lambda each: (each.earliest or "9", _key(each.iri))
    ):
        groups.setdefault(pointer.cls, []).append(pointer)
    for group in sorted(groups, key=lambda each: (not each, label(each).casefold())):
        yield PointerGroup(group, tuple(groups[group]))


def _name(value: FactValue) -> tuple[bool, str, str]:
    if isinstance(value.term, Literal):
        return False, f"{value.term.language or ''} {value.term}", ""
    return True, *_key(str(value.term))


def _key(iri: str) -> tuple[str, str]:
    # Passages by their slugs, which are in the order of the text; "sentence 10" is after 9.
    return iri if iri.startswith(RESOURCE + "passage/") else label(iri).casefold(), iri
