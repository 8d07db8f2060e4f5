"""`cstokg why`: what a triple rests on, or what it lacks."""

from __future__ import annotations

import click

from cstokg.cli.answers import answer_options, echo_answer
from cstokg.cli.session import Session, pass_session


@click.command(short_help="Say what a triple rests on, or what it lacks.")
@click.argument("subject")
@click.argument("predicate", metavar="PROPERTY")
@click.argument("value", metavar="OBJECT")
@answer_options
@pass_session
def command(
    session: Session, subject: str, predicate: str, value: str, *, format_name: str
) -> None:
    """Say which source, rule, accounts and voices a triple rests on.

    Of one that is not in the graph: what the rules lack that would give it.

    \b
    Examples:
      cstokg why state:armenia ckg:memberOf organization:csto
      cstokg why state:uzbekistan ckg:formerMemberOf organization:csto
      cstokg why person:nikol-pashinyan a ckg:Person --json
    """
    from cstokg.analysis.labels import read_labels
    from cstokg.analysis.why import to_answer, why

    dataset = session.dataset()
    labels = read_labels(dataset)
    found = why(dataset, subject, predicate, value)
    echo_answer(to_answer(found, lambda iri: labels.find(iri)[0]), labels, format_name)
