"""The SPARQL endpoint (SPARQL 1.1 Protocol, https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from cstokg.display import display_rows
from cstokg.errors import QueryError
from cstokg.formats import formats_for
from cstokg.web.description import describe_service
from cstokg.web.negotiation import negotiate
from cstokg.web.problems import BadQuery
from cstokg.web.site import current_site

if TYPE_CHECKING:
    from cstokg.store import Result

bp = Blueprint("sparql", __name__)

_POSTS: Final = "application/x-www-form-urlencoded or application/sparql-query"
_NO_UPDATES: Final = "The dataset is only for reading: there is no SPARQL Update here."
ROWS_SHOWN: Final = 1000
"""How many rows the page shows; the downloads have all of them."""

# SPARQL 1.1 Query 17.4: functions whose value changes from one call to the next.
_CHANGING: Final = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class QueryRequest:
    """A query operation (Protocol 2.1): the query, and the graphs it names, None if it does not."""

    query: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None


@bp.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query, or show the form, or describe the service where there is none."""
    if request.method != "POST" and "query" not in request.args:
        return _without_query()
    asked = _read_request()
    site = current_site()
    try:
        result = site.dataset.query(
            asked.query,
            prefixes=site.prefixes,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
        )
    except QueryError as error:
        raise BadQuery(error, asked.query) from error
    chosen = negotiate(result.kind)
    if chosen.format is None:
        response = make_response(_page(asked.query, result))
    else:
        payload = result.serialize(chosen.format.name)
        response = Response(payload, content_type=chosen.content_type)
    return _cacheable(response, asked)


def _without_query() -> Response:
    """Show the form to a person; to a program, the service description (SD 1.1, section 2)."""
    if "update" in request.args:
        raise BadRequest(_NO_UPDATES)
    chosen = negotiate("graph")
    if chosen.format is None:
        return make_response(_page("", None))
    address = url_for("sparql.endpoint", _external=True)
    description = describe_service(address, current_site().dataset.info.triples)
    return Response(description.serialize(chosen.format.name), content_type=chosen.content_type)


def _read_request() -> QueryRequest:
    """Read a query in one of the protocol's three forms.

    Raises BadRequest and UnsupportedMediaType.
    """
    values, query = request.args, None
    if request.method == "POST":
        if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            raise UnsupportedMediaType("A query is sent in UTF-8.")
        match request.mimetype:
            case "application/x-www-form-urlencoded":
                values = request.form
            case "application/sparql-query":
                query = _decode(request.get_data())
            case "application/sparql-update":
                raise BadRequest(_NO_UPDATES)
            case other:
                raise UnsupportedMediaType(
                    f"A query is sent as {_POSTS}, not {other or 'nothing'}."
                )
    if "update" in values:
        raise BadRequest(_NO_UPDATES)
    if query is None:
        queries = values.getlist("query")
        if len(queries) != 1:  # SPARQL 1.1 Protocol 2.1: exactly one
            raise BadRequest(f"There must be one parameter 'query', and there are {len(queries)}.")
        query = queries[0]
    default_graphs = tuple(values.getlist("default-graph-uri"))
    named_graphs = tuple(values.getlist("named-graph-uri"))
    if not default_graphs and not named_graphs:
        return QueryRequest(query, None, None)
    return QueryRequest(query, default_graphs, named_graphs)


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The query is not UTF-8: byte {error.start} cannot be read.") from error


def _page(query: str, result: Result | None) -> str:
    site = current_site()
    rows = display_rows(result) if result is not None and result.kind == "select" else []
    return render_template(
        "sparql.html",
        query=query,
        result=result,
        rows=rows[:ROWS_SHOWN],
        row_count=len(rows),
        turtle=_turtle(result),
        formats=() if result is None else formats_for(result.kind),
        questions=site.questions,
        prefixes=site.prefixes,
    )


def _turtle(result: Result | None) -> str:
    if result is None or result.kind != "graph":
        return ""
    return result.serialize("turtle").decode()


def _cacheable(response: Response, asked: QueryRequest) -> Response:
    """Let a client ask whether its copy still holds, where an answer only depends on the data."""
    if request.method == "POST" or _CHANGING.search(asked.query):
        return response
    info = current_site().dataset.info
    seed = (info.version, info.source_sha256, response.content_type, request.query_string)
    response.set_etag(sha256(repr(seed).encode()).hexdigest()[:32])
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response
