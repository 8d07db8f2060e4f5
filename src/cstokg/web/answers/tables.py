"""Tables for spreadsheets: of each class, and by year; as pages, CSV, XLSX and JSON."""

from flask import Blueprint, Response

from cstokg.analysis.tables.table import BY_YEAR, table
from cstokg.namespaces import shorten
from cstokg.web.answers.rendering import respond
from cstokg.web.http import parameters
from cstokg.web.pages.browse import listing_of
from cstokg.web.pages.names import reader
from cstokg.web.pages.rendering import render_page
from cstokg.web.site import current_site

bp = Blueprint("tables", __name__)


@bp.get("/table")
def listing() -> Response:
    """List the tables: those by year, and one for each class that has things."""
    classes = current_site().once(listing_of).by_class
    return render_page("tables.html", classes=classes, by_year=BY_YEAR, shorten=shorten)


@bp.get("/table/<name>")
def page(name: str) -> Response:
    """Show a table; after a point its name may have the format. Raises UnknownClassError."""
    name, _, suffix = name.partition(".")
    parameters.refuse_others(("involves",))
    involves = list(filter(str.strip, parameters.of_address().getlist("involves")))
    site = current_site()
    used = site.once(listing_of).by_class
    found = table(site, name, involves=involves, labels=reader().labels, used=used)
    return respond(found, "table.html", suffix=suffix, name=name, involves=involves)
