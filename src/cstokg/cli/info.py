"""`cstokg info`: what the dataset holds and where it came from."""

from __future__ import annotations

from dataclasses import asdict

import click

from cstokg.cli.output import echo_json, echo_table
from cstokg.cli.session import Session, pass_session


@click.command(short_help="Count what the dataset holds, with versions and sources.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_session
def command(session: Session, *, as_json: bool) -> None:
    """Print counts by class and graph, the versions, and where the data came from.

    \b
    Examples:
      cstokg info
      cstokg info --json | jq .classes.Membership
    """
    from cstokg.summary import summarize

    summary = summarize(session.dataset())
    project = str(session.settings().project)
    if as_json:
        echo_json({**asdict(summary), "triples": summary.triples, "project": project})
        return
    click.echo(f"cstokg {summary.version}, ontology {summary.ontology_version}")
    for document in summary.documents:
        author = f" by {document.author}" if document.author else ""
        click.echo(f"source: {document.title}{author}")
    click.echo(f"{len(summary.files)} files in {project}, SHA-256 {summary.source_sha256}\n")
    graphs = [(name, str(count)) for name, count in summary.graphs.items()]
    echo_table(("graph", "triples"), [*graphs, ("all", str(summary.triples))])
    click.echo()
    echo_table(("class", "nodes"), [(name, str(count)) for name, count in summary.classes.items()])
