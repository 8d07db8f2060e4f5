"""`cstokg claims`: who claims what, and what stands against it."""

from collections.abc import Sequence

import click

from cstokg.cli.answers import answer, answer_options
from cstokg.cli.session import Session, pass_session


@click.command(short_help="Show who claims what, and who contradicts it.")
@click.option("--about", multiple=True, metavar="X", help="What the claims are about.")
@click.option("--by", multiple=True, metavar="Y", help="Who makes them.")
@click.option("--stance", multiple=True, metavar="Z", help="What is done: claims, denies …")
@click.option("--topic", multiple=True, metavar="T", help="A topic that they are about.")
@click.option("--source", multiple=True, metavar="SLUG", help="The source that has them.")
@answer_options
@pass_session
def command(session: Session, /, *, format_name: str, **wanted: Sequence[str]) -> None:
    """Show the claims, each with its speaker; what is disputed stands first, side by side.

    Values are names ("Pashinyan"), prefixed names (person:nikol-pashinyan) or IRIs. Of an option
    that is given several times, any value will do. CSV and JSON have more columns.

    \b
    Examples:
      cstokg claims --by Pashinyan
      cstokg claims --about "CSTO enlargement" --format csv
      cstokg claims --by Tasmagambetov --stance predicts --json
    """
    from cstokg.analysis.claims.answer import answer_claims
    from cstokg.analysis.claims.choice import choose_claims
    from cstokg.analysis.claims.records import read_claims

    answer(
        session,
        format_name,
        lambda dataset, labels: answer_claims(
            choose_claims(read_claims(dataset), labels, wanted), labels.name
        ),
    )
