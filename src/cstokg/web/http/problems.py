"""Errors for both kinds of client: problem details (RFC 9457) for programs, a page for browsers.

One table says which of our errors is whose fault. Everything else is a fault of ours: it is
logged, and the client learns no more than that.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from flask import Response, json, render_template, request
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    RequestEntityTooLarge,
)
from werkzeug.http import HTTP_STATUS_CODES

from cstokg.errors import QueryStoppedError, QuerySyntaxError
from cstokg.web.http.bounds import StoppedQuery
from cstokg.web.http.negotiation import HTML, PROBLEM, NoSuchRepresentation, prefers_page
from cstokg.web.ops import telemetry
from cstokg.web.pages.not_found import GoneThing, NoSuchThing
from cstokg.web.protocol.updates import RefusedWrite, answer_report

if TYPE_CHECKING:
    from flask import Flask

    from cstokg.errors import QueryError

log = logging.getLogger(__name__)

_CHUNK: Final = 64 * 1024
_READ_AWAY: Final = 32 * 1024 * 1024
"""How many bytes of a body that is too large are read before the connection may break."""


class BadQuery(BadRequest):
    """A query that its author must mend, with the text it came in."""

    def __init__(self, error: QueryError, query: str) -> None:
        super().__init__(error.message)
        self.error = error
        self.query = query


def register(app: Flask) -> None:
    """Make `app` answer every error in the client's way."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(QueryStoppedError, _stopped)
    app.register_error_handler(Exception, _fault)


def _fault(error: Exception) -> Response:
    # As Python writes it: a line break in a path must not begin a line of the log.
    log.error("%s %r failed", request.method, request.path, exc_info=error)
    return _http_error(InternalServerError("The server made a mistake; it has been logged."))


def _stopped(error: QueryStoppedError) -> Response:
    stopped = StoppedQuery(error)
    telemetry.note_stop(stopped.details["type"].rpartition("/")[2])
    return _http_error(stopped)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # a redirect is no problem
        return Response(
            response=error.get_response().response, status=status, headers=error.get_headers()
        )
    if isinstance(error, RequestEntityTooLarge):
        _read_body_away()
    if isinstance(error, RefusedWrite) and (report := answer_report(error)) is not None:
        return report
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "detail": error.description,
    }
    problem |= _details(error)
    if prefers_page():
        query = error.query if isinstance(error, BadQuery) else None
        body, media_type = render_template("problem.html", problem=problem, query=query), HTML
    else:
        body, media_type = json.dumps(problem), PROBLEM
    response = Response(body, status, content_type=media_type)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers.add(name, value)
    return response


def _details(error: HTTPException) -> dict[str, Any]:
    """Return the members of a problem that only errors of this kind have, or have otherwise."""
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        reads = not set(error.valid_methods or ()) & {"POST", "PUT", "DELETE"}
        kind = "This address is only for reading: it takes" if reads else "This address takes"
        return {"detail": f"{kind} {allowed}."}
    if isinstance(error, NoSuchRepresentation):
        return {"available": error.available}
    if isinstance(error, BadQuery):
        return _query_details(error)
    if isinstance(error, StoppedQuery | NoSuchThing | GoneThing | RefusedWrite):
        return error.details
    return {}


def _read_body_away() -> None:
    """Let a client finish sending: one that is cut off sees a broken pipe, not the answer."""
    stream = request.environ["wsgi.input"]
    left = _READ_AWAY
    while left > 0 and (chunk := stream.read(_CHUNK)):
        left -= len(chunk)


def _query_details(bad: BadQuery) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if bad.error.hint:
        details["hint"] = bad.error.hint
    if isinstance(bad.error, QuerySyntaxError):
        details |= {
            "line": bad.error.line,
            "column": bad.error.column,
            "excerpt": bad.error.excerpt(bad.query),
        }
    return details
