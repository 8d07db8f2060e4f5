"""`cstokg as-of`: who was bound to what on a day, by which source, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cstokg.cli.answers import answer_options, echo_answer
from cstokg.cli.session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Callable


def _options(command: Callable[..., int]) -> Callable[..., int]:
    for name, metavar, told in reversed(
        (
            ("of", "NAME", "To what: an organization, a treaty, an office, what is recognized."),
            ("state", "NAME", "Who; alone, all bonds of one."),
            ("source", "SLUG", "Only what this source tells."),
            ("known-by", "DAY", "Only what had been told by a day."),
            ("compare", "DAY", "What changed from or to another day."),
        )
    ):
        command = click.option(f"--{name}", metavar=metavar, default="", help=told)(command)
    return command


@click.command(short_help="Say who was a member, a party, an observer … on a day, and why.")
@click.argument("day", required=False, default="")
@_options
@answer_options
@pass_session
def command(
    session: Session,
    *,
    day: str,
    of: str,
    state: str,
    source: str,
    known_by: str,
    compare: str,
    format_name: str,
) -> int:
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
    from cstokg.analysis.labels import read_labels

    dataset = session.dataset()
    labels = read_labels(dataset)
    found = as_of(
        dataset,
        day,
        of=of,
        state=state,
        source=source,
        known_by=known_by,
        compare=compare,
        labels=labels,
    )
    echo_answer(to_answer(found), labels, format_name)
    return 0
