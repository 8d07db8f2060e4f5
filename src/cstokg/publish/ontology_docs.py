"""What the ontology says of each of its terms, for its documentation.

Read from the graph of the ontology alone. It knows no HTTP and writes no markup: a class
expression is a row of parts, each a word or an IRI.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from cstokg.namespaces import CKG, ONTOLOGY

_KINDS: Final = {
    "class": OWL.Class,
    "object property": OWL.ObjectProperty,
    "datatype property": OWL.DatatypeProperty,
    "annotation property": OWL.AnnotationProperty,
}

# The words of OWL 2 for readers: what is true of every use of a property.
_CHARACTERISTICS: Final = {
    OWL.FunctionalProperty: "functional: at most one value",
    OWL.InverseFunctionalProperty: "inverse functional: a value belongs to at most one thing",
    OWL.TransitiveProperty: "transitive",
    OWL.SymmetricProperty: "symmetric: true in both directions",
    OWL.AsymmetricProperty: "asymmetric: never true in both directions",
    OWL.ReflexiveProperty: "reflexive: true of each thing and itself",
    OWL.IrreflexiveProperty: "irreflexive: never of a thing and itself",
}

_METADATA: Final = {
    "Namespace": VANN.preferredNamespaceUri,
    "Preferred prefix": VANN.preferredNamespacePrefix,
    "Version IRI": OWL.versionIRI,
    "Previous version": OWL.priorVersion,
    "Creator": DCTERMS.creator,
    "Publisher": DCTERMS.publisher,
    "Created": DCTERMS.created,
    "Issued": DCTERMS.issued,
    "Modified": DCTERMS.modified,
    "Licence": DCTERMS.license,
    "How to cite": DCTERMS.bibliographicCitation,
    "Note": SKOS.scopeNote,
}

# Class expressions of OWL 2 in words (OWL 2 Syntax, section 8).
_CONNECTIVES: Final = {OWL.intersectionOf: "and", OWL.unionOf: "or", OWL.oneOf: "or"}
_RESTRICTIONS: Final = {
    OWL.someValuesFrom: "some value of",
    OWL.allValuesFrom: "every value of",
    OWL.hasValue: "a value of",
}
_COUNTS: Final = {
    OWL.minCardinality: "at least",
    OWL.maxCardinality: "at most",
    OWL.cardinality: "exactly",
}

Expression = tuple[str, ...]
"""A class or a chain in parts: those that begin with `http` are IRIs, the others words."""


@dataclass(frozen=True)
class Term:
    """A class or a property; each field has the IRIs or texts that the ontology states."""

    iri: str
    kind: str
    label: str
    definition: str
    notes: tuple[str, ...]
    examples: tuple[str, ...]
    parents: tuple[str, ...]
    children: tuple[str, ...]
    aligned: tuple[str, ...]
    equivalents: tuple[Expression, ...]
    disjoint: tuple[str, ...]
    domain: tuple[Expression, ...]
    range: tuple[Expression, ...]
    inverses: tuple[str, ...]
    characteristics: tuple[str, ...]
    chains: tuple[Expression, ...]
    keys: tuple[Expression, ...]
    used_as_domain: tuple[str, ...]
    used_as_range: tuple[str, ...]
    deprecated: bool
    successors: tuple[str, ...]

    @property
    def name(self) -> str:
        """The local name, which is the fragment of the IRI."""
        return self.iri.removeprefix(CKG)


@dataclass(frozen=True)
class ListedValue:
    """One value of a value list."""

    iri: str
    label: str
    definition: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ValueList:
    """A SKOS concept scheme and its concepts; `classes` are those of the concepts."""

    iri: str
    label: str
    definition: str
    classes: tuple[str, ...]
    values: tuple[ListedValue, ...]


@dataclass(frozen=True)
class Branch:
    """A term and what is below it."""

    iri: str
    children: tuple["Branch", ...]


@dataclass(frozen=True)
class Documentation:
    """The ontology: what it says of itself, its terms by IRI, and its value lists."""

    title: str
    description: str
    version: str
    version_iri: str
    metadata: tuple[tuple[str, tuple[str, ...]], ...]
    versions: Mapping[str, str]
    """Each IRI of the ontology, its parts and their versions, to the part it belongs to."""
    terms: Mapping[str, Term]
    value_lists: tuple[ValueList, ...]

    @cached_property
    def classes(self) -> tuple[Term, ...]:
        """The classes by name."""
        return tuple(term for term in self.terms.values() if term.kind == "class")

    @cached_property
    def properties(self) -> tuple[Term, ...]:
        """The properties by name."""
        return tuple(term for term in self.terms.values() if term.kind != "class")

    def tree(self, terms: Iterable[Term]) -> tuple[Branch, ...]:
        """Return `terms` as a hierarchy; one with two parents stands below both."""
        listed = {term.iri for term in terms}
        roots = [iri for iri in listed if not listed.intersection(self.terms[iri].parents)]
        return tuple(self._branch(iri, listed, ()) for iri in sorted(roots, key=str.casefold))

    def _branch(self, iri: str, listed: set[str], above: tuple[str, ...]) -> Branch:
        below = [each for each in self.terms[iri].children if each in listed and each not in above]
        return Branch(iri, tuple(self._branch(each, listed, (*above, iri)) for each in below))


def document(graph: Graph) -> Documentation:
    """Return the documentation of the ontology in `graph`, an rdflib graph."""
    about = URIRef(ONTOLOGY)
    metadata = ((label, _texts(graph, about, prop)) for label, prop in _METADATA.items())
    versions = {}
    for part in graph.subjects(RDF.type, OWL.Ontology):
        versions[str(part)] = str(part)
        versions |= {str(version): str(part) for version in graph.objects(part, OWL.versionIRI)}
    terms = [
        _term(graph, node, kind)
        for kind, owl_class in _KINDS.items()
        for node in graph.subjects(RDF.type, owl_class)
        if str(node).startswith(CKG)
    ]
    return Documentation(
        title=_text(graph, about, DCTERMS.title, RDFS.label),
        description=_text(graph, about, DCTERMS.description),
        version=_text(graph, about, OWL.versionInfo),
        version_iri=_text(graph, about, OWL.versionIRI),
        metadata=tuple((label, values) for label, values in metadata if values),
        versions=dict(sorted(versions.items())),
        terms={
            term.iri: term
            for term in sorted(terms, key=lambda each: (each.name.casefold(), each.name))
        },
        value_lists=tuple(_value_lists(graph)),
    )


def _term(graph: Graph, node: Node, kind: str) -> Term:
    is_class = kind == "class"
    above = RDFS.subClassOf if is_class else RDFS.subPropertyOf
    parents = _iris(graph.objects(node, above))
    types = set(graph.objects(node, RDF.type))
    inverses = (*graph.objects(node, OWL.inverseOf), *graph.subjects(OWL.inverseOf, node))
    same = OWL.equivalentClass if is_class else OWL.equivalentProperty
    return Term(
        iri=str(node),
        kind=kind,
        label=_text(graph, node, RDFS.label),
        definition=_meaning(graph, node),
        notes=_notes(graph, node),
        examples=_texts(graph, node, SKOS.example),
        parents=tuple(each for each in parents if each.startswith(CKG)),
        children=tuple(each for each in _iris(graph.subjects(above, node)) if each.startswith(CKG)),
        aligned=tuple(each for each in parents if not each.startswith(CKG)),
        equivalents=_expressions(graph, node, same),
        disjoint=_disjoint(graph, node, is_class=is_class),
        domain=_expressions(graph, node, RDFS.domain),
        range=_expressions(graph, node, RDFS.range),
        inverses=_iris(inverses),
        characteristics=tuple(said for each, said in _CHARACTERISTICS.items() if each in types),
        chains=_lists(graph, node, OWL.propertyChainAxiom, "then"),
        keys=_lists(graph, node, OWL.hasKey, "and"),
        used_as_domain=_iris(graph.subjects(RDFS.domain, node)),
        used_as_range=_iris(graph.subjects(RDFS.range, node)),
        deprecated=_text(graph, node, OWL.deprecated) in ("true", "1"),
        successors=_iris(graph.objects(node, DCTERMS.isReplacedBy)),
    )


def _value_lists(graph: Graph) -> Iterator[ValueList]:
    for scheme in sorted(graph.subjects(RDF.type, SKOS.ConceptScheme), key=str):
        concepts = sorted(graph.subjects(SKOS.inScheme, scheme), key=str)
        kinds = {str(kind) for each in concepts for kind in graph.objects(each, RDF.type)}
        yield ValueList(
            iri=str(scheme),
            label=_text(graph, scheme, RDFS.label),
            definition=_meaning(graph, scheme),
            classes=tuple(sorted(kind for kind in kinds if kind.startswith(CKG))),
            values=tuple(
                ListedValue(
                    iri=str(each),
                    label=_text(graph, each, SKOS.prefLabel, RDFS.label),
                    definition=_meaning(graph, each),
                    notes=_notes(graph, each),
                )
                for each in concepts
            ),
        )


def _notes(graph: Graph, node: Node) -> tuple[str, ...]:
    return (*_texts(graph, node, SKOS.scopeNote), *_texts(graph, node, SKOS.editorialNote))


def _texts(graph: Graph, node: Node, prop: URIRef) -> tuple[str, ...]:
    return tuple(sorted(map(str, graph.objects(node, prop))))


def _text(graph: Graph, node: Node, *properties: URIRef) -> str:
    """Return the one text of the first property that has any, or the English one of several."""
    for prop in properties:
        values = sorted(
            graph.objects(node, prop), key=lambda value: getattr(value, "language", "") != "en"
        )
        if values:
            return str(values[0])
    return ""


def _meaning(graph: Graph, node: Node) -> str:
    return _text(graph, node, SKOS.definition, DCTERMS.description, RDFS.comment)


def _iris(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Return the IRIs among `nodes`, those of the ontology first."""
    iris = {str(node) for node in nodes if not isinstance(node, BNode)}
    return tuple(sorted(iris, key=lambda iri: (not iri.startswith(CKG), iri.casefold(), iri)))


