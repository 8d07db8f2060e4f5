"""The dataset's description of itself, where crawlers look for it (VoID, section 7.2)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response

from cstokg.analysis.statistics import count_terms
from cstokg.dataset.metadata import DATASET
from cstokg.formats import formats_for
from cstokg.namespaces import META_GRAPH, RESOURCE, compact
from cstokg.web.http.responses import answer_graph, render_graph
from cstokg.web.protocol.graph_store import graph_address
from cstokg.web.protocol.service_description import FORMAT_IRIS
from cstokg.web.site import current_site

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
    site = current_site()
    return answer_graph(
        lambda _: render_graph(
            "void.ttl",
            dataset=DATASET,
            known=site.query(_KNOWN).serialize("ntriples").decode(),
            space=RESOURCE,
            statistics=site.once(count_terms),
            features=[FORMAT_IRIS[row.name] for row in formats_for("graph")],
            graphs=site.graphs,
            graph_address=graph_address,
            name_in_address=lambda iri: quote(compact(iri), safe=":"),
        )
    )
