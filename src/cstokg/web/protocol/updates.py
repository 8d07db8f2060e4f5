"""Making a change that a request asks for, and saying why it was refused (RFC 9457).

One table says which error is which status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Response, request
from werkzeug.exceptions import HTTPException

from cstokg.errors import (
    ReadOnlyDatasetError,
    ReadOnlyGraphError,
    ShapeViolationError,
    SourceError,
    StorageError,
    StorageFullError,
    UnknownFormatError,
    UnknownGraphError,
)
from cstokg.formats import formats_for
from cstokg.namespaces import compact
from cstokg.store import open_store
from cstokg.web.http.negotiation import HTML, PROBLEM, best_match
from cstokg.web.site import write

if TYPE_CHECKING:
    from cstokg.dataset.changes import Change
    from cstokg.dataset.model import Commit
    from cstokg.errors import CstokgError
    from cstokg.store import Result

_PROBLEMS: Final = "https://w3id.org/cstokg/problem/"
_REPORT: Final = "urn:report"

# The status, the last part of the problem's type, and its title; the first that fits counts.
_REFUSALS: Final[dict[type[CstokgError], tuple[int, str, str]]] = {
    ShapeViolationError: (422, "shape-violation", "The dataset would violate its shapes"),
    ReadOnlyGraphError: (403, "computed-graph", "The graph is computed"),
    ReadOnlyDatasetError: (403, "read-only", "The dataset is only for reading"),
    UnknownGraphError: (404, "no-such-graph", "There is no such graph"),
    UnknownFormatError: (415, "unknown-format", "The format of the content is not known"),
    SourceError: (400, "bad-content", "The content cannot be read"),
    StorageFullError: (507, "storage-full", "There is no room for what is to be written"),
    StorageError: (503, "storage", "The dataset cannot be written now"),
}


class RefusedWrite(HTTPException):
    """The answer to a write that was not made."""

    def __init__(self, error: CstokgError) -> None:
        super().__init__(error.message)
        self.error = error
        self.code, self._type, self._title = next(
            row for kind, row in _REFUSALS.items() if isinstance(error, kind)
        )

    @property
    def details(self) -> dict[str, Any]:
        """The members of the problem that are this refusal's own."""
        found: dict[str, Any] = {"type": _PROBLEMS + self._type, "title": self._title}
        if self.error.hint:
            found["hint"] = self.error.hint
        if isinstance(self.error, SourceError):
            found["detail"] = f"The content has a mistake: {self.error.problem}"
            found |= {"line": self.error.line, "column": self.error.column}
        if isinstance(self.error, ShapeViolationError):
            found["findings"] = [show_finding(each) for each in self.error.findings]
        return found


def make_change(change: Change) -> Commit:
    """Make `change`; what is asked for from now on is of the new version.

    Raises RefusedWrite, QueryError, and QueryStoppedError.
    """
    try:
        return write(change)
    except tuple(_REFUSALS) as error:
        raise RefusedWrite(error) from error


def answer_report(refused: RefusedWrite) -> Response | None:
    """Return the validation report as RDF, if the request would rather have that; else None."""
    if not isinstance(refused.error, ShapeViolationError):
        return None
    # What many take as JSON or XML is the problem; the report is for who names its format.
    types = {row.media_type: row for row in formats_for("graph")}
    offers = (PROBLEM, "application/json", HTML, *types)
    chosen = types.get(best_match(request.headers.get("Accept", ""), offers) or "")
    if chosen is None:
        return None
    report = read_report(refused.error.report).serialize(chosen.name)
    return Response(report, 422, content_type=chosen.media_type)


def read_report(turtle: bytes) -> Result:
    """Return a validation report in Turtle as a graph that can be written in each format."""
    store = open_store()
    store.load_content(turtle, "text/turtle", _REPORT)
    return store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def show_finding(finding: Any) -> dict[str, Any]:
    """Return what a client learns of a finding, which has the members of `validate.Finding`."""
    names = ("severity", "message", "focus", "path", "value", "constraint", "shape")
    return {name: finding[name] for name in names if finding.get(name)} | {
        "node": compact(str(finding.get("focus", "")))
    }
