"""The shapes, and whether a graph that is posted conforms to them (SHACL).

https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Blueprint, Response, current_app, json, make_response, render_template
from werkzeug.exceptions import NotFound

from cstokg.formats import find_format, formats_for
from cstokg.shacl.posted_graph import PostedGraph
from cstokg.web.http import conditional, parameters
from cstokg.web.http.authorization import may_write
from cstokg.web.http.negotiation import HTML, choose, negotiate_or_page
from cstokg.web.http.problems import show_finding
from cstokg.web.http.rdf_body import ACCEPT_POST, read_graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from cstokg.shacl.posted_graph import ValidationResult
    from cstokg.store import Result

bp = Blueprint("shacl", __name__)

_KEY: Final = "cstokg.validator"
_JSON: Final = "application/json"
_PAGE: Final = f"{HTML}; charset=utf-8"

# As for the errors of writes, "application/json" is the findings; JSON-LD has its own media type.
_OFFERS: Final = {
    **{row.name: row.media_type for row in formats_for("graph")},
    "json": _JSON,
    "html": HTML,
}


@dataclass(frozen=True)
class Validator:
    """The shapes of the dataset, and what validates a graph within bounds."""

    shapes: Result
    validate: Callable[[PostedGraph], ValidationResult]


def install(app: Flask, validator: Validator | None) -> None:
    """Make `app` validate graphs, or none."""
    app.extensions[_KEY] = validator


@bp.get("/shacl")
def shapes() -> Response:
    """Answer the shapes as a graph; to a browser, how a graph is validated."""
    known = _validator().shapes
    name = parameters.of_address().get("format", "")
    chosen = negotiate_or_page("graph", name)
    if chosen is None:
        return make_response(render_template("shacl.html", verdict=None, formats=ACCEPT_POST))
    # The shapes are no part of the dataset, so its version says nothing of theirs.
    variant = sha256(known.serialize("ntriples")).hexdigest()
    same = conditional.unchanged([chosen.content_type], variant)
    if same is not None:
        return same
    payload = known.serialize(chosen.format.name)
    return conditional.tagged(Response(payload, content_type=chosen.content_type), variant)


@bp.post("/shacl")
def validate() -> Response:
    """Validate the graph in the request's content; nothing is stored.

    `?alone` leaves the dataset out.
    """
    validator = _validator()
    values = parameters.of_address()
    chosen = choose(_OFFERS, values.get("format", ""))  # before the work
    may_write()  # then the graph may be a long one
    posted = PostedGraph(*read_graph(), alone="alone" in values)
    result = validator.validate(posted)
    if chosen == "json":
        return Response(json.dumps(_describe(result)), content_type=_JSON)
    if chosen == "html":
        page = render_template("shacl.html", verdict=_describe(result), formats=ACCEPT_POST)
        return Response(page, content_type=_PAGE)
    row = find_format(chosen, "graph")
    charset = "; charset=utf-8" if row.media_type.startswith("text/") else ""
    return Response(result.report.serialize(row.name), content_type=f"{row.media_type}{charset}")


@bp.after_request
def accept_graphs(response: Response) -> Response:
    """Say in which formats a graph may come."""
    response.headers["Accept-Post"] = ACCEPT_POST
    return response


def _validator() -> Validator:
    validator = cast("Validator | None", current_app.extensions[_KEY])
    if validator is None:
        raise NotFound("This server has no shapes.")
    return validator


def _describe(result: ValidationResult) -> dict[str, Any]:
    """Return the result as `cstokg validate --json` has it, each finding as the 422 of a write."""
    return {
        "conforms": result.conforms,
        "triples": result.triples,
        "shapes": result.shapes,
        "findings": [show_finding(each) for each in result.findings],
    }
