"""The log of requests: one line of JSON each on stderr, and of what else is to be said.

It says nothing of who asks, and of a query no more than its hash: whoever reads the log learns
which queries are the same, not what somebody wants to know.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

log = logging.getLogger(__name__)

_text: Final = json.encoder.encode_basestring_ascii
"""Writes a text in JSON."""

_MAX_PATH: Final = 200
"""How many characters of a path are worth a place in the log."""


def send_to_stderr(*, with_queries: bool = False) -> None:
    """Write the log to stderr from now on; `with_queries` adds the texts of queries."""
    log.propagate = False  # `write` writes by itself
    log.setLevel(logging.DEBUG if with_queries else logging.INFO)
    for other in logging.getLogger().handlers:
        if isinstance(other, logging.StreamHandler) and other.stream is sys.stderr:
            other.setFormatter(JsonLines())


class JsonLines(logging.Formatter):
    """Writes what else is logged as lines of JSON too, a traceback in its line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of `record`."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=True)


def line(
    when: float,
    method: str,
    path: str,
    status: int,
    seconds: float,
    query: str | None,
    stopped: str | None = None,
) -> str:
    """Return the line of a request that was answered at the time `when` with `status`.

    It took so many seconds. `stopped` is the name of the bound that stopped its `query`.
    """
    # Piece by piece, in half the time of a whole object. In ASCII, every line break and control
    # character is an escape: no request writes two lines.
    stamp = datetime.fromtimestamp(when, UTC).isoformat(timespec="milliseconds")
    entry = (
        f'{{"time": "{stamp}", "method": {_text(method)}, "path": {_text(path[:_MAX_PATH])}, '
        f'"status": {status}, "ms": {round(seconds * 1000, 2)}'
    )
    if query is not None:
        digest = sha256(query.encode("utf-8", "surrogatepass")).hexdigest()
        entry += f', "query_sha256": "{digest}"'
        if log.isEnabledFor(logging.DEBUG):
            entry += f', "query": {_text(query)}'
    if stopped is not None:
        entry += f', "stopped": {_text(stopped)}'
    return f"{entry}}}"


def write(*lines: str) -> None:
    """Write lines to the log together."""
    if not log.isEnabledFor(logging.INFO):
        return
    if log.propagate:
        for each in lines:
            log.info("%s", each)
    else:  # a record takes longer than all else, and nothing is left to be formatted
        sys.stderr.write("".join(f"{each}\n" for each in lines))
