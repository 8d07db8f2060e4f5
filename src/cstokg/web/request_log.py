"""The log of requests: one line of JSON each on stderr, and of what else is to be said.

A line is written before its answer is sent; while other requests are under way, it may wait a tenth
of a second for theirs: each call of the kernel has the threads take turns, which takes longer.

It says nothing of who asks, and of a query no more than its hash: whoever reads the log learns
which queries are the same, not what somebody wants to know.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import deque
from datetime import UTC, datetime
from hashlib import sha256
from threading import Event, Thread
from time import sleep
from typing import Any, Final

log = logging.getLogger(__name__)

_MAX_PATH: Final = 200
"""How many characters of a path are worth a place in the log."""


_MOST: Final = 64
"""How many lines are written together at most."""

_LATEST: Final = 0.1
"""Seconds after which a line is written, whatever else is under way."""


class _Batch:
    """Lines that wait to be written to stderr together. Any thread may add some."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self._waits = Event()
        self._thread: Thread | None = None

    def add(self, line: str, *, at_once: bool) -> None:
        self._lines.append(line)
        if at_once or len(self._lines) >= _MOST:
            self._write()
        elif not self._waits.is_set():
            self._waits.set()
            if self._thread is None:  # as late as that, so that it is this process's own
                self._thread = Thread(target=self._write_late, name="log", daemon=True)
                self._thread.start()

    def _write_late(self) -> None:
        while self._waits.wait():
            sleep(_LATEST)
            self._waits.clear()
            self._write()

    def _write(self) -> None:
        text = ""
        while True:
            try:
                text += f"{self._lines.popleft()}\n"
            except IndexError:  # there are no more, or another thread has them
                break
        sys.stderr.write(text)


_batch: Final = _Batch()


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


def write(
    method: str,
    path: str,
    status: int,
    seconds: float,
    query: str | None,
    stopped: str | None,
    *,
    alone: bool,
) -> None:
    """Write the line of a request, which was answered with `status` in `seconds`.

    `stopped` is the name of the bound that stopped its `query`. The line of a request that is not
    `alone` may wait for those of others.
    """
    if not log.isEnabledFor(logging.INFO):
        return
    entry: dict[str, Any] = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "method": method,
        "path": path[:_MAX_PATH],
        "status": status,
        "ms": round(seconds * 1000, 2),
    }
    if query is not None:
        entry["query_sha256"] = sha256(query.encode("utf-8", "surrogatepass")).hexdigest()
        if log.isEnabledFor(logging.DEBUG):
            entry["query"] = query
    if stopped is not None:
        entry["stopped"] = stopped
    # In ASCII, every line break and control character is an escape: no request writes two lines.
    line = json.dumps(entry, ensure_ascii=True)
    if log.propagate:
        log.info("%s", line)
    else:  # A record takes longer than all else, and nothing is left to be formatted.
        _batch.add(line, at_once=alone)
