"""`cstokg why`: what a triple rests on, or what it lacks."""

import click

from cstokg.cli.answers import answer, answer_options
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
    from cstokg.analysis.reasons.triples import to_answer, why

    answer(
        session,
        format_name,
        lambda dataset, labels: to_answer(why(dataset, subject, predicate, value), labels.name),
    )