def _disjoint(graph: Graph, node: Node, *, is_class: bool) -> tuple[str, ...]:
    one = OWL.disjointWith if is_class else OWL.propertyDisjointWith
    several = OWL.AllDisjointClasses if is_class else OWL.AllDisjointProperties
    found = {*graph.objects(node, one), *graph.subjects(one, node)}
    for axiom in graph.subjects(RDF.type, several):
        for members in graph.objects(axiom, OWL.members):
            among = set(Collection(graph, members))
            if node in among:
                found |= among
    return _iris(found - {node})


def _expressions(graph: Graph, node: Node, prop: URIRef) -> tuple[Expression, ...]:
    return tuple(sorted(_expression(graph, each) for each in graph.objects(node, prop)))


def _expression(graph: Graph, node: Node) -> Expression:
    if not isinstance(node, BNode):
        return (str(node),)
    for prop, word in _CONNECTIVES.items():
        for members in graph.objects(node, prop):
            return _between(word, graph, members)
    for negated in graph.objects(node, OWL.complementOf):
        return ("not", *_expression(graph, negated))
    restricted = _text(graph, node, OWL.onProperty)
    for prop, words in _RESTRICTIONS.items():
        for value in graph.objects(node, prop):
            return (words, restricted, "is", *_expression(graph, value))
    for prop, words in _COUNTS.items():
        for number in graph.objects(node, prop):
            return (f"{words} {number} values of", restricted)
    return ("a restriction on", restricted) if restricted else ("an expression",)


def _lists(graph: Graph, node: Node, prop: URIRef, word: str) -> tuple[Expression, ...]:
    return tuple(sorted(_between(word, graph, each) for each in graph.objects(node, prop)))


def _between(word: str, graph: Graph, members: Node) -> Expression:
    """Return the members of a list as one expression, with `word` between them."""
    found = (_expression(graph, each) for each in Collection(graph, members))
    return tuple([part for each in found for part in (word, *each)][1:])
