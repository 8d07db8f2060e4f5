"""The dataset's description of itself, where crawlers look for it (VoID, section 7.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Blueprint, Response, url_for

from cstokg.analysis.statistics import count_terms
from cstokg.dataset.metadata import DATASET
from cstokg.formats import formats_for
from cstokg.namespaces import META_GRAPH, RDF, RESOURCE, VOID, compact
from cstokg.store import GraphResult
from cstokg.web.http import parameters
from cstokg.web.http.responses import answer_graph
from cstokg.web.protocol.graph_store import graph_address
from cstokg.web.protocol.service_description import FORMAT_IRIS, count, link
from cstokg.web.site import current_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cstokg.web.site import Site

bp = Blueprint("void", __name__)

_KNOWN: Final = f"""
CONSTRUCT {{ ?set ?property ?value }} WHERE {{
  GRAPH <{META_GRAPH}> {{ ?set a void:Dataset ; ?property ?value }}
  FILTER(?property != prov:wasDerivedFrom)
}}
"""


@bp.get("/.well-known/void")
def description() -> Response:
    """Describe the dataset: its graphs, vocabularies, and the uses of each class and property."""
    address = url_for("void.description", _external=True)
    name = parameters.of_address().get("format", "")
    return answer_graph(lambda _: describe_dataset(address, current_site()), name)


def describe_dataset(address: str, site: Site) -> GraphResult:
    """Return what the dataset says of itself, and what can be counted, for `address`."""
    known = site.query(_KNOWN)
    lines = {*known.serialize("ntriples").decode().splitlines(keepends=True)}
    lines.update(_counted(address, site))
    return GraphResult("".join(sorted(lines)).encode())


def _counted(address: str, site: Site) -> Iterator[str]:
    statistics = site.once(count_terms)
    yield link(address, RDF + "type", VOID + "DatasetDescription")
    yield link(address, "http://xmlns.com/foaf/0.1/primaryTopic", DATASET)
    yield link(DATASET, VOID + "sparqlEndpoint", url_for("sparql.endpoint", _external=True))
    yield link(DATASET, VOID + "dataDump", graph_address(None))
    yield f'<{DATASET}> <{VOID}uriSpace> "{RESOURCE}" .\n'
    yield count(DATASET, VOID + "distinctSubjects", statistics.subjects)
    yield count(DATASET, VOID + "distinctObjects", statistics.objects)
    yield count(DATASET, VOID + "classes", len(statistics.classes))
    yield count(DATASET, VOID + "properties", len(statistics.properties))
    for row in formats_for("graph"):
        yield link(DATASET, VOID + "feature", FORMAT_IRIS[row.name])
    for namespace in statistics.vocabularies:
        yield link(DATASET, VOID + "vocabulary", namespace)
    for name in site.graphs:
        yield link(DATASET, VOID + "subset", name)
        yield link(name, VOID + "dataDump", graph_address(name))
    for iri, entities in statistics.classes.items():
        part = _part(address, "class", iri)
        yield link(DATASET, VOID + "classPartition", part)
        yield link(part, VOID + "class", iri)
        yield count(part, VOID + "entities", entities)
    for iri, triples in statistics.properties.items():
        part = _part(address, "property", iri)
        yield link(DATASET, VOID + "propertyPartition", part)
        yield link(part, VOID + "property", iri)
        yield count(part, VOID + "triples", triples)


def _part(address: str, kind: str, iri: str) -> str:
    return f"{address}#{kind}/{quote(compact(iri), safe=':')}"
