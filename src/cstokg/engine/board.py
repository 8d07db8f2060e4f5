"""A board in shared memory, on which engines, their parent and the web server leave notes.

An engine has a place of its own, and so has a job. Places are used again only after all others, so
that a note can still be read for some time after an engine's end.
"""

from __future__ import annotations

import mmap
from struct import Struct
from typing import Final

PLACES: Final = 4096
_ENGINE: Final = Struct("=d?7x")
_JOB: Final = Struct("=dH6x")
_JOBS: Final = PLACES * _ENGINE.size
_VERSION: Final = Struct("=Q")
_VERSIONS: Final = _JOBS + PLACES * _JOB.size

NEVER: Final = 0.0
IDLE: Final = -1.0


class Board:
    """Since when each engine works, on which job, and whether its parent dismissed it.

    And the number of the dataset's version, which grows with each write.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _VERSIONS + _VERSION.size)

    @property
    def version(self) -> int:
        """The number of the version that queries are answered from, 0 at first."""
        number: int = _VERSION.unpack_from(self._memory, _VERSIONS)[0]
        return number

    def advance(self) -> None:
        """Say that queries which begin now are answered from the next version."""
        _VERSION.pack_into(self._memory, _VERSIONS, self.version + 1)

    def clear_engine(self, engine: int) -> None:
        """Make the place ready for a new engine."""
        _ENGINE.pack_into(self._memory, engine * _ENGINE.size, NEVER, False)

    def clear_job(self, job: int) -> None:
        """Make the place ready for a new job."""
        _JOB.pack_into(self._memory, _JOBS + job * _JOB.size, NEVER, 0)

    def begin(self, engine: int, job: int, since: float) -> None:
        """Say that the engine works on the job since the monotonic time `since`."""
        _ENGINE.pack_into(self._memory, engine * _ENGINE.size, since, False)
        _JOB.pack_into(self._memory, _JOBS + job * _JOB.size, since, engine)

    def rest(self, engine: int) -> None:
        """Say that the engine waits for a job."""
        _ENGINE.pack_into(self._memory, engine * _ENGINE.size, IDLE, False)

    def dismiss(self, engine: int) -> None:
        """Say that the engine is killed to make room for other queries."""
        _ENGINE.pack_into(self._memory, engine * _ENGINE.size, self.since(engine), True)

    def since(self, engine: int) -> float:
        """Return the monotonic time since when the engine works; IDLE, or NEVER at first."""
        since: float = _ENGINE.unpack_from(self._memory, engine * _ENGINE.size)[0]
        return since

    def begun(self, job: int) -> float:
        """Return the monotonic time when the job was begun, or NEVER."""
        begun: float = _JOB.unpack_from(self._memory, _JOBS + job * _JOB.size)[0]
        return begun

    def dismissed(self, job: int) -> bool:
        """Whether the engine that worked on the job was killed to make room."""
        engine: int = _JOB.unpack_from(self._memory, _JOBS + job * _JOB.size)[1]
        dismissed: bool = _ENGINE.unpack_from(self._memory, engine * _ENGINE.size)[1]
        return dismissed
