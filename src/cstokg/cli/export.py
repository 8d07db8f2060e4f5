"""`cstokg export`: the dataset as files in the formats of RDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cstokg.cli.output import echo_bytes
from cstokg.cli.session import Session, completion, pass_session, progress

if TYPE_CHECKING:
    from collections.abc import Iterator


def _formats() -> Iterator[tuple[str, str]]:
    from cstokg.publish.export import export_formats

    return ((row.name, row.title) for row in export_formats())


@click.command(short_help="Write the dataset or one graph in a format of RDF.")
@click.option("--graph", metavar="NAME", help="Only this graph: ontology, links, … or its IRI.")
@click.option(
    "-f",
    "--format",
    "format_name",
    metavar="FORMAT",
    shell_complete=completion(_formats),
    help="turtle, trig, ntriples, nquads, rdfxml or jsonld. By default what the name of FILE "
    "says, else TriG, or Turtle for one graph.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write; by default to standard output. A folder with --all.",
)
@click.option("--all", "write_all", is_flag=True, help="Every format, and SHA256SUMS, into FILE.")
@pass_session
def command(
    session: Session,
    *,
    graph: str | None,
    format_name: str | None,
    output: Path | None,
    write_all: bool,
) -> None:
    """Write the dataset, or one graph of it, byte for byte the same in every run.

    TriG, N-Quads and JSON-LD keep the graphs apart; Turtle, N-Triples and RDF/XML merge them.

    \b
    Examples:
      cstokg export > cstokg.trig
      cstokg export --graph links -f turtle
      cstokg export -o cstokg.jsonld
      cstokg export --all -o exports && (cd exports && sha256sum --check SHA256SUMS)
    """
    from cstokg.publish.export import export_all, export_dataset, find_export_format

    if write_all:
        if output is None or graph or format_name:
            raise click.UsageError("--all takes a folder as -o, and neither --graph nor --format")
        dataset = session.dataset()
        with progress("writing"):
            paths = export_all(dataset, output)
        for path in paths:
            click.echo(f"wrote {path}", err=True)
        return
    if format_name is None:
        usual = "turtle" if graph else "trig"
        format_name = output.suffix if output is not None and output.suffix else usual
    find_export_format(format_name)  # before the build: a wrong name should not wait for it
    payload = export_dataset(session.dataset(), format_name, graph)
    if output is None:
        echo_bytes(payload)
    else:
        output.write_bytes(payload)
        click.echo(f"wrote {output}", err=True)
