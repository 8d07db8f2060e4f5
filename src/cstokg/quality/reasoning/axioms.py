"""The axioms and facts of a dataset's files, one by one, each in words and with its place.

An axiom is what a reasoner can take or leave: a triple with the blank nodes below it, or one pair
of a list of disjoint classes. What says nothing to a reasoner (labels, declarations) is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Final

from cstokg.namespaces import shorten
from cstokg.rdf.locations import read_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rdflib import Graph
    from rdflib.term import Node

    from cstokg.dataset.load import SourceFile
    from cstokg.rdf.locations import TurtleText

    RdfTriple = tuple[Node, Node, Node]

_OWL: Final = "http://www.w3.org/2002/07/owl#"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_TYPE: Final = _RDF + "type"
_LABEL: Final = _RDFS + "label"
_BUILT_IN: Final = (_OWL, _RDF, _RDFS, "http://www.w3.org/2001/XMLSchema#")
_DECLARATIONS: Final = {
    *(_OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "Ontology")),
    *(_OWL + name for name in ("AnnotationProperty", "NamedIndividual")),
    _RDFS + "Datatype",
}
_SAYS_NOTHING: Final = {
    *(_OWL + name for name in ("imports", "versionIRI", "versionInfo", "priorVersion")),
    *(_RDFS + name for name in ("label", "comment", "isDefinedBy", "seeAlso")),
    _OWL + "deprecated",
}
_FORWARD: Final = {
    *(_RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
    _OWL + "hasKey",
}
"""Axioms that say something of their subject alone: they matter where it does."""

_SENTENCES: Final = {
    _RDFS + "subClassOf": "all of {s} are in {o}",
    _OWL + "equivalentClass": "{s} has the same members as {o}",
    _OWL + "disjointWith": "nothing is in both {s} and {o}",
    _RDFS + "subPropertyOf": "{s} implies {o}",
    _OWL + "equivalentProperty": "{s} means the same as {o}",
    _OWL + "propertyDisjointWith": "{s} and {o} never hold between the same two",
    _OWL + "inverseOf": "{s} is {o} read backwards",
    _OWL + "propertyChainAxiom": "{o} implies {s}",
    _RDFS + "domain": "only what is in {o} has {s}",
    _RDFS + "range": "{s} leads only to what is in {o}",
    _OWL + "hasKey": "of {s} there is one for each {o}",
    _OWL + "sameAs": "{s} is the same as {o}",
    _OWL + "differentFrom": "{s} is not {o}",
    _TYPE: "{s} is in {o}",
}
_CHARACTERISTICS: Final = {
    "FunctionalProperty": "{s} has at most one value",
    "InverseFunctionalProperty": "no two things have the same value of {s}",
    "SymmetricProperty": "{s} holds in both directions",
    "AsymmetricProperty": "{s} never holds in both directions",
    "TransitiveProperty": "{s} goes on from one to the next",
    "ReflexiveProperty": "everything has {s} to itself",
    "IrreflexiveProperty": "nothing has {s} to itself",
}
_LISTS: Final = {"intersectionOf": " and ", "unionOf": " or ", "oneOf": ", "}
_RESTRICTIONS: Final = {
    "someValuesFrom": "some",
    "allValuesFrom": "only",
    "hasValue": "value",
    "minCardinality": "at least",
    "maxCardinality": "at most",
    "cardinality": "exactly",
    "minQualifiedCardinality": "at least",
    "maxQualifiedCardinality": "at most",
    "qualifiedCardinality": "exactly",
}


@dataclass(frozen=True)
class Axiom:
    """Something that a file says and a reasoner takes into account."""

    triples: tuple[str, ...]
    """As lines of N-Triples."""
    names: frozenset[str] = field(repr=False, compare=False)
    """The IRIs that it names, those of OWL's own terms left out."""
    reached_from: frozenset[str] = field(repr=False, compare=False)
    """The names through which it bears on others."""
    is_fact: bool = field(compare=False)
    """Whether it is about individuals; else it is a rule of the ontology."""
    needs_all: bool = field(repr=False, compare=False)
    """Whether it bears on others only where all its names do, as disjointness."""
    _triple: RdfTriple = field(repr=False, compare=False)
    _reader: _Reader = field(repr=False, compare=False)

    # Few of thousands of axioms are ever shown, and to find a line takes time.
    @cached_property
    def words(self) -> str:
        """It in words, with the labels of what it names."""
        return self._reader.sentence(self._triple)

    @cached_property
    def place(self) -> str:
        """The file and line where it stands: `data/scepanovic-2024/states.ttl:12`."""
        return self._reader.place(self._triple)


