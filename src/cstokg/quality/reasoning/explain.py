"""Why files contradict each other: a minimal set of their axioms that cannot all be true.

It is found by asking HermiT again and again (black box). The shortest inconsistent beginning of the
list of all axioms ends with one that is needed; it is kept, and the search goes on in what comes
before it. The order of the list decides only how long that takes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

from rdflib import OWL, RDF, RDFS, XSD, BNode, Literal, URIRef
from rdflib.term import Node

from cstokg.dataset.load import SourceFile
from cstokg.dataset.model import Dataset
from cstokg.namespaces import PREFIXES
from cstokg.quality.query_files import read_query
from cstokg.quality.reasoning.hermit import first_inconsistent
from cstokg.rdf.locations import Locations
from cstokg.rdf.turtle_writer import TurtleWriter, find_entangled
from cstokg.store import Triple, read_triples

_TERMS: Final = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
_DECLARED: Final = (*_TERMS, OWL.AnnotationProperty, RDFS.Datatype)
_ANNOTATIONS: Final = {RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, OWL.deprecated}
_BUILT_IN: Final = tuple(map(str, (OWL, RDF, RDFS, XSD)))
_OF_SUBJECT: Final = {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.hasKey}
"""The axioms that matter only where something is said with their subject."""
_OF_BOTH: Final = {OWL.disjointWith, OWL.propertyDisjointWith, OWL.differentFrom}
"""The axioms that matter only where something is said with both of their ends."""
_FIRST_SIZE: Final = 32
_SETS_AT_ONCE: Final = 20


@dataclass(frozen=True)
class Axiom:
    """Something that a file says and a reasoner takes into account."""

    text: str
    """In Turtle, on one line."""
    is_fact: bool
    """True for what is said of an individual, False for a rule of the ontology."""
    file: str
    is_listed: bool = field(repr=False)
    """True for a pair of a list of disjoint classes, which is no triple of the file."""
    triples: tuple[Triple, ...] = field(repr=False)
    names: frozenset[str] = field(repr=False)
    """The IRIs in it, without OWL's own."""
    place: str = ""
    """The file and line where it stands: `data/things/states.ttl:12`."""


Justification = tuple[Axiom, ...]
"""Axioms, facts first, that cannot all be true, and could if any one of them were taken away."""


def explain_dataset(
    dataset: Dataset,
    unsatisfiable: str | None = None,
    *,
    limit: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Justification, ...]:
    """Return why the files of a dataset contradict each other; empty where they do not.

    With the IRI of a class in `unsatisfiable` it is why nothing can be in that class. Up to `limit`
    justifications are found: after each, its first axiom is left out, until the rest is consistent.
    `progress` is called with each step in a few words.

    Raises ReasonerUnavailableError where there is no Java, and ReasonerError.
    """
    axioms, declarations = _read_axioms(dataset.info.files)
    if unsatisfiable:
        declarations.append((URIRef("urn:x-member"), RDF.type, URIRef(unsatisfiable)))
        seeds = {unsatisfiable}
    else:
        seeds = {str(x) for (x,) in dataset.select(read_query(__file__, "suspects"))}
    ordered = _nearest_first(axioms, seeds)
    locations = Locations({file.name: file.content for file in dataset.info.files})
    found: list[Justification] = []
    while len(found) < limit:
        progress(f"searching {len(ordered)} axioms for contradiction {len(found) + 1}")
        needed = _minimize(ordered, declarations)
        if not needed:
            break
        needed.sort(key=lambda axiom: (not axiom.is_fact, axiom.text))
        ordered.remove(needed[0])
        found.append(tuple(_placed(axiom, locations) for axiom in needed))
    return tuple(found)


def _placed(axiom: Axiom, locations: Locations) -> Axiom:
    subject, predicate, value = axiom.triples[0]
    rest = (subject, value) if axiom.is_listed else (predicate, value)
    about = None if axiom.is_listed or isinstance(subject, BNode) else str(subject)
    named = [str(node) for node in rest if not isinstance(node, BNode)]
    return replace(axiom, place=locations.find([axiom.file], about, *named))


