"""The operations of the SPARQL 1.1 Protocol, as they are read from a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import request
from werkzeug.exceptions import BadRequest, Forbidden, UnsupportedMediaType

from cstokg.web import parameters

if TYPE_CHECKING:
    from cstokg.web.parameters import Parameters

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"

_NO_UPDATES: Final = "The dataset is only for reading: there is no SPARQL Update here."


@dataclass(frozen=True)
class QueryRequest:
    """A query operation (Protocol 2.1): the query, and the graphs it names, None if it does not.

    `format` is the name of a format that goes before Accept, empty where there is none.
    """

    query: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    format: str = ""


def read_query() -> QueryRequest:
    """Read a query from the address, a form or the body (Protocol 2.1.1 to 2.1.3).

    The method QUERY is read as POST is: its content is the query.
    Raises BadRequest, Forbidden for an update, and UnsupportedMediaType.
    """
    if request.method in ("GET", "HEAD"):
        return _read_parameters(parameters.of_address())
    if request.content_encoding:
        raise UnsupportedMediaType("A query is sent as it is, without Content-Encoding.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("A query is sent in UTF-8.")
    match request.mimetype:
        case "application/x-www-form-urlencoded":
            return _read_parameters(parameters.of_form())
        case "application/sparql-query":
            return _read_direct(_read_body())
        case "application/sparql-update":
            _read_body()
            raise _refused_update()
        case other:
            raise UnsupportedMediaType(f"A query is sent as {FORM} or {QUERY}, not {other or '?'}.")


def _read_parameters(values: Parameters) -> QueryRequest:
    queries, updates = values.getlist("query"), values.getlist("update")
    if updates and not queries and len(updates) == 1:
        raise _refused_update()
    # Protocol 2.1 and 2.2: exactly one operation.
    if updates:
        raise BadRequest(
            f"There must be one operation, and there are {len(queries)} parameters 'query' "
            f"and {len(updates)} 'update'."
        )
    if len(queries) != 1:
        raise BadRequest(f"There must be one parameter 'query', and there are {len(queries)}.")
    return _with_dataset(queries[0], values)


def _read_direct(query: str) -> QueryRequest:
    values = parameters.of_address()
    for name in ("query", "update"):
        if name in values:
            raise BadRequest(f"The body is the query; the address must not have {name!r} as well.")
    return _with_dataset(query, values)


def _with_dataset(query: str, values: Parameters) -> QueryRequest:
    default_graphs = tuple(values.getlist("default-graph-uri"))
    named_graphs = tuple(values.getlist("named-graph-uri"))
    asked = values.get("format", "") or request.args.get("format", "")
    if not default_graphs and not named_graphs:
        return QueryRequest(query, None, None, asked)
    return QueryRequest(query, default_graphs, named_graphs, asked)


def _read_body() -> str:
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: byte {error.start} cannot be read.") from error


def _refused_update() -> BadRequest | Forbidden:
    # Protocol 2.2: an update is sent by POST alone.
    if request.method != "POST":
        return BadRequest(f"An update cannot be sent by {request.method}. {_NO_UPDATES}")
    return Forbidden(_NO_UPDATES)
