"""An answer for people: its finding in a sentence, and a table that is the same everywhere.

The page, JSON, CSV and the command line are made of one `Answer`, with the same names of columns.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

R = TypeVar("R")
Cell = str | date | Iterable[str] | None


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, its heading for people.

    The cells of `text` are words; those of `nodes` are IRIs, apart from each other by a space, and
    a second column has their names: `state` and `state_label`.
    """

    name: str
    heading: str
    kind: Literal["text", "nodes"] = "text"
    brief: bool = True
    """False where it is left out for want of room, as on a terminal."""


Cells = dict[Column, Callable[[R], Cell]]
"""What a column has of a record: words, a day, or IRIs."""


@dataclass(frozen=True)
class Answer:
    """What was found."""

    title: str
    """The finding in a sentence."""
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, str]]
    """A cell for each column by its name; one that is left out is empty."""
    query: str
    """A query that finds what the rows are made of."""
    sources: tuple[str, ...] = ()
    """The documents that it rests on, as IRIs."""
    finding: str = ""
    """The answer in a sentence, where the title is a question."""


def make_answer(title: str, records: Iterable[R], cells: Cells[R], query: str) -> Answer:
    """Return the answer that has a row for each record; `cells` say what is in each column.

    The documents that it rests on are those in the column `source`.
    """
    rows = [{column.name: _cell(read(each)) for column, read in cells.items()} for each in records]
    sources = dict.fromkeys(iri for row in rows for iri in row.get("source", "").split())
    return Answer(title, tuple(cells), rows, query, tuple(sources))


def _cell(found: Cell) -> str:
    if found is None or isinstance(found, str | date):
        return str(found or "")
    return " ".join(dict.fromkeys(found))


def flat_rows(answer: Answer, name_of: Callable[[str], str]) -> list[dict[str, str]]:
    """Return the rows for programs, with a column of names behind each of IRIs."""
    rows = []
    for row in answer.rows:
        flat = {}
        for column in answer.columns:
            flat[column.name] = cell = row.get(column.name, "")
            if column.kind == "nodes":
                flat[f"{column.name}_label"] = "; ".join(map(name_of, cell.split()))
        rows.append(flat)
    return rows


def to_json(answer: Answer, name_of: Callable[[str], str]) -> dict[str, Any]:
    """Return the answer as JSON has it; `name_of` has the names of IRIs."""
    told = {"finding": answer.finding} if answer.finding else {}
    return {"title": answer.title, **told, "rows": flat_rows(answer, name_of)}


def to_csv(answer: Answer, name_of: Callable[[str], str], line_end: str = "\r\n") -> str:
    """Return the rows as CSV (RFC 4180), with a header also where there are none."""
    names = []
    for column in answer.columns:
        names += [column.name] if column.kind == "text" else [column.name, f"{column.name}_label"]
    text = StringIO()
    writer = csv.DictWriter(text, names, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(flat_rows(answer, name_of))
    return text.getvalue()