@dataclass(frozen=True)
class Axioms:
    """The axioms of several files, with what declares the names in them."""

    axioms: tuple[Axiom, ...]
    declarations: dict[str, tuple[str, ...]]
    """For each name the N-Triples that say whether it is a class, a property or an individual."""
    terms: frozenset[str]
    """The names of classes and properties; all others are individuals."""

    def ntriples(self, chosen: Iterable[Axiom], extra: Iterable[str] = ()) -> bytes:
        """Return some of the axioms as N-Triples, with the declarations they need."""
        lines: dict[str, None] = dict.fromkeys(extra)
        names: dict[str, None] = {}
        for axiom in chosen:
            lines.update(dict.fromkeys(axiom.triples))
            names.update(dict.fromkeys(axiom.names))
        for name in names:
            lines.update(dict.fromkeys(self.declarations.get(name, ())))
        return "\n".join((*lines, "")).encode()


def read_axioms(files: Iterable[SourceFile]) -> Axioms:
    """Return the axioms of Turtle files that a dataset was built from."""
    from rdflib import Graph

    graphs = [
        (Graph().parse(data=file.content, format="turtle"), file.name, read_turtle(file.content))
        for file in files
    ]
    labels = _labels(graph for graph, _, _ in graphs)
    declarations, terms, annotations = _declarations(graph for graph, _, _ in graphs)
    found: dict[tuple[str, ...], Axiom] = {}
    for graph, name, text in graphs:
        for axiom in _Reader(graph, name, text, labels, terms, annotations).axioms():
            found.setdefault(axiom.triples, axiom)
    return Axioms(tuple(found.values()), declarations, frozenset(terms))


def _labels(graphs: Iterable[Graph]) -> dict[str, str]:
    from rdflib import RDFS, Literal

    found: dict[str, str] = {}
    for graph in graphs:
        for subject, label in graph.subject_objects(RDFS.label):
            if isinstance(label, Literal) and label.language in (None, "en"):
                found[str(subject)] = str(label)
    return found


def _declarations(
    graphs: Iterable[Graph],
) -> tuple[dict[str, tuple[str, ...]], set[str], set[str]]:
    """Return the lines that declare each name, the terms, and the annotation properties."""
    from rdflib import RDF, URIRef

    found: dict[str, dict[str, None]] = {}
    kinds: dict[str, set[str]] = {}
    for graph in graphs:
        for subject, kind in graph.subject_objects(RDF.type):
            if str(kind) in _DECLARATIONS and isinstance(subject, URIRef):
                line = _line((subject, RDF.type, kind))
                found.setdefault(str(subject), {})[line] = None
                kinds.setdefault(str(kind).rpartition("#")[2], set()).add(str(subject))
    terms = {
        name
        for kind in ("Class", "ObjectProperty", "DatatypeProperty")
        for name in kinds.get(kind, ())
    }
    declared = {name: tuple(sorted(lines)) for name, lines in found.items()}
    return declared, terms, kinds.get("AnnotationProperty", set())


def _line(triple: RdfTriple) -> str:
    return f"{' '.join(node.n3() for node in triple)} ."


