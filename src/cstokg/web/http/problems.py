"""Errors for both kinds of client: problem details (RFC 9457) for programs, a page for browsers.

One table says which of our errors is whose fault. Everything else is a fault of ours: it is
logged, and the client learns no more than that.
"""

import logging
from typing import Any, Final

from flask import Flask, Response, g, json, render_template, request
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)
from werkzeug.http import HTTP_STATUS_CODES

from cstokg.errors import (
    AnswerTooLargeError,
    CstokgError,
    ParameterError,
    QueryCancelledError,
    QueryError,
    QueryMemoryError,
    QueryStoppedError,
    QuerySyntaxError,
    QueryTimeoutError,
    ReadOnlyDatasetError,
    ReadOnlyGraphError,
    ServiceFailedError,
    ShapeViolationError,
    SourceError,
    StorageError,
    StorageFullError,
    StoreUnavailableError,
    UnknownClassError,
    UnknownFormatError,
    UnknownGraphError,
    UnknownQuestionError,
    UnwritableError,
    WorkerLostError,
    WorkersBusyError,
)
from cstokg.formats import formats_for
from cstokg.namespaces import compact
from cstokg.store import Store
from cstokg.web.http.negotiation import (
    HTML,
    PROBLEM,
    NoSuchRepresentation,
    best_match,
    prefers_page,
)
from cstokg.web.ops import telemetry

log = logging.getLogger(__name__)

_TYPES: Final = "https://w3id.org/cstokg/problem/"

# The status, the last part of the problem's type, and its title; the first that fits counts.
_ROWS: Final[dict[type[CstokgError], tuple[int, str, str]]] = {
    ParameterError: (400, "", "Bad Request"),
    QueryError: (400, "", "Bad Request"),
    UnknownQuestionError: (404, "no-such-question", "There is no such question"),
    UnknownClassError: (404, "no-such-class", "There is no such class"),
    QueryTimeoutError: (503, "query-timeout", "The query took too long"),
    QueryMemoryError: (503, "query-memory", "The query took too much memory"),
    WorkerLostError: (503, "engine-lost", "The query could not be answered"),
    QueryCancelledError: (503, "query-cancelled", "The query was stopped"),
    WorkersBusyError: (503, "engines-busy", "The server is busy"),
    StoreUnavailableError: (503, "store-unavailable", "The store cannot be asked"),
    ServiceFailedError: (502, "service-failed", "Another server failed"),
    AnswerTooLargeError: (413, "answer-too-large", "The answer is too large"),
    ShapeViolationError: (422, "shape-violation", "The dataset would violate its shapes"),
    ReadOnlyGraphError: (403, "computed-graph", "The graph is computed"),
    ReadOnlyDatasetError: (403, "read-only", "The dataset is only for reading"),
    UnknownGraphError: (404, "no-such-graph", "There is no such graph"),
    UnknownFormatError: (415, "unknown-format", "The format of the content is not known"),
    UnwritableError: (406, "unwritable", "The format cannot carry the answer"),
    SourceError: (400, "bad-content", "The content cannot be read"),
    StorageFullError: (507, "storage-full", "There is no room for what is to be written"),
    StorageError: (503, "storage", "The dataset cannot be written now"),
}


class Problem(HTTPException):
    """The answer to a request that one of our errors ended."""

    def __init__(self, error: CstokgError) -> None:
        super().__init__(error.message)
        self.error = error
        self.code, self.name_of_type, self.title = next(
            row for kind, row in _ROWS.items() if isinstance(error, kind)
        )

    @property
    def details(self) -> dict[str, Any]:
        """The members of the problem that are this error's own."""
        error = self.error
        found: dict[str, Any] = {}
        if self.name_of_type:
            found = {"type": _TYPES + self.name_of_type, "title": self.title}
        if error.hint:
            found["hint"] = error.hint
        match error:
            case QuerySyntaxError():
                excerpt = error.excerpt(g.get("query", ""))
                found |= {"line": error.line, "column": error.column, "excerpt": excerpt}
            case SourceError():
                found["detail"] = f"The content has a mistake: {error.problem}"
                found |= {"line": error.line, "column": error.column}
            case ShapeViolationError():
                found["findings"] = [show_finding(each) for each in error.findings]
            case _:
                pass
        return found

    def get_headers(self, *arguments: Any) -> list[tuple[str, str]]:
        """Return the headers, with the time to wait where waiting helps (RFC 9110, 10.2.3)."""
        headers = list(super().get_headers(*arguments))
        if isinstance(self.error, WorkersBusyError):
            headers.append(("Retry-After", str(self.error.retry_after)))
        return headers


def register(app: Flask) -> None:
    """Make `app` answer every error in the client's way."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _error)


def show_finding(finding: Any) -> dict[str, Any]:
    """Return what a client learns of a finding, which has the members of `validation.Finding`."""
    names = ("severity", "message", "focus", "path", "value", "constraint", "shape")
    return {name: finding[name] for name in names if finding.get(name)} | {
        "node": compact(str(finding.get("focus", "")))
    }


def _error(error: Exception) -> Response:
    if isinstance(error, tuple(_ROWS)):
        problem = Problem(error)  # type: ignore[arg-type]  # one of the table's
        if isinstance(error, QueryStoppedError):
            telemetry.note_stop(problem.name_of_type)
        return _http_error(problem)
    # As Python writes it: a line break in a path must not begin a line of the log.
    log.error("%s %r failed", request.method, request.path, exc_info=error)
    return _http_error(InternalServerError("The server made a mistake; it has been logged."))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # a redirect is no problem
        return Response(
            response=error.get_response().response, status=status, headers=error.get_headers()
        )
    if (report := _report(error)) is not None:
        return report
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "detail": error.description,
    }
    problem |= _details(error)
    if prefers_page():
        query = g.get("query") if isinstance(error, Problem) and status == 400 else None
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
    if isinstance(error, RequestEntityTooLarge) and error.description == type(error).description:
        return {"detail": f"The body may have {request.max_content_length:,} bytes."}
    if isinstance(error, NotFound) and error.description == NotFound.description:
        return {"detail": f"There is nothing at {request.path[:200]!r} here."}
    if isinstance(error, NoSuchRepresentation):
        return {"available": error.available}
    # Errors of pages may have members of their own.
    return dict(getattr(error, "details", {}))


def _report(error: HTTPException) -> Response | None:
    """Return the validation report as RDF, if the request would rather have that; else None."""
    if not isinstance(error, Problem) or not isinstance(error.error, ShapeViolationError):
        return None
    # What many take as JSON or XML is the problem; the report is for clients that name its format.
    types = {row.media_type: row for row in formats_for("graph")}
    offers = (PROBLEM, "application/json", HTML, *types)
    chosen = types.get(best_match(request.headers.get("Accept", ""), offers) or "")
    if chosen is None:
        return None
    store = Store()
    store.load_content(error.error.report, "text/turtle", "urn:report")
    report = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").serialize(chosen.name)
    return Response(report, 422, content_type=chosen.media_type)
