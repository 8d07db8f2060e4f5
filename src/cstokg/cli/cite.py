"""`cstokg cite`: how to cite a thing of the graph."""

import click

from cstokg.cli.session import Session, pass_session


@click.command(short_help="Say how to cite a thing of the graph.")
@click.argument("thing", metavar="NAME")
@click.option(
    "-s",
    "--style",
    type=click.Choice(["text", "bibtex", "ris", "csl-json"]),
    default="text",
    help="The form: a line in the Harvard style, or for a reference manager.",
)
@pass_session
def command(session: Session, *, thing: str, style: str) -> None:
    """Say how to cite NAME, a prefixed name or an IRI, and the source that it rests on.

    \b
    Examples:
      cstokg cite statement:pashinyan-2024-02
      cstokg cite state:armenia --style bibtex >> references.bib
    """
    from datetime import UTC, datetime

    from cstokg.analysis.identifiers import find_iri
    from cstokg.analysis.labels import read_labels
    from cstokg.publish.citation import STYLES, cite_thing

    dataset = session.dataset()
    labels = read_labels(dataset)
    today = datetime.now(UTC).date()
    items = cite_thing(dataset, find_iri("NAME", thing, labels), labels.name, today)
    click.echo(STYLES[style].write(items), nl=False)
