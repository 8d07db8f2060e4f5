"""Files that are there whole or not at all, also after the power was cut."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write or replace a file in one step, and have it on the disk. Raises OSError.

    `mode` says, within the umask, who may read it, from its first byte on.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")  # another process may write it too
    part.unlink(missing_ok=True)  # of a process of that number that was ended
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
