"""`cstokg export`: the dataset as files, in the formats of RDF and of other people's tools."""

from collections.abc import Iterator
from pathlib import Path

import click

from cstokg.cli.output import echo_bytes
from cstokg.cli.progress import progress
from cstokg.cli.session import Session, completion, pass_session


def _formats() -> Iterator[tuple[str, str]]:
    from cstokg.publish.export import export_formats

    yield from ((row.name, row.title) for row in export_formats())
    yield "ro-crate", "RO-Crate"


@click.command(short_help="Write the dataset in a format of RDF, or for another tool.")
@click.option("--graph", metavar="NAME", help="Only this graph: its IRI, or ontology …")
@click.option(
    "-f",
    "--format",
    "format_name",
    metavar="FORMAT",
    shell_complete=completion(_formats),
    help="turtle, trig, ntriples, nquads, rdfxml, jsonld; graphml, gexf, sqlite, csvw, nanopub; "
    "ro-crate. By default what the name of FILE says, else TriG, or Turtle for one graph.",
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
    For other people's tools, which take the whole dataset:
      graphml  who is bound to whom, who took part in what: yEd, Cytoscape, igraph
      gexf     the same network with its times: Gephi
      sqlite   tables, views, full-text search: Datasette, DB Browser, any SQL
      csvw     a ZIP of CSV files with metadata (CSV on the Web)
      nanopub  each claim and each actual fact by itself, with Trusty URIs
      ro-crate a folder with every format, described for archives; --all is the same

    Each says who tells what in which sentence; what is not "actual" is no fact.

    \b
    Examples:
      cstokg export > cstokg.trig
      cstokg export --graph ontology -f turtle
      cstokg export -o cstokg.jsonld
      cstokg export -o cstokg.sqlite && datasette cstokg.sqlite
      cstokg export -f nanopub -o nanopubs.trig
      cstokg export --all -o exports && (cd exports && sha256sum --check SHA256SUMS)
    """
    from cstokg.formats import format_of_file
    from cstokg.publish.export import TOOLS, export_all, export_dataset, find_export_format

    if format_name == "ro-crate" or write_all:
        if output is None or graph or format_name not in (None, "ro-crate"):
            raise click.UsageError("--all takes a folder as -o, and neither --graph nor --format")
        dataset = session.dataset()
        with progress("writing"):
            paths = export_all(dataset, output)
        for path in paths:
            click.echo(f"wrote {path}", err=True)
        return
    if format_name is None:
        usual = "turtle" if graph else "trig"
        named = format_of_file(output.name) if output else None
        format_name = named.name if named else (output and output.suffix) or usual
    # Before the build: what is wrong should not wait for it.
    chosen = find_export_format(format_name).name
    if chosen in TOOLS and graph:
        raise click.UsageError(f"{chosen} takes the whole dataset, and no --graph")
    if chosen in ("sqlite", "csvw") and output is None:
        raise click.UsageError(f"{chosen} is no text: name a file as -o")
    dataset = session.dataset()
    with progress("writing"):
        payload = export_dataset(dataset, format_name, graph)
    if output is None:
        echo_bytes(payload)
    else:
        output.write_bytes(payload)
        click.echo(f"wrote {output}", err=True)
