"""How the commands print: tables, JSON and raw bytes to stdout."""

import json
import shutil
import sys
import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import click

_GAP = "  "
_NARROWEST = 8
"""A column is not made narrower than this to fit the terminal."""


def echo_json(value: Any) -> None:
    """Print a value as JSON for programs."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def echo_bytes(payload: bytes) -> None:
    """Print bytes as they are, with a line end after them on a terminal."""
    click.echo(payload, nl=sys.stdout.isatty() and not payload.endswith(b"\n"))


def echo_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a header; on a terminal, long cells are wrapped to its width."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo("\n".join(table_lines(header, rows, width)))


def table_lines(
    header: Sequence[str], rows: Sequence[Sequence[str]], width: int | None
) -> list[str]:
    """Return the lines of a table, no longer than `width` where its columns can be so narrow."""
    cells = [[" ".join(cell.split()) for cell in row] for row in (header, *rows)]
    columns = range(len(header))
    widths = [max(len(row[column]) for row in cells) for column in columns]
    if width is not None:
        room = width - len(_GAP) * (len(header) - 1)
        while sum(widths) > room and max(widths, default=0) > _NARROWEST:
            widths[widths.index(max(widths))] -= 1
    head, *body = (_row_lines(row, widths) for row in cells)
    rule = _GAP.join("-" * each for each in widths)
    return [*head, rule, *(line for lines in body for line in lines)]


def _row_lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [
        textwrap.wrap(cell, each) if len(cell) > each else [cell]
        for cell, each in zip(row, widths, strict=True)
    ]
    lines = zip_longest(*wrapped, fillvalue="")
    return [_GAP.join(map(str.ljust, line, widths)).rstrip() for line in lines]
