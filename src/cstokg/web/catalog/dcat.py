"""The dataset as data catalogues list it (DCAT 3, https://www.w3.org/TR/vocab-dcat-3/)."""

from flask import Blueprint, Response, url_for

from cstokg.dataset.metadata import DATASET, LICENSE
from cstokg.namespaces import ONTOLOGY
from cstokg.web.catalog.export_files import NAMES, Exports
from cstokg.web.http import parameters
from cstokg.web.http.negotiation import negotiate_or_page
from cstokg.web.http.responses import answer_graph, render_graph
from cstokg.web.pages.home import summary_of
from cstokg.web.pages.rendering import see_other
from cstokg.web.site import current_site

bp = Blueprint("catalog", __name__)


@bp.get("/catalog")
def catalog() -> Response:
    """Describe the dataset, its files and its services; a person is sent to the downloads.

    It waits for the files.
    """
    if negotiate_or_page("graph", parameters.format_name()) is None:
        return see_other(url_for("downloads.page"))
    site = current_site()
    return answer_graph(
        lambda _: render_graph(
            "catalog.ttl",
            dataset=DATASET,
            licence=LICENSE,
            ontology=ONTOLOGY,
            summary=site.once(summary_of),
            formats=NAMES,
            exports=site.once(Exports),
        )
    )
