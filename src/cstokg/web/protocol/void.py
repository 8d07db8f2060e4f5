"""The dataset's description of itself, where crawlers look for it (VoID, section 7.2)."""

from functools import cache
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, render_template

from cstokg.analysis.statistics import count_property_uses, count_terms
from cstokg.dataset.metadata import DATASET
from cstokg.formats import formats_for
from cstokg.namespaces import META_GRAPH, RESOURCE, compact
from cstokg.web.http.responses import answer_graph, read_graph
from cstokg.web.protocol.graph_store import graph_address
from cstokg.web.protocol.service_description import FORMAT_IRIS
from cstokg.web.site import Site, current_site

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
    return answer_graph(lambda _: read_graph(describe_dataset(current_site())))


def describe_dataset(site: Site) -> str:
    """Return the description of the dataset of `site`, in Turtle."""
    return render_template(
        "void.ttl",
        dataset=DATASET,
        known=site.query(_KNOWN).serialize("ntriples").decode(),
        space=RESOURCE,
        statistics=site.once(count_terms),
        features=[FORMAT_IRIS[row.name] for row in formats_for("graph")],
        graphs=site.graphs,
        graph_address=graph_address,
        partitions=site.once(_describe_partitions),
    )


def _describe_partitions(site: Site) -> str:
    """Return the partitions, by far the most of the description, for any address of this server."""
    return render_template(
        "partitions.ttl",
        dataset=DATASET,
        statistics=site.once(count_terms),
        uses=count_property_uses(site),
        name_in_address=cache(lambda iri: quote(compact(iri), safe=":")),
    )
