"""The downloads: the dataset in each format, with sizes and hashes, and how to cite it."""

from importlib.abc import Traversable
from importlib.resources import files
from typing import Final

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from cstokg.dataset.metadata import LICENSE
from cstokg.settings import PACKAGE
from cstokg.web.catalog.export_files import NAMES, SUMS, Exports
from cstokg.web.http import conditional
from cstokg.web.http.negotiation import HTML
from cstokg.web.pages.home import summary_of
from cstokg.web.site import current_site

bp = Blueprint("downloads", __name__)

CITATION: Final = "CITATION.cff"


@bp.get("/downloads")
def page() -> Response:
    """Show what can be downloaded; sizes and hashes as far as the files have been made."""
    site = current_site()
    exports = site.once(Exports)
    exports.begin()
    complete = exports.complete  # once: the files are made meanwhile
    body = render_template(
        "downloads.html",
        formats=NAMES,
        files=exports.files,
        complete=complete,
        unwritable=exports.unwritable,
        summary=site.once(summary_of),
        licence=LICENSE,
    )
    response = Response(body, content_type=f"{HTML}; charset=utf-8")
    if not complete:
        response.headers["Cache-Control"] = "no-store"
        return response
    return conditional.tagged(response)


@bp.get("/downloads/<name>")
def file(name: str) -> Response:
    """Answer with one file; it is made now if it has not been."""
    exports = current_site().once(Exports)
    if name == SUMS:
        text = exports.checksums()
        return conditional.tagged(Response(text, content_type="text/plain; charset=utf-8"))
    if name == CITATION:
        return citation()
    if name not in NAMES:
        raise NotFound(f"There is no download {name[:80]!r}; there are: {', '.join(_all())}.")
    made = exports.get(name)
    response = Response(made.content, mimetype=NAMES[name].media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    # A weak tag: under compression the same file has other bytes.
    response.set_etag(made.sha256, weak=True)
    response.cache_control.no_cache = True
    response.make_conditional(request, accept_ranges=True, complete_length=made.size)
    return response


@bp.get(f"/{CITATION}")
def citation() -> Response:
    """Answer with how to cite the dataset, in the Citation File Format."""
    text = _citation().read_text(encoding="utf-8")
    return conditional.tagged(Response(text, content_type="application/yaml"))


def _all() -> tuple[str, ...]:
    return (*NAMES, SUMS, CITATION)


def _citation() -> Traversable:
    """Return the file at the top of the checkout, or its copy in an installed package."""
    inside = files("cstokg") / "_project" / CITATION
    return inside if inside.is_file() else PACKAGE.parents[1] / CITATION
