"""The log: one line of JSON on stderr for each request, and for what else there is to say.

It does not name the client, and of a query no more than its hash: a reader of the log learns which
queries are the same, not what somebody wants to know.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

log = logging.getLogger(__name__)

_MAX_PATH: Final = 200
"""How many characters of a path are worth a place in the log."""


class JsonFormatter(logging.Formatter):
    """Writes a record as a line of JSON, a traceback in its line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of `record`; the fields of a request take the place of a message."""
        stamp = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, Any] | None = getattr(record, "request", None)
        entry = fields or {
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        # In ASCII, every line break and control character is an escape: nothing writes two lines.
        return json.dumps({"time": stamp, **entry})


def send_to_stderr(*, with_queries: bool = False) -> None:
    """Write the log to stderr from now on; `with_queries` adds the texts of queries."""
    log.setLevel(logging.DEBUG if with_queries else logging.INFO)
    # No line says these, and finding them out takes a third of the time of a record.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
            handler.setFormatter(JsonFormatter())


def log_request(
    method: str,
    path: str,
    status: int,
    seconds: float,
    query: str | None,
    stopped: str | None = None,
) -> None:
    """Log a request that was answered with `status` after `seconds`.

    `stopped` is the name of the bound that stopped its `query`.
    """
    if not log.isEnabledFor(logging.INFO):
        return
    fields: dict[str, Any] = {
        "method": method,
        "path": path[:_MAX_PATH],
        "status": status,
        "ms": round(seconds * 1000, 2),
    }
    if query is not None:
        fields["query_sha256"] = sha256(query.encode("utf-8", "surrogatepass")).hexdigest()
        if log.isEnabledFor(logging.DEBUG):
            fields["query"] = query
    if stopped is not None:
        fields["stopped"] = stopped
    record = logging.LogRecord(log.name, logging.INFO, "", 0, "%s %s", (method, path), None)
    record.request = fields
    log.handle(record)  # `log.info` would find out who calls it, which takes as long again
