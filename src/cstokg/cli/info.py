"""`cstokg info`: what the dataset holds and where it came from."""

from dataclasses import asdict
from pathlib import Path

import click

from cstokg.cli.output import echo_json, echo_table
from cstokg.cli.session import Session, json_option, pass_session, store_option


@click.command(short_help="Count what the dataset holds, with versions and sources.")
@json_option
@store_option()
@pass_session
def command(session: Session, *, as_json: bool, folder: Path | None) -> None:
    """Print counts by class and graph, the versions, and where the data came from.

    \b
    Examples:
      cstokg info
      cstokg info --json | jq .classes.Membership
      cstokg info --store /var/lib/cstokg
    """
    from cstokg.analysis.summary import summarize

    summary = summarize(session.dataset(store=folder))
    project = str(session.settings().project)
    if as_json:
        store = {} if folder is None else {"store": str(folder)}
        echo_json({**asdict(summary), "triples": summary.triples, "project": project, **store})
        return
    click.echo(f"cstokg {summary.version}, ontology {summary.ontology_version}")
    for document in summary.documents:
        author = f" by {document.author}" if document.author else ""
        click.echo(f"source: {document.title}{author}")
    if folder is not None:
        click.echo(f"store: {folder}")
    click.echo(f"{len(summary.files)} files in {project}, SHA-256 {summary.source_sha256}\n")
    graphs = [(name, str(count)) for name, count in summary.graphs.items()]
    echo_table(("graph", "triples"), [*graphs, ("all", str(summary.triples))])
    click.echo()
    echo_table(("class", "nodes"), [(name, str(count)) for name, count in summary.classes.items()])
