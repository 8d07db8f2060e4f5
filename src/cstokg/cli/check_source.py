"""`cstokg check-source`: does a copy of the article have the passages that the data name?"""

from dataclasses import asdict
from pathlib import Path

import click

from cstokg.cli.output import echo_json
from cstokg.cli.session import FINDINGS, Session, file_argument, json_option, pass_session


@click.command(short_help="Check the passages against your copy of the article.")
@file_argument
@json_option
@pass_session
def command(session: Session, file: Path, *, as_json: bool) -> int:
    """Compare every passage's place and hash, and every quoted phrase, with the text in FILE.

    FILE is your own copy of the article: plain text in UTF-8, one paragraph a line. It is read and
    not kept. Exits with 1 if something differs.

    \b
    Examples:
      cstokg check-source article.txt
      cstokg check-source article.txt --json
    """
    from cstokg.namespaces import shorten
    from cstokg.quality.passages import check_source

    result = check_source(session.dataset(), file)
    if as_json:
        echo_json({**asdict(result), "ok": result.ok})
    else:
        for each in result.differences:
            node = f" ({shorten(each.iri)})" if each.iri else ""
            click.echo(f"{each.kind}: {each.place}: {each.problem}{node}")
        click.echo(
            f"{result.matching} of {result.passages} passages of {shorten(result.document)} stand "
            f"in {file} as the data say; {result.phrases} phrases looked up, "
            f"{len(result.differences)} differences"
        )
        if result.cause:
            click.echo(f"likely cause: {result.cause}")
        if result.note:
            click.echo(f"note: {result.note}")
    return 0 if result.ok else FINDINGS
