"""What is to be counted and logged of requests that were answered the short way.

That takes as long as such an answer, and half of it where it is done for many at a time: so it is
done at most a tenth of a second later, or when somebody reads the numbers.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Final, NamedTuple

from cstokg.web.ops import request_log

if TYPE_CHECKING:
    from cstokg.web.ops.metrics import Metrics

_LATEST: Final = 0.1
"""Seconds after which a report is made."""

_AT_ONCE: Final = 8
_PAUSE: Final = 0.002
"""After so many reports, or a part of many more, requests get their turn for so long."""


class Report(NamedTuple):
    """A request: when it was answered, and what the log says of it. `kept`: so was its answer."""

    when: float
    method: str
    path: str
    endpoint: str
    status: int
    seconds: float
    query: str | None
    kept: bool


class Reports:
    """The reports that wait to be made to `metrics` and to the log."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._waiting: deque[Report] = deque()
        self._lines: list[str] = []
        self._is_due = False

    def add(self, report: Report) -> None:
        """Have a report made soon; in the thread of the event loop."""
        self._waiting.append(report)
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(_LATEST, self._make_some)

    def make(self) -> None:
        """Make all reports that wait; in any thread."""
        lines: list[str] = []
        while made := self._make(_AT_ONCE):
            lines += made
        if lines:
            request_log.write(*lines)

    def _make_some(self) -> None:
        loop = asyncio.get_running_loop()
        self._lines += self._make(_AT_ONCE + len(self._waiting) // 16)
        if self._waiting:
            loop.call_later(_PAUSE, self._make_some)
            return
        # In a thread: whoever reads the log may be slow.
        loop.run_in_executor(None, request_log.write, *self._lines)
        self._lines = []
        self._is_due = False

    def _make(self, most: int) -> list[str]:
        """Count up to so many requests; return their lines."""
        lines, kept = [], 0
        took: defaultdict[tuple[str, str, int], list[float]] = defaultdict(list)
        try:
            for _ in range(most):
                report = self._waiting.popleft()
                when, method, path, endpoint, status, seconds, query, was_kept = report
                took[method, endpoint, status].append(seconds)
                lines.append(request_log.line(when, method, path, status, seconds, query))
                kept += was_kept
        except IndexError:  # there are no more, or another thread has them
            pass
        for (method, endpoint, status), each in took.items():
            self._metrics.observe(method, endpoint, status, *each)
        self._metrics.count_cache(kept, len(lines) - kept)
        return lines
