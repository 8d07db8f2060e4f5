"""`cstokg coverage`: which sentences of the source are evidence for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cstokg.cli.output import echo_json, echo_table
from cstokg.cli.session import FINDINGS, Session, json_option, pass_session
from cstokg.namespaces import compact

if TYPE_CHECKING:
    from cstokg.quality.passages import Passage, PassageCoverage


@click.command(short_help="Count the facts that rest on each sentence.")
@json_option
@pass_session
def command(session: Session, *, as_json: bool) -> int:
    """Count for each passage of the source how many nodes of the data have it as evidence.

    Exits with 1 if a passage that carries a fact is the evidence of nothing.

    \b
    Examples:
      cstokg coverage
      cstokg coverage --json | jq '.passages[] | select(.nodes == 0)'
    """
    from cstokg.quality.passages import coverage

    rows = coverage(session.dataset())
    empty = [row for row in rows if row.empty]
    if as_json:
        passages = [
            {
                "passage": row.passage.iri,
                "document": row.passage.document,
                "paragraph": row.passage.paragraph,
                "sentence": row.passage.sentence,
                "carriesFact": row.passage.carries_fact,
                "nodes": row.nodes,
            }
            for row in rows
        ]
        echo_json({"passages": passages, "empty": [row.passage.iri for row in empty]})
    else:
        several = len({row.passage.document for row in rows}) > 1
        echo_table(
            ("passage", "nodes", "remark"),
            [(_place(row.passage, several=several), str(row.nodes), _remark(row)) for row in rows],
        )
        furniture = sum(not row.passage.carries_fact for row in rows)
        click.echo(
            f"{len(rows)} passages: {len(rows) - furniture - len(empty)} with facts, "
            f"{furniture} page furniture, {len(empty)} empty"
        )
    return FINDINGS if empty or not rows else 0


def _place(passage: Passage, *, several: bool) -> str:
    return f"{compact(passage.document)} {passage.place}" if several else passage.place


def _remark(row: PassageCoverage) -> str:
    if not row.passage.carries_fact:
        return "page furniture"
    return "NO FACT RESTS ON IT" if row.empty else ""
