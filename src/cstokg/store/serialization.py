"""A result in the format it is sent in: in memory, or in a file where it is a large one."""

from __future__ import annotations

import os
import tempfile
import weakref
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cstokg.formats import Kind
    from cstokg.store.results import Result

LARGE: Final = 256 * 1024
"""From how many bytes a result is better kept in a file than in the memory of who sends it."""

_PIECE: Final = 64 * 1024


class Spool:
    """A file without a name, read from its beginning by any number of readers.

    It is closed with the object, and gone when nobody has it open.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        weakref.finalize(self, os.close, descriptor)

    def __len__(self) -> int:
        return os.fstat(self.descriptor).st_size

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over its pieces, of which only one is in memory at a time."""
        place = 0
        while piece := os.pread(self.descriptor, _PIECE, place):
            place += len(piece)
            yield piece


class Written(NamedTuple):
    """A result of a kind in a format of the table."""

    kind: Kind
    format_name: str
    content: bytes | Spool

    def read(self) -> bytes:
        """Return it whole."""
        return self.content if isinstance(self.content, bytes) else b"".join(self.content)


def write(result: Result, formats: Mapping[Kind, str]) -> Result | Written:
    """Return `result` in the format that `formats` names for its kind, or as it is."""
    name = formats.get(result.kind)
    return result if name is None else Written(result.kind, name, result.serialize(name))


def put_aside(written: Written) -> Written:
    """Return `written` with its content in a file if it is large and there is room for it."""
    if not isinstance(written.content, bytes) or len(written.content) < LARGE:
        return written
    try:
        with tempfile.TemporaryFile(prefix="cstokg-", buffering=0) as file:
            view = memoryview(written.content)
            while view:
                view = view[file.write(view) :]
            spool = Spool(os.dup(file.fileno()))
    except OSError:  # no folder, or no room in it: it travels as a small one does
        return written
    return Written(written.kind, written.format_name, spool)