def _minimize(ordered: Sequence[Axiom], declarations: Iterable[Triple]) -> list[Axiom]:
    """Return a minimal inconsistent part of the axioms; it is empty if they are consistent."""
    needed: list[Axiom] = []
    low, high = -1, len(ordered) + 1  # the sizes known to be consistent and to be inconsistent
    first = (*range(_FIRST_SIZE), *(_FIRST_SIZE << n for n in range(20)))
    sizes = [*(size for size in first if size < len(ordered)), len(ordered)]
    while sizes:
        bad = first_inconsistent(
            [_ntriples(declarations, *needed, *ordered[:size]) for size in sizes]
        )
        low = sizes[-1] if bad is None else sizes[bad - 1] if bad else low
        high = high if bad is None else sizes[bad]
        if 0 < high <= len(ordered) and high - low == 1:
            needed.append(ordered[high - 1])
            low, high = -1, high - 1
        step = max(1, (high - low) // _SETS_AT_ONCE)
        sizes = list(range(low + step, min(high, len(ordered)), step))
    return needed


def _ntriples(declarations: Iterable[Triple], *axioms: Axiom) -> bytes:
    triples = dict.fromkeys((*declarations, *(each for axiom in axioms for each in axiom.triples)))
    return "".join(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in triples).encode()


def _nearest_first(axioms: Iterable[Axiom], seeds: set[str]) -> list[Axiom]:
    """Return first the axioms near to the seeds: all rules within reach before more facts."""
    remaining = dict.fromkeys(axioms)
    ordered: list[Axiom] = []
    reached = set(seeds)
    while remaining:
        near = [axiom for axiom in remaining if _is_near(axiom, reached)]
        near = [axiom for axiom in near if not axiom.is_fact] or near or list(remaining)
        ordered += sorted(near, key=lambda axiom: axiom.triples[0][1] != RDF.type)
        for axiom in near:
            del remaining[axiom]
            reached |= axiom.names
    return ordered


def _is_near(axiom: Axiom, reached: set[str]) -> bool:
    subject, predicate, value = axiom.triples[0]
    ends = {str(subject), str(value)}
    if predicate in _OF_SUBJECT or (axiom.is_fact and predicate == RDF.type):
        return str(subject) in reached
    if predicate in _OF_BOTH:
        return ends <= reached
    return not reached.isdisjoint(ends if axiom.is_fact else axiom.names)


def _read_axioms(files: Iterable[SourceFile]) -> tuple[list[Axiom], list[Triple]]:
    """Return the axioms of files, and the triples that declare their classes and properties."""
    read = [(file.name, list(read_triples(file.content, file.path))) for file in files]
    declarations = [each for _, triples in read for each in triples if each[2] in _DECLARED]
    terms = {term for term, _, kind in declarations if kind in _TERMS}
    silent = _ANNOTATIONS | {s for s, _, kind in declarations if kind == OWL.AnnotationProperty}
    axioms: list[Axiom] = []
    for name, triples in read:
        writer = TurtleWriter(triples, PREFIXES, set().union(*find_entangled(triples)))
        for subject, predicate, value in _statements(writer, silent):
            verb = "a" if predicate == RDF.type else writer.term(predicate)
            text = f"{writer.value(subject)} {verb} {writer.value(value)}"
            is_rule = isinstance(subject, BNode) or subject in terms or predicate in _OF_BOTH
            is_listed = value not in writer.pairs(subject).get(predicate, ())
            closure = _closure(writer, (subject, predicate, value))
            named = {str(node) for each in closure for node in each if isinstance(node, URIRef)}
            names = frozenset(iri for iri in named if not iri.startswith(_BUILT_IN))
            text = " ".join(text.split())
            axioms.append(Axiom(text, not is_rule, name, is_listed, closure, names))
    return axioms, declarations


def _statements(writer: TurtleWriter, silent: set[Node]) -> Iterator[Triple]:
    """Iterate over what matters to a reasoner; a blank node's block is one of its triples."""
    for node in writer.roots():
        pairs = writer.pairs(node)
        kinds = pairs.get(RDF.type, ())
        if OWL.AllDisjointClasses in kinds:
            yield from _each_two(writer, pairs[OWL.members][0], OWL.disjointWith)
        elif OWL.AllDifferent in kinds and OWL.distinctMembers in pairs:
            yield from _each_two(writer, pairs[OWL.distinctMembers][0], OWL.differentFrom)
        elif isinstance(node, BNode):
            yield next((node, predicate, pairs[predicate][0]) for predicate in pairs)
        elif OWL.Ontology not in kinds:
            for predicate in sorted(pairs.keys() - silent, key=str):
                for value in pairs[predicate]:
                    is_text = isinstance(value, Literal) and value.language
                    if value not in (*_DECLARED, OWL.NamedIndividual) and not is_text:
                        yield node, predicate, value


def _each_two(writer: TurtleWriter, members: Node, predicate: Node) -> Iterator[Triple]:
    for one, other in combinations(writer.list_items(members) or (), 2):
        yield one, predicate, other


def _closure(writer: TurtleWriter, triple: Triple) -> tuple[Triple, ...]:
    """Return a triple and all that is said of the blank nodes in it."""
    found: dict[Triple, None] = {triple: None}
    pending = [triple]
    while pending:
        for node in (each for each in pending.pop()[::2] if isinstance(each, BNode)):
            said = writer.pairs(node)
            more = [triple for p in said for o in said[p] if (triple := (node, p, o)) not in found]
            pending += more
            found.update(dict.fromkeys(more))
    return tuple(found)
