"""What each worker is at, in memory that all processes share.

A row for each process: its id, the job it works on, and since when. What a row says of a job that
has just ended may be read for a moment longer; nothing but messages and choices rests on it.
"""

import mmap
import os
import signal
import time
from contextlib import suppress
from enum import IntEnum
from hashlib import blake2b
from secrets import randbits
from struct import Struct
from typing import Final, NamedTuple

ROWS: Final = 256
"""How many processes can have a row at once."""

IDLE: Final = 0
"""The job of a row whose process has none."""

_VERSION: Final = Struct("=Q")
_ROW: Final = Struct("=iQddQB")
_PID: Final = Struct("=i")
_STOPPED: Final = Struct("=QB")
_STOPPED_AT: Final = Struct("=iQdd").size


class Reason(IntEnum):
    """Why a job was stopped from outside."""

    NONE = 0
    CANCELLED = 1
    CROWDED = 2


class Row(NamedTuple):
    """What one process is at."""

    pid: int
    """0 once the process has ended: its number may be another's then."""
    job: int
    began: float
    """When the job began, in seconds of the monotonic clock."""
    used: float
    """The processor seconds that the process had used by then."""
    stopped: int
    """The job that was stopped from outside last."""
    reason: int


class Scoreboard:
    """The rows, and the number of the dataset's version. To be made before the first fork."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _VERSION.size + ROWS * _ROW.size)

    @property
    def version(self) -> int:
        """The number of the version that queries are answered from; the first is 0."""
        number: int = _VERSION.unpack_from(self._memory)[0]
        return number

    def advance(self) -> None:
        """Say that there is a new version."""
        _VERSION.pack_into(self._memory, 0, self.version + 1)

    def begin(self, row: int, job: int) -> None:
        """Say that this process begins a job."""
        _ROW.pack_into(
            self._memory, _at(row), os.getpid(), job, time.monotonic(), time.process_time(), 0, 0
        )

    def end(self, row: int) -> None:
        """Say that this process has no job."""
        _ROW.pack_into(self._memory, _at(row), os.getpid(), IDLE, 0, 0, 0, 0)

    def forget(self, row: int) -> None:
        """Say that the process of a row has ended; its job stays, for those who ask why."""
        _PID.pack_into(self._memory, _at(row), 0)

    def row(self, row: int) -> Row:
        """Return what a row says."""
        return Row(*_ROW.unpack_from(self._memory, _at(row)))

    def find(self, job: int) -> Row | None:
        """Return the row of a job that is worked on, or was until its process died.

        An id may be used again: it is the row of the job that began last.
        """
        rows = [row for row in map(self.row, range(ROWS)) if row.job == job]
        return max(rows, key=lambda row: row.began, default=None)

    def stop(self, job: int, reason: Reason) -> bool:
        """Kill the processes that work on `job`; return False if there is none left to kill."""
        stopped = False
        for number in range(ROWS):
            row = self.row(number)
            if row.job == job and row.pid and row.stopped != job:
                _STOPPED.pack_into(self._memory, _at(number) + _STOPPED_AT, job, reason)
                with suppress(ProcessLookupError):
                    os.kill(row.pid, signal.SIGKILL)
                    stopped = True
        return stopped


def job_number(name: str = "") -> int:
    """Return the number of the job of that name, or of a new one."""
    if not name:
        return randbits(63) | 1
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) | 1


def _at(row: int) -> int:
    return _VERSION.size + row * _ROW.size
