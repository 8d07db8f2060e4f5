"""How the commands print an answer (`analysis.answer`): as a table, JSON or CSV."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any

import click

from cstokg.cli.output import echo_json, echo_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from cstokg.analysis.answer import Answer
    from cstokg.dataset.model import Dataset


def answer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options `--json` and `--format`, which become the parameter `format_name`."""
    formats = click.Choice(["table", "json", "csv"])
    command = click.option(
        "-f", "--format", "format_name", type=formats, default="table", help="How to print it."
    )(command)
    return click.option(
        "--json", "format_name", flag_value="json", help="The same as --format json."
    )(command)


def echo_answer(answer: Answer, dataset: Dataset, format_name: str) -> None:
    """Print an answer; the finding goes to stderr where programs read the rest."""
    from cstokg.analysis.answer import flat_columns, flat_rows
    from cstokg.analysis.labels import read_labels

    labels = read_labels(dataset)
    rows = flat_rows(answer, lambda iri: labels.find(iri)[0])
    if format_name == "json":
        told = {"finding": answer.finding} if answer.finding else {}
        echo_json({"title": answer.title, **told, "rows": rows})
    elif format_name == "csv":
        text = StringIO()
        writer = csv.DictWriter(text, flat_columns(answer), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        click.echo(text.getvalue(), nl=False)
    else:
        click.echo("\n".join(filter(None, (answer.title, answer.finding))))
        brief = [column for column in answer.columns if column.brief]
        shown = [
            f"{column.name}_label" if column.kind == "nodes" else column.name for column in brief
        ]
        if rows:
            headings = [column.heading for column in brief]
            echo_table(headings, [[row[name] for name in shown] for row in rows])
