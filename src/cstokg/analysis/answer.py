"""An answer for people: its finding in a sentence, and a table that is the same everywhere.

The page, JSON, CSV, XLSX and the command line are made of one `Answer`, with the same columns.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Any, Literal, TypeVar

from cstokg import __version__
from cstokg.dataset.metadata import DATASET, LICENSE

R = TypeVar("R")
Cell = str | int | date | Iterable[str] | None


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, its heading for people.

    The cells of `text` are words, those of `number` whole numbers; those of `nodes` are IRIs, apart
    from each other by a space, and a second column has their names: `state` and `state_label`.
    """

    name: str
    heading: str
    kind: Literal["text", "number", "nodes"] = "text"
    brief: bool = True
    """False where it is left out for want of room, as on a terminal."""
    meaning: str = ""
    """What is in it, in a sentence."""
    second: str = ""
    """What the column of names is called, if not `…_label`."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its name, and behind it that of the column of names if there is one."""
        return (self.name, self.second or f"{self.name}_label")[: 1 + (self.kind == "nodes")]


Cells = dict[Column, Callable[[R], Cell]]
"""What a column has of a record: words, a number, a day, or IRIs."""


@dataclass(frozen=True)
class Answer:
    """What was found."""

    title: str
    """The finding in a sentence."""
    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Any]]
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
    if found is None:
        return ""
    return str(found) if isinstance(found, str | int | date) else " ".join(dict.fromkeys(found))


def flat_rows(answer: Answer, name_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the rows for programs, with a column of names behind each of IRIs."""
    rows = []
    for row in answer.rows:
        flat: dict[str, Any] = {}
        for column in answer.columns:
            flat[column.name] = cell = row.get(column.name, "")
            for name in column.names[1:]:
                flat[name] = "; ".join(map(name_of, str(cell).split()))
        rows.append(flat)
    return rows


def to_json(answer: Answer, name_of: Callable[[str], str]) -> dict[str, Any]:
    """Return the answer as JSON has it; `name_of` has the names of IRIs."""
    told = {"finding": answer.finding} if answer.finding else {}
    return {"title": answer.title, **told, "rows": flat_rows(answer, name_of)}


def to_csv(answer: Answer, name_of: Callable[[str], str]) -> str:
    """Return the rows as CSV (RFC 4180), with a header also where there are none."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(_lines(answer, name_of))
    return text.getvalue()


def to_xlsx(answer: Answer, name_of: Callable[[str], str]) -> bytes:
    """Return a workbook: the rows on a sheet `Table`, what they mean on another, `README`."""
    from xlsxwriter import Workbook

    readme = [
        ("Table", answer.title),
        *(("Source", f"{name_of(iri)} {iri}") for iri in answer.sources),
        *(("Licence", LICENSE), ("Version", __version__)),
        ("Cite", f"The cstokg maintainers. cstokg, version {__version__}. {DATASET}"),
        *((name, each.meaning or each.heading) for each in answer.columns for name in each.names),
    ]
    file = BytesIO()
    # What begins with `=` is a text, and no formula.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, {"in_memory": True, **plain}) as book:
        for title, lines in (("Table", _lines(answer, name_of)), ("README", readme)):
            sheet = book.add_worksheet(title)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
            sheet.autofit(400)
    return file.getvalue()


def _lines(answer: Answer, name_of: Callable[[str], str]) -> list[tuple[Any, ...]]:
    """Return the rows below a header."""
    header = tuple(name for column in answer.columns for name in column.names)
    return [header, *(tuple(row.values()) for row in flat_rows(answer, name_of))]
