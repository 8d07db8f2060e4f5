"""What a client learns of a query that a bound of the server stopped, or somebody.

Each bound is a type of problem of its own (RFC 9457, section 3.1.1), so that a program can tell a
query to be narrowed from one to be asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import HTTPException

from cstokg.errors import (
    AnswerTooLargeError,
    EngineLostError,
    EnginesBusyError,
    QueryCancelledError,
    QueryMemoryError,
    QueryStoppedError,
    QueryTimeoutError,
    ServiceFailedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROBLEMS: Final = "https://w3id.org/cstokg/problem/"

# The status, the last part of the problem's type, and its title.
_BOUNDS: Final[dict[type[QueryStoppedError], tuple[int, str, str]]] = {
    QueryTimeoutError: (503, "query-timeout", "The query took too long"),
    QueryMemoryError: (503, "query-memory", "The query took too much memory"),
    EngineLostError: (503, "engine-lost", "The query could not be answered"),
    QueryCancelledError: (503, "query-cancelled", "The query was stopped"),
    EnginesBusyError: (503, "engines-busy", "The server is busy"),
    ServiceFailedError: (502, "service-failed", "Another server failed"),
    AnswerTooLargeError: (413, "answer-too-large", "The answer is too large"),
}


class StoppedQuery(HTTPException):
    """The answer to a query that was stopped."""

    def __init__(self, error: QueryStoppedError) -> None:
        super().__init__(error.message)
        self.error = error
        self.code, self._type, self._title = _BOUNDS[type(error)]

    @property
    def details(self) -> dict[str, Any]:
        """The members of the problem that are this bound's own."""
        return {"type": _PROBLEMS + self._type, "title": self._title, "hint": self.error.hint}

    def get_headers(self, *arguments: Any) -> list[tuple[str, str]]:
        """Return the headers, with the time to wait where waiting helps (RFC 9110, 10.2.3)."""
        headers: Iterable[tuple[str, str]] = super().get_headers(*arguments)
        if isinstance(self.error, EnginesBusyError):
            return [*headers, ("Retry-After", str(self.error.retry_after))]
        return list(headers)
