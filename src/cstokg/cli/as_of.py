"""`cstokg as-of`: who was bound to what on a day, by which source, and why."""

import click

from cstokg.cli.answers import answer, answer_options
from cstokg.cli.session import Session, pass_session


@click.command(short_help="Say who was a member, a party, an observer … on a day, and why.")
@click.argument("day", required=False, default="")
@click.option(
    "--of",
    metavar="NAME",
    default="",
    help="To what: an organization, a treaty, an office …",
)
@click.option("--state", metavar="NAME", default="", help="Who; alone, all bonds of one.")
@click.option("--source", metavar="SLUG", default="", help="Only what this source tells.")
@click.option("--known-by", metavar="DAY", default="", help="Only what had been told by a day.")
@click.option("--compare", metavar="DAY", default="", help="What changed from or to another day.")
@answer_options
@pass_session
def command(session: Session, /, *, format_name: str, **asked: str) -> None:
    """Say who was bound to what on a DAY, as 2003-01-01: attested, carried forward, open, or not.

    Without a day it is the last on which a source speaks, and without --of and --state the CSTO.
    docs/answers.md says what the verdicts mean.

    \b
    Examples:
      cstokg as-of 2003-01-01 --of organization:csto --compare 2024-06-25
      cstokg as-of --state state:armenia --json
      cstokg as-of 1995-01-01 --of treaty:collective-security-treaty
    """
    from cstokg.analysis.bonds.as_of import as_of, to_answer

    answer(
        session,
        format_name,
        lambda dataset, labels: to_answer(as_of(dataset, labels=labels, **asked)),
    )
