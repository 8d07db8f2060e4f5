"""`cstokg validate`: the dataset, or files of the user's, against the SHACL shapes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cstokg.cli.output import echo_json
from cstokg.cli.progress import progress
from cstokg.cli.session import FINDINGS, Session, pass_session, paths_argument
from cstokg.namespaces import shorten

if TYPE_CHECKING:
    from pathlib import Path

    from cstokg.shacl.validation import Finding, Report


@click.command(short_help="Check the data against the SHACL shapes.")
@paths_argument
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["text", "ttl", "json"]),
    default="text",
    show_default=True,
    help="Lines for a person, the W3C validation report in Turtle, or JSON.",
)
@click.option("--json", "format_name", flag_value="json", help="The same as --format json.")
@pass_session
def command(session: Session, paths: tuple[Path, ...], format_name: str) -> int:
    """Check the built dataset against shapes/, or what the files and folders PATH add to it.

    With PATH only findings about the nodes described there are shown; the files are built in
    beside the project's data, so that they can refer to it. Exits with 1 if there is a violation.

    \b
    Examples:
      cstokg validate
      cstokg validate my-facts.ttl
      cstokg validate data/scepanovic-2024/memberships.ttl --format json
    """
    from cstokg.shacl.validation import validate_dataset

    dataset = session.dataset(paths, check_dates=False)
    with progress("checking the shapes"):
        report = validate_dataset(dataset, session.settings().shapes, files=paths)
    if format_name == "ttl":
        click.echo(report.graph.serialize(format="turtle"), nl=False)
    elif format_name == "json":
        findings = [asdict(finding) for finding in report.findings]
        counts = {"triples": report.triples, "shapes": report.shapes}
        echo_json({"conforms": report.ok, **counts, "findings": findings})
    else:
        _echo_text(report)
    return 0 if report.ok else FINDINGS


def _echo_text(report: Report) -> None:
    from cstokg.shacl.validation import SEVERITIES

    for finding in report.findings:
        click.echo(_lines(finding))
    counts = ", ".join(
        f"{count} {severity}{'' if count == 1 else 's'}"
        for severity in SEVERITIES
        if (count := report.count(severity)) or severity == "violation"
    )
    click.echo(f"{counts}; {report.triples} triples checked against {report.shapes} shapes")


def _lines(finding: Finding) -> str:
    facts = [("node", shorten(finding.focus))]
    if finding.path:
        facts.append(("property", shorten(finding.path)))
    if finding.value and finding.value != finding.focus:
        facts.append(("value", shorten(finding.value)))
    facts += [("file", place) for place in finding.places]
    detail = "".join(f"\n  {name:<9}{value}" for name, value in facts)
    return f"{finding.severity}: {finding.message}{detail}"
