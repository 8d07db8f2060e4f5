"""Why a triple is in the graph, or is not: `/why?s=&p=&o=`; why a row is: `/why?query=&row=`."""

from typing import Final

from flask import Blueprint, Response, make_response, render_template
from werkzeug.exceptions import BadRequest

from cstokg.analysis.reasons import rows
from cstokg.analysis.reasons.triples import to_answer, why
from cstokg.store.sparql.row_triples import read_row
from cstokg.web.answers.rendering import respond
from cstokg.web.http import parameters
from cstokg.web.pages.names import label
from cstokg.web.site import current_site

bp = Blueprint("why", __name__)

_TERMS: Final = ("s", "p", "o")


@bp.get("/why")
def page() -> Response:
    """Say of a triple what it rests on or lacks, or of a row of a query which triples give it."""
    parameters.refuse_others((*_TERMS, "query", "row"))
    values = parameters.of_address()
    if query := values.get("query", ""):
        found = rows.why_row(current_site().service, query, read_row(values.get("row", "")))
        return respond(rows.to_answer(found, query, label), "why.html", terms={})
    terms = {name: values.get(name, "").strip() for name in _TERMS}
    if not any(terms.values()):
        return make_response(render_template("why.html", answer=None, terms=terms))
    if missing := [name for name in _TERMS if not terms[name]]:
        raise BadRequest(f"A triple has three terms: s, p and o. What is missing: {missing[0]}.")
    one = why(current_site().service, *terms.values())
    return respond(to_answer(one, label), "why.html", terms=terms)
