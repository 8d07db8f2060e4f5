"""`cstokg timeline`: what involves somebody, in the order of time."""

from typing import Any

import click

from cstokg.cli.answers import answer, answer_options
from cstokg.cli.session import Session, pass_session


@click.command(short_help="List what involves somebody, in the order of time.")
@click.argument("involves", nargs=-1)
@click.option(
    "--kinds", "lanes", multiple=True, type=click.Choice(["bonds", "events", "statements"])
)
@click.option("--actuality", multiple=True, metavar="NAME", help="actuality:alleged, …")
@click.option(
    "--from", "first", metavar="DATE", default="", help="Not over before this date (EDTF)."
)
@click.option("--to", "last", metavar="DATE", default="", help="Begun by this date (EDTF).")
@click.option("--dated", is_flag=True, help="Leave out what has no date.")
@click.option(
    "--source", metavar="NAME", default="", help="Only this source: source:scepanovic-2024."
)
@answer_options
@pass_session
def command(session: Session, /, *, format_name: str, **asked: Any) -> None:
    """List the bonds, events and statements that involve all of INVOLVES, in the order of time.

    What has no date of its own gets bounds from what it comes after and before.

    \b
    Examples:
      cstokg timeline state:armenia --from 2022
      cstokg timeline state:belarus state:azerbaijan --kinds events --json
      cstokg timeline person:nikol-pashinyan --kinds statements
    """
    from cstokg.analysis.chronology import chronology, to_answer

    answer(
        session,
        format_name,
        lambda dataset, labels: to_answer(chronology(dataset, labels=labels, **asked), dataset),
    )
