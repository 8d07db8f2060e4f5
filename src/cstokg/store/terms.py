"""Terms of the engine as terms of rdflib, and back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef

from cstokg.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

    Triple = tuple[Node, Node, Node]
else:
    Triple = tuple

EngineTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


@lru_cache(maxsize=65_536)
def to_rdflib(term: EngineTerm) -> Node:
    """Return the rdflib term; a literal keeps its lexical form, valid or not."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        if term.datatype.value == _XSD_STRING:
            # rdflib takes "x" and "x"^^xsd:string for two terms; RDF 1.1 makes them one.
            return Literal(term.value)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise TypeError(f"rdflib has no term for the quoted triple {term}")


def is_iri(text: str) -> bool:
    """Return True if `text` is an absolute IRI."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def triple_to_rdflib(triple: ox.Triple) -> Triple:
    """Return the triple in terms of rdflib."""
    return to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)


def triple_from_rdflib(triple: Triple) -> ox.Triple:
    """Return the triple in the engine's terms."""
    return ox.Triple(*map(from_rdflib, triple))  # type: ignore[arg-type]


def plain_graph(triples: Iterable[Triple] = ()) -> Graph:
    """Return a new rdflib graph of `triples` that has the project's prefixes."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for triple in triples:
        graph.add(triple)
    return graph


def from_rdflib(term: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the engine's term."""
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        if term.datatype is not None:
            return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
        return ox.Literal(str(term))
    raise TypeError(f"{term!r} is not a term of RDF")
