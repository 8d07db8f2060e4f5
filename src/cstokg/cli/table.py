"""`cstokg table`: a table of a class, or of bonds by year, for spreadsheets."""

from contextlib import redirect_stdout
from typing import TextIO

import click

from cstokg.cli.answers import answer, answer_options
from cstokg.cli.session import Session, pass_session


@click.command(short_help="Write a table for spreadsheets: of a class, or by year.")
@click.argument("name")
@click.option("--involves", multiple=True, metavar="X", help="Who has a part; each of several.")
@click.option("-o", "--output", type=click.File("w", "utf-8"), default="-", help="Where to write.")
@answer_options
@pass_session
def command(
    session: Session, *, name: str, involves: tuple[str, ...], output: TextIO, format_name: str
) -> None:
    """Write the table NAME: a class (ArmsTransfer), state-year or dyad-year.

    docs/answers.md says what is in the columns; on a terminal some are left out.

    \b
    Examples:
      cstokg table ArmsTransfer --involves Belarus --involves Azerbaijan -f csv
      cstokg table state-year -f xlsx -o state-year.xlsx
    """
    from cstokg.analysis.tables.table import table

    with redirect_stdout(output):
        answer(
            session,
            format_name,
            lambda dataset, labels: table(dataset, name, involves=involves, labels=labels),
        )
