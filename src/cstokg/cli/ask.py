"""`cstokg ask`: the stored questions, by name or in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cstokg.cli.answers import answer_options, echo_answer
from cstokg.cli.output import echo_json, echo_table
from cstokg.cli.session import Session, completion, pass_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cstokg.analysis.questions.answering import Choices
    from cstokg.dataset.model import Dataset
    from cstokg.quality.competency_questions import Question

_NEAREST = 5
"""How many questions and things are shown where none is meant for certain."""


def _names() -> Iterator[tuple[str, str]]:
    from cstokg.quality.competency_questions import load_questions

    return ((question.name, question.title) for question in load_questions())


@click.command(short_help="Answer a stored question, by its name or in words.")
@click.argument("name", required=False, metavar="[QUESTION]", shell_complete=completion(_names))
@click.option(
    "--set", "given", multiple=True, metavar="NAME=VALUE", help="Give a parameter another value."
)
@click.option("--list", "list_all", is_flag=True, help="List the questions (so does no QUESTION).")
@click.option("--show", is_flag=True, help="Print the question's query and expected answer.")
@answer_options
@pass_session
def command(
    session: Session,
    name: str | None,
    *,
    given: tuple[str, ...],
    list_all: bool,
    show: bool,
    format_name: str,
) -> None:
    """Answer a stored QUESTION: its number, its file's name or a part of it, or your own words.

    \b
    Examples:
      cstokg ask                       # list them
      cstokg ask CQ01
      cstokg ask members-as-of-a-day --set day=2003-01-01 --set organization=organization:guam
      cstokg ask "who was in GUAM in 2000?"
      cstokg ask initial-signatories --format csv
      cstokg ask cq01 --show           # the query and the expected answer
    """
    from cstokg.analysis.questions.answering import answer_question, read_choices, read_values
    from cstokg.quality.competency_questions import find_question, load_questions

    questions = load_questions()
    if name is None or list_all:
        if format_name == "json":
            fields = ("id", "name", "title", "question", "theme")
            echo_json([{field: getattr(each, field) for field in fields} for each in questions])
        else:
            echo_table(("id", "question"), [(each.id, each.question) for each in questions])
        return
    if show:
        click.echo(find_question(name, questions).query.rstrip("\n"))
        return
    chosen = dict(_pair(each) for each in given)
    # One word is a name; what has more is a question.
    named = [find_question(name, questions)] if len(name.split()) == 1 else []
    dataset = session.dataset()
    choices = read_choices(dataset, named or questions)
    understood = (named[0], {}) if named else _understand(name, questions, choices, dataset)
    if understood is None:
        click.get_current_context().exit(1)
    question, found = understood
    values = read_values(question, found | chosen, choices)
    answer = answer_question(dataset, question, values, choices.labels)
    echo_answer(answer, choices.labels, format_name)


def _understand(
    text: str, questions: Sequence[Question], choices: Choices, dataset: Dataset
) -> tuple[Question, dict[str, str]] | None:
    """Say on stderr what is understood; print what is nearest, and return None, if nothing is."""
    from cstokg.analysis.questions.typed import FITS, find_questions
    from cstokg.analysis.search.index import build_index
    from cstokg.namespaces import shorten

    near = find_questions(text, questions, choices)
    if near and near[0].score >= FITS:
        best = near[0]
        settings = "".join(f" --set {name}={shorten(value)}" for _, name, value in best.taken)
        click.echo(f"understood: cstokg ask {best.question.slug}{settings}", err=True)
        return best.question, {name: value for _, name, value in best.taken}
    click.echo("no stored question is like it; nearest are:", err=True)
    rows = [(each.question.name, each.question.question) for each in near[:_NEAREST]]
    hits = build_index(dataset, choices.labels).search(text)[:_NEAREST]
    rows += [(shorten(hit.entry.iri), hit.entry.label) for hit in hits]
    echo_table(("name", "what"), rows)
    return None


def _pair(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals:
        raise click.UsageError(f"--set {setting} is not NAME=VALUE")
    return name.strip(), value
