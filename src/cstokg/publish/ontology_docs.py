"""What the ontology says of each of its terms, for its documentation.

Read from the graph of the ontology alone. It knows no HTTP and writes no markup: a class
expression is a row of parts, each a word or an IRI.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cstokg.namespaces import CKG, DCTERMS, OWL, RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib import Graph
    from rdflib.term import Node

ONTOLOGY: Final = CKG.removesuffix("#")

_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_VANN: Final = "http://purl.org/vocab/vann/"

_KINDS: Final = {
    "class": OWL + "Class",
    "object property": OWL + "ObjectProperty",
    "datatype property": OWL + "DatatypeProperty",
    "annotation property": OWL + "AnnotationProperty",
}

# The characteristics of OWL 2 in words for readers.
_CHARACTERISTICS: Final = {
    "FunctionalProperty": "functional: at most one value",
    "InverseFunctionalProperty": "inverse functional: a value belongs to at most one thing",
    "TransitiveProperty": "transitive",
    "SymmetricProperty": "symmetric: true in both directions",
    "AsymmetricProperty": "asymmetric: never true in both directions",
    "ReflexiveProperty": "reflexive: true of each thing and itself",
    "IrreflexiveProperty": "irreflexive: never of a thing and itself",
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
class Value:
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
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Branch:
    """A term and what is below it."""

    iri: str
    children: tuple[Branch, ...]


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
    reader = _Reader(graph)
    about = reader.node(ONTOLOGY)
    return Documentation(
        title=reader.text(about, DCTERMS + "title") or reader.text(about, RDFS + "label"),
        description=reader.text(about, DCTERMS + "description"),
        version=reader.text(about, OWL + "versionInfo"),
        version_iri=reader.text(about, OWL + "versionIRI"),
        metadata=tuple(reader.metadata(about)),
        versions=reader.versions(),
        terms={term.iri: term for term in sorted(reader.terms(), key=_by_name)},
        value_lists=tuple(reader.value_lists()),
    )


def _by_name(term: Term) -> tuple[str, str]:
    return term.name.casefold(), term.name


class _Reader:
    """Reads a graph of an ontology."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def node(self, iri: str) -> Node:
        from rdflib import URIRef

        return URIRef(iri)

    def texts(self, node: Node, prop: str) -> tuple[str, ...]:
        return tuple(sorted(str(value) for value in self._values(node, prop)))

    def text(self, node: Node, prop: str) -> str:
        """Return the one text, or the English one of several."""
        values = sorted(
            self._values(node, prop), key=lambda value: getattr(value, "language", "") != "en"
        )
        return str(values[0]) if values else ""

    def metadata(self, about: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
        for label, prop in (
            ("Namespace", _VANN + "preferredNamespaceUri"),
            ("Preferred prefix", _VANN + "preferredNamespacePrefix"),
            ("Version IRI", OWL + "versionIRI"),
            ("Previous version", OWL + "priorVersion"),
            ("Creator", DCTERMS + "creator"),
            ("Publisher", DCTERMS + "publisher"),
            ("Created", DCTERMS + "created"),
            ("Issued", DCTERMS + "issued"),
            ("Modified", DCTERMS + "modified"),
            ("Licence", DCTERMS + "license"),
            ("How to cite", DCTERMS + "bibliographicCitation"),
            ("Note", _SKOS + "scopeNote"),
        ):
            values = self.texts(about, prop)
            if values:
                yield label, values

    def versions(self) -> dict[str, str]:
        found = {}
        for part in self._subjects(RDF + "type", OWL + "Ontology"):
            found[str(part)] = str(part)
            for version in self._values(part, OWL + "versionIRI"):
                found[str(version)] = str(part)
        return dict(sorted(found.items()))

    def terms(self) -> Iterator[Term]:
        for kind, owl_class in _KINDS.items():
            for node in self._subjects(RDF + "type", owl_class):
                if str(node).startswith(CKG):
                    yield self._term(node, kind)

    def value_lists(self) -> Iterator[ValueList]:
        for scheme in sorted(self._subjects(RDF + "type", _SKOS + "ConceptScheme"), key=str):
            concepts = sorted(self._subjects(_SKOS + "inScheme", str(scheme)), key=str)
            kinds = {str(kind) for each in concepts for kind in self._values(each, RDF + "type")}
            yield ValueList(
                iri=str(scheme),
                label=self.text(scheme, RDFS + "label"),
                definition=self._meaning(scheme),
                classes=tuple(sorted(kind for kind in kinds if kind.startswith(CKG))),
                values=tuple(
                    Value(
                        iri=str(each),
                        label=self.text(each, _SKOS + "prefLabel")
                        or self.text(each, RDFS + "label"),
                        definition=self._meaning(each),
                        notes=self.texts(each, _SKOS + "scopeNote"),
                    )
                    for each in concepts
                ),
            )

    def _term(self, node: Node, kind: str) -> Term:
        above = RDFS + ("subClassOf" if kind == "class" else "subPropertyOf")
        parents = [str(each) for each in self._values(node, above) if _is_named(each)]
        children = [str(each) for each in self._subjects(above, str(node)) if _is_named(each)]
        types = {str(each).removeprefix(OWL) for each in self._values(node, RDF + "type")}
        same = OWL + ("equivalentClass" if kind == "class" else "equivalentProperty")
        chains = [self._list(each) for each in self._values(node, OWL + "propertyChainAxiom")]
        keys = [self._list(each) for each in self._values(node, OWL + "hasKey")]
        return Term(
            iri=str(node),
            kind=kind,
            label=self.text(node, RDFS + "label"),
            definition=self._meaning(node),
            notes=(
                *self.texts(node, _SKOS + "scopeNote"),
                *self.texts(node, _SKOS + "editorialNote"),
            ),
            examples=self.texts(node, _SKOS + "example"),
            parents=_sorted(each for each in parents if each.startswith(CKG)),
            children=_sorted(each for each in children if each.startswith(CKG)),
            aligned=_sorted(each for each in parents if not each.startswith(CKG)),
            equivalents=self._expressions(node, same),
            disjoint=self._disjoint(node, kind),
            domain=self._expressions(node, RDFS + "domain"),
            range=self._expressions(node, RDFS + "range"),
            inverses=self._inverses(node),
            characteristics=tuple(said for name, said in _CHARACTERISTICS.items() if name in types),
            chains=tuple(sorted(_between("then", chain) for chain in chains)),
            keys=tuple(sorted(_between("and", key) for key in keys)),
            used_as_domain=_sorted(map(str, self._subjects(RDFS + "domain", str(node)))),
            used_as_range=_sorted(map(str, self._subjects(RDFS + "range", str(node)))),
            deprecated=self.text(node, OWL + "deprecated") in ("true", "1"),
            successors=_sorted(self.texts(node, DCTERMS + "isReplacedBy")),
        )

    def _meaning(self, node: Node) -> str:
        return (
            self.text(node, _SKOS + "definition")
            or self.text(node, DCTERMS + "description")
            or self.text(node, RDFS + "comment")
        )

    def _inverses(self, node: Node) -> tuple[str, ...]:
        stated = (*self._values(node, OWL + "inverseOf"),)
        return _sorted(
            str(each)
            for each in (*stated, *self._subjects(OWL + "inverseOf", str(node)))
            if _is_named(each)
        )

    def _disjoint(self, node: Node, kind: str) -> tuple[str, ...]:
        one = OWL + ("disjointWith" if kind == "class" else "propertyDisjointWith")
        all_of = OWL + ("AllDisjointClasses" if kind == "class" else "AllDisjointProperties")
        found = {str(each) for each in (*self._values(node, one), *self._subjects(one, str(node)))}
        for axiom in self._subjects(RDF + "type", all_of):
            for members in self._values(axiom, OWL + "members"):
                among = {part for each in self._list(members) for part in each}
                if str(node) in among:
                    found |= among
        return _sorted(found - {str(node)})

    def _expressions(self, node: Node, prop: str) -> tuple[Expression, ...]:
        return tuple(sorted(self._expression(each) for each in self._values(node, prop)))

    def _expression(self, node: Node) -> Expression:
        """Return a class expression of OWL 2 in words and IRIs (OWL 2 Syntax, section 8)."""
        if _is_named(node):
            return (str(node),)
        for prop, word in (("intersectionOf", "and"), ("unionOf", "or"), ("oneOf", "or")):
            for members in self._values(node, OWL + prop):
                return _between(word, self._list(members))
        for members in self._values(node, OWL + "complementOf"):
            return ("not", *self._expression(members))
        return self._restriction(node)

    def _restriction(self, node: Node) -> Expression:
        prop = self.text(node, OWL + "onProperty")
        for name, words in (
            ("someValuesFrom", ("some value of", "is")),
            ("allValuesFrom", ("every value of", "is")),
            ("hasValue", ("a value of", "is")),
        ):
            for value in self._values(node, OWL + name):
                return (words[0], prop, words[1], *self._expression(value))
        for name, words_of_count in (
            ("minCardinality", "at least"),
            ("maxCardinality", "at most"),
            ("cardinality", "exactly"),
        ):
            for number in self._values(node, OWL + name):
                return (f"{words_of_count} {number} values of", prop)
        return ("a restriction on", prop) if prop else ("an expression",)

    def _list(self, node: Node) -> tuple[Expression, ...]:
        from rdflib.collection import Collection

        return tuple(self._expression(each) for each in Collection(self._graph, node))

    def _values(self, node: Node, prop: str) -> list[Node]:
        return list(self._graph.objects(node, self.node(prop)))

    def _subjects(self, prop: str, value: str) -> list[Node]:
        return list(self._graph.subjects(self.node(prop), self.node(value)))


def _is_named(node: Node) -> bool:
    from rdflib import BNode

    return not isinstance(node, BNode)


def _between(word: str, expressions: Iterable[Expression]) -> Expression:
    """Return `expressions` as one, with `word` between them."""
    parts = [part for each in expressions for part in (word, *each)]
    return tuple(parts[1:])


def _sorted(iris: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(iris), key=lambda iri: (not iri.startswith(CKG), iri.casefold(), iri)))
