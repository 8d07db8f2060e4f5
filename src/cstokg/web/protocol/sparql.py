"""The SPARQL endpoint (SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/)."""

import time
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, json, make_response, render_template, request, url_for
from flask.globals import request_ctx
from werkzeug.sansio.utils import get_current_url

from cstokg.analysis.display import display_rows
from cstokg.analysis.term_warnings import read_terms, warn_of_terms
from cstokg.dataset.changes import SparqlUpdate
from cstokg.formats import Kind, formats_for
from cstokg.store import Answer, QueryOptions, SelectResult, SerializedResult
from cstokg.web.http import conditional, parameters
from cstokg.web.http.authorization import accepts_writes
from cstokg.web.http.compression import best_coding
from cstokg.web.http.headers import FURTHER
from cstokg.web.http.negotiation import HTML, negotiate_each, negotiate_or_page
from cstokg.web.http.responses import answer_graph, respond
from cstokg.web.http.tables import wants_mark
from cstokg.web.ops import telemetry
from cstokg.web.protocol.cancellation import query_id
from cstokg.web.protocol.examples import put_beside
from cstokg.web.protocol.operations import FORM, QUERY, UPDATE, QueryRequest, read_operation
from cstokg.web.protocol.service_description import describe_service
from cstokg.web.site import apply_change, current_site

bp = Blueprint("sparql", __name__)

ROWS_SHOWN: Final = 1000
"""How many rows the page shows; the downloads have all of them."""

WARNING: Final = "X-Query-Warning"
"""The header that names terms of the ontology in a query that are not there."""

_LONGEST_ADDRESS: Final = 6000
"""The characters of an address that every server and proxy takes."""

_PAGE: Final = f"{HTML}; charset=utf-8"
_KINDS: Final[tuple[Kind, ...]] = ("select", "ask", "graph")
_base_iri = lru_cache(maxsize=256)(get_current_url)  # to put it together takes long


@bp.route("/sparql", methods=["GET", "POST", "QUERY"])
def endpoint() -> Response:
    """Answer a query, make an update, or show the form or describe the service."""
    reads = request.method in ("GET", "HEAD")
    if reads and not {"query", "update"} & parameters.of_address().keys():
        return _without_query()
    asked = read_operation()
    if isinstance(asked, SparqlUpdate):
        return _update(asked)
    telemetry.note_query(asked.query)
    cacheable = reads and not conditional.changes(asked.query)
    if cacheable and request.if_none_match:
        known = conditional.unchanged(_content_types(asked.format))
        if known is not None:
            return known
    response = _answer(asked)
    if cacheable:
        return conditional.tagged(response)
    if reads:
        response.cache_control.no_store = True
    return response


@bp.after_request
def accept_queries(response: Response) -> Response:
    """Say in which forms a query may come as the content of POST and QUERY."""
    forms = f"{QUERY}, {FORM}"
    writes = f", {UPDATE}" if accepts_writes() else ""
    # Headers of Flask take their time.
    request.environ[FURTHER] = ("Accept-Query", forms), ("Accept-Post", forms + writes)
    return response


def _without_query() -> Response:
    """Show the form to a person; to a program, the service description (SD 1.1, section 2)."""
    if negotiate_or_page("graph", parameters.format_name()) is None:
        return make_response(_page("", None))
    address = url_for("sparql.endpoint", _external=True)
    return answer_graph(lambda _: describe_service(address, current_site()))


def _update(update: SparqlUpdate) -> Response:
    telemetry.note_query(update.text)
    commit = apply_change(update)
    made = {"added": commit.added, "removed": commit.removed, "state": commit.state}
    return Response(json.dumps(made), content_type="application/json")


def _answer(asked: QueryRequest) -> Response:
    begun = time.perf_counter()
    here = request_ctx.request  # itself: the proxy takes its time each time
    site = current_site()
    offers = negotiate_each(_KINDS, asked.format)
    formats = {kind: chosen.format.name for kind, chosen in offers.items() if chosen is not None}
    paged = "graph" in offers and offers["graph"] is None
    options = QueryOptions(
        base=_base_iri(here.scheme, here.host, here.root_path, here.path),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        # A page shows a graph in Turtle.
        formats=formats | {"graph": "turtle"} if paged else formats,
        coding="" if paged or wants_mark(parameters.of_address()) else best_coding(),
        job=query_id(),
        beside=put_beside(asked.query, site),
    )
    answer = site.service.answer(asked.query, options)
    warning = " ".join(warn_of_terms(asked.query, site.once(read_terms)))
    kind = answer.kind
    chosen = offers[kind] if kind in offers else negotiate_or_page(kind, asked.format)
    if chosen is None:
        page = _page(asked.query, answer, time.perf_counter() - begun, warning)
        return Response(page, content_type=_PAGE)
    if not isinstance(answer, SerializedResult):
        raise TypeError("the answer is not in the format that was asked for")
    response = respond(answer, chosen.content_type)
    if warning:
        response.headers[WARNING] = warning.encode("ascii", "replace").decode()
    return response


def _content_types(format_name: str) -> set[str]:
    """Return what the answer may come as."""
    offers = negotiate_each(_KINDS, format_name).values()
    return {_PAGE if chosen is None else chosen.content_type for chosen in offers}


def _page(query: str, answer: Answer | None, seconds: float = 0, warning: str = "") -> str:
    site = current_site()
    rows, asked_why, count, data, turtle = [], [], 0, None, ""
    match answer:
        case SelectResult():
            rows, count = display_rows(answer, ROWS_SHOWN), len(answer)
            asked_why = [_short(json.dumps(row), query) for row in answer.first(ROWS_SHOWN)]
        case SerializedResult():
            turtle = answer.read().decode()
    if answer is not None and count <= ROWS_SHOWN:
        # As the editor takes it, so that it need not ask a second time.
        first = formats_for(answer.kind)[0]
        text = turtle
        if not isinstance(answer, SerializedResult):
            text = answer.serialize(first.name).decode()
        data = {"text": text, "type": first.media_type, "seconds": round(seconds, 4)}
        data["warning"] = warning
    return render_template(
        "sparql.html",
        query=query,
        warning=warning,
        result=answer,
        data=data,
        rows=rows,
        asked_why=asked_why,
        row_count=count,
        turtle=turtle,
        formats=() if answer is None else formats_for(answer.kind),
        questions=site.questions,
        prefixes=site.prefixes,
    )


def _short(row: str, query: str) -> str:
    """Return a row for the address that asks why it is so; empty where none can hold it."""
    return row if len(quote(row)) + len(quote(query)) < _LONGEST_ADDRESS else ""
