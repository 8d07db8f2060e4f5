"""`cstokg coverage`: which sentences of the sources are evidence for what."""

import click

from cstokg.cli.answers import answer_options, echo_answer
from cstokg.cli.session import FINDINGS, Session, pass_session


@click.command(short_help="Show what rests on each sentence of a source.")
@click.argument("source", default="")
@answer_options
@pass_session
def command(session: Session, source: str, *, format_name: str) -> int:
    """Count for each sentence of SOURCE, or of all sources, what has it as evidence.

    JSON and CSV name what rests on it. Exits with 1 if a passage that carries a fact is the
    evidence of nothing.

    \b
    Examples:
      cstokg coverage
      cstokg coverage scepanovic-2024 --json | jq '.rows[] | select(.paragraph == "7")'
    """
    from cstokg.analysis.coverage import source_coverage, to_answer
    from cstokg.analysis.labels import read_labels

    dataset = session.dataset()
    labels = read_labels(dataset)
    found = source_coverage(dataset, source)
    echo_answer(to_answer(found, labels.name), labels, format_name)
    rows = [each for one in found for each in one.sentences]
    return FINDINGS if not rows or any(each.empty for each in rows) else 0
