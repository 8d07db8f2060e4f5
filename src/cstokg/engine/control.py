"""The web server's way to its parent: to ask for the dataset's version, and to have it written."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Final

from cstokg.engine import protocol
from cstokg.engine.board import NEVER
from cstokg.engine.changes import Made, Version
from cstokg.errors import (
    EngineLostError,
    EnginesBusyError,
    QueryMemoryError,
    QueryTimeoutError,
    ReadOnlyDatasetError,
    StorageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cstokg.dataset.changes import Change
    from cstokg.engine.board import Board
    from cstokg.engine.budget import WriteBudget

MAX_WAITING: Final = 4
"""How many writes may wait for the one that is made; each holds one of the server's threads."""

_STORING: Final = 30.0
"""Seconds that it may take to make a change that has been worked out."""

_ANSWERED: Final = 5.0
"""Seconds in which the parent says what version there is."""

_RETRY_AFTER: Final = 2
_BUSY: Final = "another write is being made, and this one waited {:g} seconds in vain"
_TOO_MANY: Final = "too many writes wait already"


class Control:
    """Asks the parent; any thread may call it. `budget` is None where nothing may be written."""

    def __init__(
        self,
        requests: socket.socket,
        board: Board,
        budget: WriteBudget | None,
        numbers: Iterator[int],
    ) -> None:
        self._requests = requests
        self._board = board
        self._budget = budget
        self._numbers = numbers
        self._places = threading.BoundedSemaphore(1 + MAX_WAITING)
        self._turn = threading.Lock()

    @property
    def writable(self) -> bool:
        """Whether `write` takes changes."""
        return self._budget is not None

    @property
    def number(self) -> int:
        """The number of the version that queries are answered from."""
        return self._board.version

    def version(self) -> Version:
        """Return what there is to know of the present version. Raises EngineLostError."""
        with self._ask(protocol.ASK_VERSION, next(self._numbers)) as connection:
            connection.settimeout(_ANSWERED)
            try:
                reply = protocol.receive(connection)
            except (OSError, protocol.ConnectionClosedError) as error:
                raise EngineLostError from error
        if not isinstance(reply, Version):
            raise TypeError(f"not a version: {reply}")
        return reply

    def write(self, change: Change) -> Made:
        """Have `change` made, after those that were asked for before.

        Raises ReadOnlyDatasetError, QueryStoppedError, and the errors of `transaction.plan`.
        """
        if self._budget is None:
            raise ReadOnlyDatasetError
        if not self._places.acquire(blocking=False):
            raise EnginesBusyError(_TOO_MANY, retry_after=_RETRY_AFTER)
        try:
            if not self._turn.acquire(timeout=self._budget.seconds):
                waited = _BUSY.format(self._budget.seconds)
                raise EnginesBusyError(waited, retry_after=_RETRY_AFTER)
            try:
                return self._write(change, self._budget)
            finally:
                self._turn.release()
        finally:
            self._places.release()

    def _write(self, change: Change, budget: WriteBudget) -> Made:
        number = next(self._numbers)
        self._board.clear_write(number)
        with self._ask(protocol.ASK_WRITE, number, change) as connection:
            connection.settimeout(budget.seconds + _STORING)
            try:
                reply = protocol.receive(connection)
            except TimeoutError:
                raise StorageError(
                    "the change was not acknowledged in time, and may be made or not",
                    hint="Look whether it was made before you send it again.",
                ) from None
            except (BrokenPipeError, ConnectionResetError):
                raise self._diagnose(number, b"", budget) from None
            except protocol.ConnectionClosedError as closed:
                raise self._diagnose(number, closed.rest, budget) from None
        match reply:
            case Made():
                return reply
            case protocol.OutOfMemory():
                raise QueryMemoryError(budget.memory)
            case Exception():
                raise reply
            case _:
                raise TypeError(f"not the outcome of a change: {reply}")

    def _ask(self, kind: bytes, number: int, change: Change | None = None) -> socket.socket:
        ours, theirs = socket.socketpair()
        request = protocol.REQUEST.pack(kind, number)
        with theirs:
            try:
                if change is None:
                    protocol.hand_over(self._requests, request, theirs.fileno())
                else:
                    protocol.submit(self._requests, request, ours, theirs, change)
            except OSError as error:
                ours.close()
                raise EnginesBusyError(_TOO_MANY, retry_after=_RETRY_AFTER) from error
        return ours

    def _diagnose(self, number: int, rest: bytes, budget: WriteBudget) -> Exception:
        """Return why the writer of a job died; `rest` begins with its last words."""
        begun = self._board.begun(number)
        if begun != NEVER and time.monotonic() - begun >= budget.seconds:
            return QueryTimeoutError(budget.seconds)
        return protocol.diagnose(rest, budget.memory)
