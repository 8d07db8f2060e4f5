"""The endpoint's description of itself (SPARQL 1.1 Service Description)."""

from typing import Final

from cstokg.analysis.statistics import count_terms
from cstokg.namespaces import DERIVED_GRAPH, short_graph_name
from cstokg.store import GraphResult
from cstokg.web.http.authorization import accepts_writes
from cstokg.web.http.responses import render_graph
from cstokg.web.site import Site

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
"""The name of each format of answers among https://www.w3.org/ns/formats/."""


def describe_service(address: str, site: Site) -> GraphResult:
    """Return the description of the endpoint at `address` and of the graphs of `site`."""
    return render_graph(
        "service.ttl",
        address=address,
        formats=list(FORMAT_IRIS.values()),
        writable=accepts_writes(),
        triples=site.once(count_terms).triples,
        graphs=site.graphs,
        short_graph_name=short_graph_name,
        derived=DERIVED_GRAPH,
    )
