"""A board in shared memory, on which engines, writers, their parent and the web server leave notes.

An engine has a place of its own, and so has a write. Places are used again only after all others,
so that a note can still be read for some time after the end of whom it is about.
"""

from __future__ import annotations

import mmap
from struct import Struct
from typing import Final

PLACES: Final = 4096
_ENGINE: Final = Struct("=dd?7x")
_SINCE: Final = Struct("=d")
"""The beginning of that."""

_WRITE: Final = Struct("=d")
_WRITES: Final = PLACES * _ENGINE.size
_VERSION: Final = Struct("=Q")
_VERSIONS: Final = _WRITES + PLACES * _WRITE.size
_WAITING: Final = Struct("=Q")
_WAITERS: Final = _VERSIONS + _VERSION.size
_CALM: Final = Struct("=?")
_CALMNESS: Final = _WAITERS + _WAITING.size

NEVER: Final = 0.0
IDLE: Final = -1.0


class Board:
    """Since when each engine works, whether its parent dismissed it, and when each write was begun.

    And the number of the dataset's version, which grows with each write; that of the queries for
    which no engine is at hand; and whether each query is asked after the other.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _CALMNESS + _CALM.size)

    @property
    def version(self) -> int:
        """The number of the version that queries are answered from, 0 at first."""
        number: int = _VERSION.unpack_from(self._memory, _VERSIONS)[0]
        return number

    def advance(self) -> None:
        """Say that queries which begin now are answered from the next version."""
        _VERSION.pack_into(self._memory, _VERSIONS, self.version + 1)

    @property
    def waiting(self) -> int:
        """How many queries wait for an engine."""
        number: int = _WAITING.unpack_from(self._memory, _WAITERS)[0]
        return number

    @waiting.setter
    def waiting(self, number: int) -> None:
        _WAITING.pack_into(self._memory, _WAITERS, number)

    @property
    def calm(self) -> bool:
        """Whether no two queries were asked at once lately, and there are processors to spare."""
        calm: bool = _CALM.unpack_from(self._memory, _CALMNESS)[0]
        return calm

    @calm.setter
    def calm(self, calm: bool) -> None:
        _CALM.pack_into(self._memory, _CALMNESS, calm)

    def clear_engine(self, engine: int) -> None:
        """Make the place ready for a new engine."""
        _ENGINE.pack_into(self._memory, engine * _ENGINE.size, NEVER, 0.0, False)

    def begin(self, engine: int, since: float, used: float) -> None:
        """Say that the engine works since the monotonic time `since`.

        By then it had used so many seconds of processor time.
        """
        _ENGINE.pack_into(self._memory, engine * _ENGINE.size, since, used, False)

    def rest(self, engine: int) -> None:
        """Say that the engine waits for a job."""
        # No more than that: who has just seen it at work must not take its whole life for a job.
        _SINCE.pack_into(self._memory, engine * _ENGINE.size, IDLE)

    def dismiss(self, engine: int) -> None:
        """Say that the engine is killed to make room for other queries."""
        since, used, _ = _ENGINE.unpack_from(self._memory, engine * _ENGINE.size)
        _ENGINE.pack_into(self._memory, engine * _ENGINE.size, since, used, True)

    def since(self, engine: int) -> float:
        """Return the monotonic time since when the engine works; IDLE, or NEVER at first."""
        since: float = _ENGINE.unpack_from(self._memory, engine * _ENGINE.size)[0]
        return since

    def used(self, engine: int) -> float:
        """Return the seconds of processor time that the engine had used as it began to work."""
        used: float = _ENGINE.unpack_from(self._memory, engine * _ENGINE.size)[1]
        return used

    def dismissed(self, engine: int) -> bool:
        """Whether the engine was killed to make room."""
        dismissed: bool = _ENGINE.unpack_from(self._memory, engine * _ENGINE.size)[2]
        return dismissed

    def clear_write(self, write: int) -> None:
        """Make the place ready for a new write."""
        _WRITE.pack_into(self._memory, _WRITES + write * _WRITE.size, NEVER)

    def begin_write(self, write: int, since: float) -> None:
        """Say that the write is worked out since the monotonic time `since`."""
        _WRITE.pack_into(self._memory, _WRITES + write * _WRITE.size, since)

    def begun(self, write: int) -> float:
        """Return the monotonic time when the write was begun, or NEVER."""
        begun: float = _WRITE.unpack_from(self._memory, _WRITES + write * _WRITE.size)[0]
        return begun
