"""Ending from another thread what a thread waits for."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Lock
from typing import Final

from cstokg.errors import QueryCancelledError


class Cancellation:
    """The jobs of one request: `cancel`, from any thread, ends them and those to come."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._connection: socket.socket | None = None
        self.cancelled = False

    def cancel(self) -> None:
        """End the job that is waited for, and refuse every other one."""
        with self._lock:
            self.cancelled = True
            if self._connection is not None:
                with suppress(OSError):
                    # The kernel kills the worker that has the other end.
                    self._connection.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def covering(self, connection: socket.socket) -> Iterator[None]:
        """Let `cancel` end what `connection` is used for. Raises QueryCancelledError if it did."""
        with self._lock:
            if self.cancelled:
                raise QueryCancelledError
            self._connection = connection
        try:
            yield
        except Exception as error:
            if self.cancelled:
                raise QueryCancelledError from error
            raise
        finally:
            with self._lock:
                self._connection = None


_CURRENT: Final[ContextVar[Cancellation | None]] = ContextVar("cancellation", default=None)


@contextmanager
def cancelled_by(cancellation: Cancellation) -> Iterator[None]:
    """Put the jobs of this thread within the context under `cancellation`."""
    token = _CURRENT.set(cancellation)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current_cancellation() -> Cancellation:
    """Return what the jobs of this thread are under, or one that is never used."""
    return _CURRENT.get() or Cancellation()
