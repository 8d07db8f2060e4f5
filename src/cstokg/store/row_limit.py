"""How many rows a SELECT answers, counted while the engine writes them."""

import json
from typing import Any, Final

from cstokg.errors import AnswerTooLargeError

_SEPARATOR: Final = b"},{"
"""What stands between two rows in the SPARQL 1.1 JSON format, and nowhere else but in texts."""


_FIRST: Final = '"bindings":['
"""What stands before the first row; no name of a variable has a quotation mark in it."""

_NO_ROWS: Final = b"[]}}"
_PIECE: Final = 1024 * 1024


class BoundedRows:
    """Takes SPARQL results in JSON, and raises AnswerTooLargeError at one row over `max_rows`."""

    def __init__(self, max_rows: int) -> None:
        self._max_rows = max_rows
        self._chunks: list[bytes] = []
        self._likely = 0
        self._counter = _SeparatorCounter()
        self._counted = 0

    def write(self, chunk: bytes, /) -> int:
        """Take the next bytes. Raises AnswerTooLargeError."""
        self._chunks.append(chunk)
        # Never too low: texts may hold separators, and one may lie across the chunk's border.
        # Telling them apart costs time, which only an answer near the limit is made to spend.
        self._likely += chunk.count(_SEPARATOR) + 1
        if self._likely >= self._max_rows:
            for uncounted in self._chunks[self._counted :]:
                self._counter.feed(uncounted)
            self._counted = len(self._chunks)
            if self._counter.separators >= self._max_rows:
                raise AnswerTooLargeError(self._max_rows)
        return len(chunk)

    def flush(self) -> None:
        """Do nothing: the engine asks for it, as it would a file."""

    def getvalue(self) -> bytes:
        """Return all that was taken."""
        return b"".join(self._chunks)


def count_rows(payload: bytes) -> int:
    """Return how many rows the engine's SPARQL results in JSON have, without reading them."""
    counter = _SeparatorCounter()
    view = memoryview(payload)
    for start in range(0, len(view), _PIECE):
        counter.feed(bytes(view[start : start + _PIECE]))
    return 0 if payload.endswith(_NO_ROWS) else counter.separators + 1


def first_rows(payload: bytes, limit: int) -> list[dict[str, Any]]:
    """Return up to `limit` rows of the engine's SPARQL results in JSON; the others are not read."""
    text = payload.decode()
    place = text.index(_FIRST) + len(_FIRST)
    read = json.JSONDecoder().raw_decode
    rows: list[dict[str, Any]] = []
    while len(rows) < limit and text[place] == "{":
        row, place = read(text, place)
        rows.append(row)
        place += text[place] == ","
    return rows


class _SeparatorCounter:
    """Counts the separators of a JSON text that comes in pieces, those inside its texts left out.

    `\\"` and `\\\\` are taken out first, so that every quotation mark left begins or ends a text.
    """

    def __init__(self) -> None:
        self.separators = 0
        self._inside = False
        self._escape = b""
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        piece = self._escape + piece
        escapes = len(piece) - len(piece.rstrip(b"\\"))
        cut = len(piece) - escapes % 2
        piece, self._escape = piece[:cut], piece[cut:]
        parts = piece.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        outside = self._tail + b"".join(parts[int(self._inside) :: 2])
        self.separators += outside.count(_SEPARATOR)
        self._tail = outside[-(len(_SEPARATOR) - 1) :]
        self._inside ^= len(parts) % 2 == 0
