"""The page about the project: what it is, whose words it has, and how to read it."""

from flask import Blueprint, Response

from cstokg.analysis.bonds.verdicts import VERDICTS
from cstokg.namespaces import RESOURCE
from cstokg.web.pages.home import summary_of
from cstokg.web.pages.rendering import render_page, unchanged_page
from cstokg.web.site import current_site

bp = Blueprint("about", __name__)


@bp.get("/about")
def page() -> Response:
    """Tell what the project is, how it was made, how to read it, and how to mend it."""
    return unchanged_page() or render_page(
        "about.html",
        summary=current_site().once(summary_of),
        verdicts=VERDICTS,
        mode=f"{RESOURCE}actuality/",
    )
