"""`cstokg coverage`: which sentences of the sources are evidence for what."""

import click

from cstokg.cli.answers import answer, answer_options
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
    from cstokg.analysis.coverage import EMPTY, source_coverage, to_answer

    found = answer(
        session,
        format_name,
        lambda dataset, labels: to_answer(source_coverage(dataset, source), labels.name),
    )
    is_whole = found.rows and all(row["remark"] != EMPTY for row in found.rows)
    return 0 if is_whole else FINDINGS
