"""The endpoint's description of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cstokg.analysis.statistics import count_terms
from cstokg.formats import FORMATS
from cstokg.namespaces import DERIVED_GRAPH, RDF, RDFS, VOID, XSD, short_graph_name
from cstokg.store import GraphResult
from cstokg.web.http.authorization import accepts_writes

if TYPE_CHECKING:
    from cstokg.web.site import Site

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_SIMPLE: Final = "http://www.w3.org/ns/entailment/Simple"

_FORMATS: Final = "http://www.w3.org/ns/formats/"
FORMAT_IRIS: Final = {
    "json": _FORMATS + "SPARQL_Results_JSON",
    "xml": _FORMATS + "SPARQL_Results_XML",
    "csv": _FORMATS + "SPARQL_Results_CSV",
    "tsv": _FORMATS + "SPARQL_Results_TSV",
    "turtle": _FORMATS + "Turtle",
    "ntriples": _FORMATS + "N-Triples",
    "rdfxml": _FORMATS + "RDF_XML",
    "jsonld": _FORMATS + "JSON-LD",
    "trig": _FORMATS + "TriG",
    "nquads": _FORMATS + "N-Quads",
}
"""The name of each format of our table among https://www.w3.org/ns/formats/."""

_ENTAILMENT: Final = (
    "Queries are matched under simple entailment. What follows from the other graphs by the rules "
    "of OWL 2 RL is written out in this graph."
)


def describe_service(address: str, site: Site) -> GraphResult:
    """Return the description of the endpoint at `address` and of the graphs of `site`."""
    service, dataset, union = address, f"{address}#dataset", f"{address}#default-graph"
    collection = f"{address}#graphs"
    lines = [
        link(service, RDF + "type", _SD + "Service"),
        link(service, _SD + "endpoint", address),
        link(service, _SD + "supportedLanguage", _SD + "SPARQL10Query"),
        link(service, _SD + "supportedLanguage", _SD + "SPARQL11Query"),
        link(service, _SD + "feature", _SD + "UnionDefaultGraph"),
        link(service, _SD + "defaultEntailmentRegime", _SIMPLE),
        link(service, _SD + "defaultDataset", dataset),
        link(service, _SD + "availableGraphs", collection),
        link(dataset, RDF + "type", _SD + "Dataset"),
        link(dataset, _SD + "defaultGraph", union),
        link(collection, RDF + "type", _SD + "GraphCollection"),
        link(union, RDF + "type", _SD + "Graph"),
        count(union, VOID + "triples", site.once(count_terms).triples),
    ]
    if accepts_writes():
        lines.append(link(service, _SD + "supportedLanguage", _SD + "SPARQL11Update"))
    lines += [link(service, _SD + "resultFormat", FORMAT_IRIS[row.name]) for row in FORMATS]
    for name, triples in site.graphs.items():
        named = f"{address}#{short_graph_name(name)}"
        graph = f"{named}/triples"
        lines += [
            link(dataset, _SD + "namedGraph", named),
            link(collection, _SD + "namedGraph", named),
            link(named, RDF + "type", _SD + "NamedGraph"),
            link(named, _SD + "name", name),
            link(named, _SD + "graph", graph),
            link(named, _SD + "entailmentRegime", _SIMPLE),
            link(graph, RDF + "type", _SD + "Graph"),
            count(graph, VOID + "triples", triples),
        ]
        if name == DERIVED_GRAPH:
            lines.append(f'<{named}> <{RDFS}comment> "{_ENTAILMENT}"@en .\n')
    return GraphResult("".join(sorted(lines)).encode())


def link(subject: str, predicate: str, target: str) -> str:
    """Return a line of N-Triples in which all terms are IRIs."""
    return f"<{subject}> <{predicate}> <{target}> .\n"


def count(subject: str, predicate: str, number: int) -> str:
    """Return a line of N-Triples with a whole number."""
    return f'<{subject}> <{predicate}> "{number}"^^<{XSD}integer> .\n'
