"""The endpoint's description of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cstokg.namespaces import RDF, VOID, XSD, short_graph_name
from cstokg.store import GraphResult

if TYPE_CHECKING:
    from collections.abc import Mapping

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)


def describe_service(address: str, graphs: Mapping[str, int]) -> GraphResult:
    """Return the description of the endpoint at `address` over `graphs` and their triples."""
    service, dataset, union = address, f"{address}#dataset", f"{address}#default-graph"
    lines = [
        _links(service, RDF + "type", _SD + "Service"),
        _links(service, _SD + "endpoint", address),
        _links(service, _SD + "supportedLanguage", _SD + "SPARQL11Query"),
        _links(service, _SD + "feature", _SD + "UnionDefaultGraph"),
        _links(service, _SD + "defaultDataset", dataset),
        _links(dataset, RDF + "type", _SD + "Dataset"),
        _links(dataset, _SD + "defaultGraph", union),
        _links(union, RDF + "type", _SD + "Graph"),
    ]
    lines += [_links(service, _SD + "resultFormat", _FORMATS + name) for name in _RESULT_FORMATS]
    for name, triples in graphs.items():
        named = f"{address}#{short_graph_name(name)}"
        graph = f"{named}/triples"
        lines += [
            _links(dataset, _SD + "namedGraph", named),
            _links(named, RDF + "type", _SD + "NamedGraph"),
            _links(named, _SD + "name", name),
            _links(named, _SD + "graph", graph),
            _links(graph, RDF + "type", _SD + "Graph"),
            f'<{graph}> <{VOID}triples> "{triples}"^^<{XSD}integer> .\n',
        ]
    return GraphResult("".join(sorted(lines)).encode())


def _links(subject: str, predicate: str, target: str) -> str:
    return f"<{subject}> <{predicate}> <{target}> .\n"
