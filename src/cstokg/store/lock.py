"""A lock that one process holds on a folder, and that ends with the process, however it ends."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from cstokg.errors import StorageError, StoreInUseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE: Final = 3.0
"""Seconds to wait for a process that is just ending."""

_PAUSE: Final = 0.05


def take(path: Path) -> int:
    """Take the lock in the file `path`, and return the descriptor that holds it until it is closed.

    Raises StoreInUseError, which names the process that has it.
    """
    try:
        import fcntl
    except ImportError:
        raise StorageError("a dataset on disk needs a system like Linux") from None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    end = time.monotonic() + _PATIENCE
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    raise _in_use(path, os.pread(descriptor, 32, 0)) from None
                time.sleep(_PAUSE)
            else:
                break
        with suppress(OSError):  # The lock holds; on a full disk it only does not say whose it is.
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock in the file `path`. Raises StoreInUseError."""
    descriptor = take(path)
    try:
        yield
    finally:
        os.close(descriptor)


def _in_use(path: Path, holder: bytes) -> StoreInUseError:
    number = holder.decode("ascii", "replace").strip()
    process = f" (process {number})" if number.isdigit() else ""
    return StoreInUseError(
        f"another server has the store {path.parent} open{process}",
        hint="A store is for one server at a time: stop the other one, or name another folder.",
    )
