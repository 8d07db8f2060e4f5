"""`cstokg lint`: the checks of ontology engineers over the ontology and the data."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cstokg.cli.output import echo_json, echo_table
from cstokg.cli.progress import progress
from cstokg.cli.session import FINDINGS, Session, pass_session, paths_argument

if TYPE_CHECKING:
    from pathlib import Path

    from cstokg.quality.lint import LintFinding, Rule


@click.command(short_help="Look for the pitfalls that ontology engineers know.")
@paths_argument
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table for a person, or JSON.",
)
@click.option("--rule", "names", metavar="RULE", multiple=True, help="Only this; again for more.")
@click.option("--list", "listed", is_flag=True, help="Say what each rule asks for, and run none.")
@pass_session
def command(
    session: Session,
    paths: tuple[Path, ...],
    *,
    format_name: str,
    names: tuple[str, ...],
    listed: bool,
) -> int:
    """Check ontology and data for known pitfalls: OOPS!, FOOPS!, ROBOT's report, FIBO.

    The files and folders PATH are read beside the project's own. Exits with 1 if there is a
    finding at level error or warning; one at level info is for a person to weigh.

    \b
    Examples:
      cstokg lint
      cstokg lint --rule same-label --rule circular-definition
      cstokg lint my-terms.ttl --format json
      cstokg lint --list
    """
    from cstokg.quality.lint import lint_dataset, load_rules

    rules = load_rules(names)
    if listed:
        _echo_rules(rules, format_name)
        return 0
    dataset = session.dataset(paths)
    with progress("looking for pitfalls"):
        findings = lint_dataset(dataset, rules)
    failed = any(finding.level != "info" for finding in findings)
    if format_name == "json":
        echo_json({"fine": not failed, "findings": [asdict(finding) for finding in findings]})
    else:
        _echo_findings(findings, len(rules))
    return FINDINGS if failed else 0


def _echo_rules(rules: tuple[Rule, ...], format_name: str) -> None:
    if format_name == "json":
        shown = ("name", "level", "title", "source", "fix")
        echo_json([{key: getattr(rule, key) for key in shown} for rule in rules])
        return
    rows = [(rule.name, rule.level, rule.title, rule.source, rule.fix) for rule in rules]
    echo_table(("rule", "level", "what should not be", "source", "how to fix it"), rows)


def _echo_findings(findings: tuple[LintFinding, ...], rules: int) -> None:
    from cstokg.quality.lint import LEVELS

    if findings:
        rows = [(each.rule, each.level, each.message, each.place) for each in findings]
        echo_table(("rule", "level", "finding", "place"), rows)
    for name, fix in {each.rule: each.fix for each in findings if each.level != "info"}.items():
        click.echo(f"{name}: {fix}")
    count = Counter(finding.level for finding in findings)
    counts = ", ".join(f"{count[level]} {level}" for level in LEVELS)
    click.echo(f"{counts}; {rules} rules checked")
