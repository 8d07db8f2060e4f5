"""The shapes, and the validation of a posted graph against them (SHACL).

https://www.w3.org/TR/shacl/
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, cast

from flask import Blueprint, Flask, Response, current_app, json, make_response, render_template
from werkzeug.exceptions import NotFound

from cstokg.formats import formats_for
from cstokg.shacl.posted_graph import PostedGraph, ValidationResult
from cstokg.store import Result
from cstokg.web.http import conditional, parameters
from cstokg.web.http.authorization import may_write
from cstokg.web.http.negotiation import HTML, choose, negotiate, negotiate_or_page
from cstokg.web.http.problems import show_finding
from cstokg.web.http.rdf_body import ACCEPT_POST, accept_graphs, read_graph

bp = Blueprint("shacl", __name__)
bp.after_request(accept_graphs)

_KEY: Final = "cstokg.validator"
_JSON: Final = "application/json"

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
    chosen = negotiate_or_page("graph", parameters.format_name())
    if chosen is None:
        return _page(None)
    # The shapes are no part of the dataset, so its version says nothing of theirs.
    variant = sha256(known.serialize("ntriples")).hexdigest()
    name = chosen.format.name
    return conditional.answer(lambda: known.serialize(name), chosen.content_type, variant)


@bp.post("/shacl")
def validate() -> Response:
    """Validate the graph in the request's content; nothing is stored.

    `?alone` leaves the dataset out.
    """
    validator = _validator()
    chosen = choose(_OFFERS, parameters.format_name())  # before the work
    may_write()  # then the graph may be a long one
    posted = PostedGraph(*read_graph(), alone="alone" in parameters.of_address())
    result = validator.validate(posted)
    if chosen == "json":
        return Response(json.dumps(_describe(result)), content_type=_JSON)
    if chosen == "html":
        return _page(_describe(result))
    content_type = negotiate("graph", chosen).content_type
    return Response(result.report.serialize(chosen), content_type=content_type)


def _validator() -> Validator:
    validator = cast("Validator | None", current_app.extensions[_KEY])
    if validator is None:
        raise NotFound("This server has no shapes.")
    return validator


def _page(verdict: dict[str, Any] | None) -> Response:
    return make_response(render_template("shacl.html", verdict=verdict, formats=ACCEPT_POST))


def _describe(result: ValidationResult) -> dict[str, Any]:
    """Return the result as `cstokg validate --json` has it, each finding as the 422 of a write."""
    return {
        "conforms": result.conforms,
        "triples": result.triples,
        "shapes": result.shapes,
        "findings": [show_finding(each) for each in result.findings],
        "notes": list(result.notes),
    }
