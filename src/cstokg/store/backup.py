"""A backup: one compressed file of N-Quads whose first line, a comment, says what is in it.

Any program that reads N-Quads reads it; `zcat` shows it.
"""

import gzip
import json
import zlib
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cstokg.errors import MissingFileError, StorageError, StorageFullError
from cstokg.store.atomic_file import write_whole
from cstokg.store.disk import Contents, Head, Origin, find_flaw

FORMAT: Final = 1
"""The version of this format, which the key of the first line carries."""

_KEY: Final = "cstokg-backup"
_LEVEL: Final = 6


def write_backup(path: Path, contents: Contents) -> None:
    """Write a dataset to a file, in one step. Raises StorageError.

    The same dataset makes the same bytes.
    """
    first = {
        _KEY: FORMAT,
        "sha256": sha256(contents.nquads).hexdigest(),
        "head": asdict(contents.head),
        "origin": asdict(contents.origin),
    }
    text = f"# {json.dumps(first)}\n".encode() + contents.nquads
    try:
        write_whole(path, gzip.compress(text, compresslevel=_LEVEL, mtime=0))
    except OSError as error:
        fault = StorageFullError if "No space" in str(error) else StorageError
        raise fault(f"the backup cannot be written: {error}") from error


def read_backup(path: Path) -> Contents:
    """Return the dataset of a backup. Raises MissingFileError or StorageError."""
    if not path.is_file():
        raise MissingFileError(path)
    try:
        first, _, nquads = gzip.decompress(path.read_bytes()).partition(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise _unusable(path, f"it is cut short, damaged, or no backup: {error}") from error
    header = _read_header(path, first)
    if header[_KEY] != FORMAT:
        other = "newer" if header[_KEY] > FORMAT else "older"
        raise StorageError(
            f"the backup {path} is in format {header[_KEY]}, and this cstokg knows format {FORMAT}",
            hint=f"Restore it with the {other} cstokg that made it.",
        )
    try:
        contents = Contents(Origin(**header["origin"]), Head(**header["head"]), nquads)
        expected = header["sha256"]
    except (KeyError, TypeError):
        raise _unusable(path, "its first line is not that of a backup") from None
    if sha256(nquads).hexdigest() != expected:
        raise _unusable(path, "its content is not that which its checksum was made of")
    if flaw := find_flaw(contents):
        raise _unusable(path, flaw)
    return contents


def _read_header(path: Path, first: bytes) -> dict[str, Any]:
    try:
        header = json.loads(first.removeprefix(b"# "))
        if isinstance(header[_KEY], int):
            return dict(header)
    except (ValueError, KeyError, TypeError):
        pass
    raise _unusable(path, "its first line is not that of a backup")


def _unusable(path: Path, problem: str) -> StorageError:
    return StorageError(
        f"the backup {path} cannot be used: {problem}",
        hint="Take another backup of the same store.",
    )
