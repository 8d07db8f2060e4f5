"""A file that one process at a time holds, for as long as it runs."""

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Final

from cstokg.errors import StorageError, StoreInUseError

_PATIENCE: Final = 3.0
"""Seconds to wait for a process that is just ending, and for its children."""

_PAUSE: Final = 0.05


def exclusive_lock(path: Path) -> AbstractContextManager[None]:
    """Take the lock in the file `path`, and return a context that lets go of it.

    The kernel lets go of it when the process ends, however it ends. Raises StoreInUseError, which
    names the process that has it, StorageError where there are no such locks, and OSError.
    """
    try:
        import fcntl
    except ImportError:
        raise StorageError("a dataset on disk needs a system like Linux") from None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > end:
                raise _in_use(path, descriptor) from None
            time.sleep(_PAUSE)
    with suppress(OSError):  # The lock holds; on a full disk it only does not say whose it is.
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return _held(descriptor)


def _in_use(path: Path, descriptor: int) -> StoreInUseError:
    with os.fdopen(descriptor) as file:
        holder = file.read(32).strip()
    process = f" (process {holder})" if holder.isdigit() else ""
    return StoreInUseError(
        f"another server has the store {path.parent} open{process}",
        hint="A store is for one server at a time: stop the other one, or name another folder.",
    )


@contextmanager
def _held(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)
