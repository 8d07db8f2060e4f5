"""`cstokg network`: who was bound to what on one day or two, and what changed."""

import click

from cstokg.cli.answers import answer, answer_options
from cstokg.cli.session import Session, pass_session


@click.command(short_help="Say who is bound to what on a day, and what changed to another.")
@click.option("--day", default="", help="As 2000-01-01; else the last on which a source speaks.")
@click.option("--compare", metavar="DAY", default="", help="What changed from or to another day.")
@click.option("--kinds", default="", help="Of membership,treaty,observer,office,recognition.")
@answer_options
@pass_session
def command(session: Session, /, *, format_name: str, **asked: str) -> None:
    """Say who is bound to what on a day, and what was gained and lost between two days.

    \b
    Examples:
      cstokg network --day 2003-01-01 --compare 2024-06-25 --kinds membership,treaty
    """
    from cstokg.analysis.bonds.as_of import to_answer
    from cstokg.analysis.bonds.network import network

    answer(
        session,
        format_name,
        lambda dataset, labels: to_answer(network(dataset, labels=labels, **asked).table),
    )
