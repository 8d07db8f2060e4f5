"""A result in the format and coding it is sent in: in memory, or in a file where it is large."""

import os
import tempfile
import weakref
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from cstokg.formats import Kind
from cstokg.store.query_options import QueryOptions
from cstokg.store.results import BooleanResult, GraphResult, Result, SelectResult

LARGE: Final = 256 * 1024
"""From how many bytes a result is kept in a file rather than in the memory of its sender."""

MIN_COMPRESSED: Final = 1024
"""From how many bytes an answer is compressed; a smaller one fits in one packet anyway."""

CODINGS: Final = ("zstd", "gzip")
"""The content codings that `compress` knows (RFC 9110, 8.4.1), the preferred one first."""

_PIECE: Final = 64 * 1024
_GZIP_LEVEL: Final = 1
_ZSTD_LEVEL: Final = 3


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


class SerializedResult(NamedTuple):
    """A result of a kind in a format of the table, compressed where `coding` says so."""

    kind: Kind
    format_name: str
    content: bytes | Spool
    coding: str = ""

    def read(self) -> bytes:
        """Return the content whole, as it is coded."""
        return self.content if isinstance(self.content, bytes) else b"".join(self.content)


Answer = SelectResult | BooleanResult | GraphResult | SerializedResult


def serialize(result: Result, options: QueryOptions) -> Answer:
    """Return `result` in the format that `options` names for its kind, or as it is."""
    name = options.formats.get(result.kind)
    if name is None:
        return result
    content = result.serialize(name)
    if options.coding and len(content) >= MIN_COMPRESSED:
        return SerializedResult(
            result.kind, name, compress(content, options.coding), options.coding
        )
    return SerializedResult(result.kind, name, content)


def compress(content: bytes, coding: str) -> bytes:
    """Return `content` in a coding of `CODINGS`."""
    if coding == "gzip":
        # 16 more than the window's bits: with gzip's own head and foot.
        return zlib.compress(content, _GZIP_LEVEL, zlib.MAX_WBITS + 16)
    import zstandard

    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(content)


def spool(answer: SerializedResult) -> SerializedResult:
    """Return `answer` with its content in a file if it is large and there is room for it."""
    if not isinstance(answer.content, bytes) or len(answer.content) < LARGE:
        return answer
    try:
        with tempfile.TemporaryFile(prefix="cstokg-", buffering=0) as file:
            view = memoryview(answer.content)
            while view:
                view = view[file.write(view) :]
            return answer._replace(content=Spool(os.dup(file.fileno())))
    except OSError:  # no folder, or no room in it: it travels as a small one does
        return answer
