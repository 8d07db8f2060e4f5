"""The SPARQL endpoint (SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, json, make_response, render_template, request, url_for

from cstokg.analysis.display import display_rows
from cstokg.dataset.changes import SparqlUpdate
from cstokg.errors import QueryError
from cstokg.formats import formats_for
from cstokg.store import Written
from cstokg.web.http import conditional, parameters
from cstokg.web.http.authorization import accepts_writes
from cstokg.web.http.negotiation import HTML, NoSuchRepresentation, negotiate_or_page
from cstokg.web.http.problems import BadQuery
from cstokg.web.http.responses import answer_graph, written
from cstokg.web.ops import telemetry
from cstokg.web.protocol.cancellation import stoppable
from cstokg.web.protocol.operations import FORM, QUERY, UPDATE, QueryRequest, read_operation
from cstokg.web.protocol.service_description import describe_service
from cstokg.web.protocol.updates import make_change
from cstokg.web.site import Answered, ask, current_site, note_answer

if TYPE_CHECKING:
    from cstokg.formats import Kind
    from cstokg.store import Result
    from cstokg.web.http.negotiation import Representation

bp = Blueprint("sparql", __name__)

ROWS_SHOWN: Final = 1000
"""How many rows the page shows; the downloads have all of them."""

_PAGE: Final = f"{HTML}; charset=utf-8"
_KINDS: Final[tuple[Kind, ...]] = ("select", "ask", "graph")


@bp.route("/sparql", methods=["GET", "POST", "QUERY"])
def endpoint() -> Response:
    """Answer a query, make an update, or show the form or describe the service."""
    if request.method in ("GET", "HEAD") and not {"query", "update"} & request.args.keys():
        return _without_query()
    asked = read_operation()
    if isinstance(asked, SparqlUpdate):
        return _update(asked)
    telemetry.note_query(asked.query)
    cacheable = request.method in ("GET", "HEAD") and not conditional.changes(asked.query)
    if cacheable and request.if_none_match:
        known = conditional.unchanged(_content_types(asked.format))
        if known is not None:
            return known
    with stoppable():
        response = _answer(asked)
    return conditional.tagged(response) if cacheable else response


@bp.after_request
def accept_queries(response: Response) -> Response:
    """Say in which forms a query may come as the content of POST and QUERY."""
    response.headers["Accept-Post"] = response.headers["Accept-Query"] = f"{QUERY}, {FORM}"
    if accepts_writes():
        response.headers["Accept-Post"] += f", {UPDATE}"
    return response


def _without_query() -> Response:
    """Show the form to a person; to a program, the service description (SD 1.1, section 2)."""
    name = parameters.of_address().get("format", "")
    if negotiate_or_page("graph", name) is None:
        return make_response(_page("", None))
    address = url_for("sparql.endpoint", _external=True)
    return answer_graph(lambda _: describe_service(address, current_site()), name)


def _update(update: SparqlUpdate) -> Response:
    telemetry.note_query(update.text)
    try:
        commit = make_change(update)
    except QueryError as error:
        raise BadQuery(error, update.text) from error
    made = {"added": commit.added, "removed": commit.removed, "state": commit.state}
    return Response(json.dumps(made), content_type="application/json")


def _answer(asked: QueryRequest) -> Response:
    begun = time.perf_counter()
    offers = _offers(asked.format)
    formats = {kind: chosen.format.name for kind, chosen in offers.items() if chosen is not None}
    try:
        result = ask(asked.query, formats, asked.default_graphs, asked.named_graphs)
    except QueryError as error:
        raise BadQuery(error, asked.query) from error
    chosen = negotiate_or_page(result.kind, asked.format)
    if chosen is not None and isinstance(result, Written):
        state = current_site().state
        note_answer(Answered(result.kind, formats, asked.query, conditional.place(), state))
        return written(result, chosen.content_type)
    if isinstance(result, Written):
        raise TypeError("a page was asked for, and the answer is written already")
    page = _page(asked.query, result, time.perf_counter() - begun)
    return Response(page, content_type=_PAGE)


def _offers(format_name: str) -> dict[Kind, Representation | None]:
    """Return what the answer would come as for each kind that it may be of, None for a page.

    Which kind a query is, its answer tells. A kind that would not be acceptable is left out.
    """
    offers = {}
    for kind in _KINDS:
        with suppress(NoSuchRepresentation):
            offers[kind] = negotiate_or_page(kind, format_name)
    return offers


def _content_types(format_name: str) -> set[str]:
    """Return what the answer may come as."""
    offers = _offers(format_name).values()
    return {_PAGE if chosen is None else chosen.content_type for chosen in offers}


def _page(query: str, result: Result | None, seconds: float = 0) -> str:
    site = current_site()
    rows, count = [], 0
    if result is not None and result.kind == "select":
        rows, count = display_rows(result, ROWS_SHOWN), len(result)
    return render_template(
        "sparql.html",
        query=query,
        result=result,
        data=_data(result, count, seconds),
        rows=rows,
        row_count=count,
        turtle=_turtle(result),
        formats=() if result is None else formats_for(result.kind),
        questions=site.questions,
        prefixes=site.prefixes,
    )


def _data(result: Result | None, rows: int, seconds: float) -> dict[str, Any] | None:
    """Return the answer as the editor takes it, so that it need not ask a second time.

    None where there is no answer, or a long one.
    """
    if result is None or rows > ROWS_SHOWN:
        return None
    chosen = formats_for(result.kind)[0]
    text = result.serialize(chosen.name).decode()
    return {"text": text, "type": chosen.media_type, "seconds": round(seconds, 4)}


def _turtle(result: Result | None) -> str:
    if result is None or result.kind != "graph":
        return ""
    return result.serialize("turtle").decode()