@dataclass(frozen=True)
class _Reader:
    """The axioms of one file."""

    graph: Graph
    name: str
    text: TurtleText
    labels: dict[str, str]
    terms: set[str]
    annotations: set[str]

    def axioms(self) -> Iterator[Axiom]:
        from rdflib import OWL, RDF, BNode, Literal

        below = {node for node in self.graph.objects() if isinstance(node, BNode)}
        headers = set(self.graph.subjects(RDF.type, OWL.Ontology))
        silent = _SAYS_NOTHING | self.annotations
        for subject, predicate, value in sorted(self.graph):
            if predicate == OWL.members and (subject, RDF.type, OWL.AllDisjointClasses) in (
                self.graph
            ):
                yield from self._pairs(value)
            elif isinstance(subject, BNode):
                if (
                    subject not in below
                    and predicate == RDF.type
                    and value != OWL.AllDisjointClasses
                ):
                    yield self._axiom((subject, predicate, value))
            elif not (
                subject in headers
                or str(predicate) in silent
                or (predicate == RDF.type and str(value) in _DECLARATIONS)
                or (isinstance(value, Literal) and value.language)
            ):
                yield self._axiom((subject, predicate, value))

    def _pairs(self, members: Node) -> Iterator[Axiom]:
        from rdflib import OWL
        from rdflib.collection import Collection

        for pair in combinations(Collection(self.graph, members), 2):
            one, other = sorted(pair, key=str)
            names = frozenset((str(one), str(other)))
            triple = (one, OWL.disjointWith, other)
            yield Axiom((_line(triple),), names, names, False, True, triple, self)

    def _axiom(self, triple: RdfTriple) -> Axiom:
        from rdflib import BNode, URIRef

        subject, predicate, _ = triple
        triples = list(self._closure(triple))
        names = frozenset(
            str(node)
            for each in triples
            for node in each
            if isinstance(node, URIRef) and not str(node).startswith(_BUILT_IN)
        )
        is_fact = not isinstance(subject, BNode) and str(subject) not in self.terms
        reached_from = names
        if str(predicate) in _FORWARD:
            reached_from = frozenset((str(subject),))
        elif is_fact:
            reached_from = names - self.terms
        return Axiom(
            triples=tuple(_line(each) for each in triples),
            names=names,
            reached_from=reached_from,
            is_fact=is_fact,
            needs_all=str(predicate) in (_OWL + "disjointWith", _OWL + "propertyDisjointWith"),
            _triple=triple,
            _reader=self,
        )

    def place(self, triple: RdfTriple) -> str:
        """Return the file and, where it is found, the line in which a triple stands."""
        from rdflib import BNode

        subject, predicate, value = triple
        named = None if isinstance(subject, BNode) else str(subject)
        rest = [str(node) for node in (predicate, value) if not isinstance(node, BNode)]
        line = self.text.find(named, *rest)
        if line is None and triple not in self.graph:  # one pair of a list
            line = self.text.find(None, _OWL + "AllDisjointClasses", str(subject), str(value))
        if line is None and named is not None:
            line = self.text.find(named)
        return self.name if line is None else f"{self.name}:{line}"

    def _closure(self, triple: RdfTriple) -> Iterator[RdfTriple]:
        """Yield a triple, and all that is said of the blank nodes in it."""
        from rdflib import BNode

        seen: set[Node] = set()
        queue = [triple]
        while queue:
            each = queue.pop(0)
            yield each
            for node in (each[0], each[2]):
                if isinstance(node, BNode) and node not in seen:
                    seen.add(node)
                    queue += [
                        more
                        for more in sorted(self.graph.triples((node, None, None)))
                        if more != triple
                    ]

    def sentence(self, triple: RdfTriple) -> str:
        """Return a triple in words."""
        subject, predicate, value = triple
        kind = str(value).removeprefix(_OWL)
        if str(predicate) == _TYPE and kind in _CHARACTERISTICS:
            return _CHARACTERISTICS[kind].format(s=self._words(subject))
        pattern = _SENTENCES.get(str(predicate), "{s} {p} {o}")
        if str(predicate) == _OWL + "propertyChainAxiom":
            value_words = ", then ".join(self._items(value))
        elif str(predicate) == _OWL + "hasKey":
            value_words = " and ".join(self._items(value))
        else:
            value_words = self._words(value)
        return pattern.format(s=self._words(subject), p=self._words(predicate), o=value_words)

    def _items(self, node: Node) -> list[str]:
        from rdflib.collection import Collection

        return [self._words(item) for item in Collection(self.graph, node)]

    def _words(self, node: Node) -> str:
        """Return a node's short name and label, or an OWL expression in Manchester's manner."""
        from rdflib import OWL, BNode, Literal, URIRef

        if isinstance(node, Literal):
            datatype = shorten(str(node.datatype)) if node.datatype else "xsd:string"
            return f'"{node}" ({datatype})'
        if isinstance(node, URIRef):
            label = self.labels.get(str(node))
            return shorten(str(node)) + (f" '{label}'" if label else "")
        for name, word in _LISTS.items():
            if isinstance(node, BNode) and (members := self.graph.value(node, OWL[name])):
                return f"({word.join(self._items(members))})"
        if (inner := self.graph.value(node, OWL.complementOf)) is not None:
            return f"not {self._words(inner)}"
        if (about := self.graph.value(node, OWL.onProperty)) is not None:
            for name, word in _RESTRICTIONS.items():
                if (filler := self.graph.value(node, OWL[name])) is not None:
                    return f"({self._words(about)} {word} {self._words(filler)})"
        return (
            "("
            + "; ".join(
                f"{shorten(str(p))} {shorten(str(o))}"
                for p, o in sorted(self.graph.predicate_objects(node))
            )
            + ")"
        )
