"""The operations of the SPARQL 1.1 Protocol, as they are read from a request."""

from dataclasses import dataclass
from typing import Final

from flask import current_app, request
from flask.globals import request_ctx
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from cstokg.dataset.changes import SparqlUpdate
from cstokg.web.http import parameters
from cstokg.web.http.authorization import may_write, require_writer
from cstokg.web.http.parameters import Parameters
from cstokg.web.http.rdf_body import check_coding
from cstokg.web.protocol.graph_store import graph_iri

_Graphs = tuple[str, ...] | None
FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"


@dataclass(frozen=True)
class QueryRequest:
    """A query operation (Protocol 2.1): the query, and the graphs it names, None if it does not.

    `format` is the name of a format that goes before Accept, empty where there is none.
    """

    query: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    format: str = ""


def read_operation() -> QueryRequest | SparqlUpdate:
    """Read a query from the address, a form or the body (Protocol 2.1.1 to 2.1.3), or an update.

    The method QUERY is read as POST is: its content is the query. Only a POST has an update
    (Protocol 2.2.1 and 2.2.2), and its client must be allowed to write.
    Raises BadRequest, Unauthorized, Forbidden, and UnsupportedMediaType.
    """
    asked = request_ctx.request  # itself: the proxy takes its time each time
    if asked.method in ("GET", "HEAD"):
        return _read_parameters(parameters.of_address())
    check_coding(asked, "A query")
    match asked.mimetype:
        case "application/x-www-form-urlencoded":
            may_write()  # then the form may be a long one
            return _read_parameters(parameters.of_form())
        case "application/sparql-query":
            return _with_dataset(*_read_direct("query"))
        case "application/sparql-update":
            _allow_update()
            return _with_using(*_read_direct("update"))
        case other:
            raise UnsupportedMediaType(
                f"A query is sent as {FORM} or {QUERY}, an update as {FORM} or {UPDATE}, "
                f"not {other or 'without Content-Type'}."
            )


def _read_parameters(values: Parameters) -> QueryRequest | SparqlUpdate:
    queries, updates = values.getlist("query"), values.getlist("update")
    if updates and not queries and len(updates) == 1:
        _allow_update()
        return _with_using(updates[0], values)
    # Protocol 2.1 and 2.2: exactly one operation.
    if updates:
        raise BadRequest(
            f"There must be one operation, and there are {len(queries)} parameters 'query' "
            f"and {len(updates)} 'update'."
        )
    if len(queries) != 1:
        raise BadRequest(f"There must be one parameter 'query', and there are {len(queries)}.")
    return _with_dataset(queries[0], values)


def _read_direct(what: str) -> tuple[str, Parameters]:
    """Return the query or update that is the body, and the parameters in the address."""
    try:
        text = request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: byte {error.start} cannot be read.") from error
    values = parameters.of_address()
    for name in ("query", "update"):
        if name in values:
            raise BadRequest(f"The body is the {what}; the address must not have {name!r} as well.")
    return text, values


def _with_using(update: str, values: Parameters) -> SparqlUpdate:
    using = _graphs(values, "using-graph-uri", "using-named-graph-uri")
    return SparqlUpdate(update, *using, request.base_url)


def _with_dataset(query: str, values: Parameters) -> QueryRequest:
    # A client that may write may send long forms, but a query is short for all clients.
    if len(query) > (most := current_app.config["MAX_CONTENT_LENGTH"]):
        raise RequestEntityTooLarge(f"A query may have {most:,} characters.")
    graphs = _graphs(values, "default-graph-uri", "named-graph-uri")
    return QueryRequest(query, *graphs, parameters.format_name(values) or parameters.format_name())


def _graphs(values: Parameters, default: str, named: str) -> tuple[_Graphs, _Graphs]:
    """Return the graphs that two parameters name; None for both where there are none at all."""
    if default not in values and named not in values:
        return None, None
    first, second = (tuple(map(graph_iri, values.getlist(name))) for name in (default, named))
    return first, second


def _allow_update() -> None:
    # Protocol 2.2: an update is sent by POST alone.
    if request.method != "POST":
        raise BadRequest(f"An update cannot be sent by {request.method}.")
    require_writer()
