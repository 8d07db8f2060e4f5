"""How the commands print an answer (`analysis.answer`): as a table, JSON, CSV or XLSX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cstokg.cli.output import echo_bytes, echo_json, echo_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from cstokg.analysis.answer import Answer
    from cstokg.analysis.labels import Labels
    from cstokg.cli.session import Session
    from cstokg.dataset.model import Dataset


def answer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options `--json` and `--format`, which become the parameter `format_name`."""
    formats = click.Choice(["table", "json", "csv", "xlsx"])
    command = click.option(
        "-f", "--format", "format_name", type=formats, default="table", help="How to print it."
    )(command)
    return click.option(
        "--json", "format_name", flag_value="json", help="The same as --format json."
    )(command)


def answer(session: Session, format_name: str, find: Callable[[Dataset, Labels], Answer]) -> Answer:
    """Print in a format what `find` answers of the session's dataset, and return it."""
    from cstokg.analysis.labels import read_labels

    dataset = session.dataset()
    labels = read_labels(dataset)
    found = find(dataset, labels)
    echo_answer(found, labels, format_name)
    return found


def echo_answer(answer: Answer, labels: Labels, format_name: str) -> None:
    """Print an answer in a format: on the terminal the title, the finding and a table."""
    from cstokg.analysis.answer import flat_rows, to_csv, to_json, to_xlsx

    name_of = labels.name
    if format_name == "json":
        echo_json(to_json(answer, name_of))
    elif format_name == "csv":
        click.echo(to_csv(answer, name_of), nl=False)
    elif format_name == "xlsx":
        echo_bytes(to_xlsx(answer, name_of))
    else:
        click.echo("\n".join(filter(None, (answer.title, answer.finding))))
        brief = [column for column in answer.columns if column.brief]
        shown = [column.names[-1] for column in brief]
        if answer.rows:
            headings = [column.heading for column in brief]
            rows = flat_rows(answer, name_of)
            echo_table(headings, [[str(row[name]) for name in shown] for row in rows])
