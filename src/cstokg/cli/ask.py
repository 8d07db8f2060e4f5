"""`cstokg ask`: the stored competency questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cstokg.cli.output import echo_json, echo_table
from cstokg.cli.query import echo_result, format_option
from cstokg.cli.session import Session, completion, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator


def _names() -> Iterator[tuple[str, str]]:
    from cstokg.quality.competency_questions import load_questions

    return ((question.name, question.title) for question in load_questions())


@click.command(short_help="Ask one of the stored questions.")
@click.argument("name", required=False, shell_complete=completion(_names))
@click.option("--list", "list_all", is_flag=True, help="List the questions (so does no NAME).")
@click.option("--show", is_flag=True, help="Print the question's query and expected answer.")
@click.option("--json", "as_json", is_flag=True, help="Print the list, or the answer, as JSON.")
@format_option
@pass_session
def command(
    session: Session,
    name: str | None,
    *,
    list_all: bool,
    show: bool,
    as_json: bool,
    format_name: str | None,
) -> None:
    """Answer the stored competency question NAME: its number, its file's name or a part of it.

    \b
    Examples:
      cstokg ask                       # list them
      cstokg ask CQ01
      cstokg ask initial-signatories -f csv
      cstokg ask cq01 --show           # the query and the expected answer
    """
    from cstokg.quality.competency_questions import ask_question, find_question, load_questions

    if name is None or list_all:
        questions = load_questions()
        if as_json:
            fields = ("id", "name", "title", "question")
            echo_json([{field: getattr(each, field) for field in fields} for each in questions])
        else:
            echo_table(("id", "question"), [(each.id, each.question) for each in questions])
        return
    question = find_question(name)
    if show:
        click.echo(question.query.rstrip("\n"))
        return
    chosen = "json" if as_json else format_name
    if chosen in (None, "table"):
        click.echo(f"{question.id}: {question.question}", err=True)
    echo_result(ask_question(question, session.dataset()), chosen)
