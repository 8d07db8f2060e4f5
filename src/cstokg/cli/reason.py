"""`cstokg reason`: the OWL reasoner HermiT over ontology and data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cstokg.cli.output import echo_json
from cstokg.cli.session import FINDINGS, Session, pass_session, progress
from cstokg.display import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cstokg.reason import Reasoning


@click.command(short_help="Check with HermiT that nothing contradicts the ontology.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, what was inferred included.")
@click.option("--inferred", is_flag=True, help="List what follows that no file says.")
@click.option("--values", is_flag=True, help="Infer links between individuals too; slower.")
@pass_session
@click.pass_context
def command(
    ctx: click.Context, session: Session, *, as_json: bool, inferred: bool, values: bool
) -> None:
    """Run the reasoner HermiT over the ontology and the data as the files say them.

    Says whether they are consistent and names the classes that nothing can be in. Needs Java.
    Exits with 1 if there is a contradiction or such a class.

    \b
    Examples:
      cstokg reason
      cstokg reason --inferred
      cstokg reason --inferred --values | grep involves
      cstokg reason --json | jq .consistent
    """
    from cstokg.reason import reason_dataset

    dataset = session.dataset()
    with progress("reasoning"):
        result = reason_dataset(dataset, values=values)
    if as_json:
        echo_json({**asdict(result), "fine": result.is_fine})
    else:
        click.echo("\n".join(_lines(result, inferred=inferred)))
    if not result.is_fine:
        ctx.exit(FINDINGS)


def _lines(result: Reasoning, *, inferred: bool) -> Iterator[str]:
    took = f"HermiT took {result.seconds:.1f} s"
    if not result.consistent:
        yield f"inconsistent: the files contradict the ontology or each other; {took}"
        yield "hint: open them in Protégé, start HermiT there and ask it to explain"
        return
    for iri in result.unsatisfiable:
        yield f"unsatisfiable: nothing can be in the class {shorten(iri)}"
    kinds = (
        ("a", "types", result.inferred_types),
        ("is a subclass of", "superclasses", result.inferred_superclasses),
        ("is equivalent to", "equivalent classes", result.inferred_equivalents),
    )
    if inferred:
        for verb, _, pairs in kinds:
            yield from (f"{shorten(one)} {verb} {shorten(other)}" for one, other in pairs)
        yield from (" ".join(map(shorten, triple)) for triple in result.inferred_values)
    counts = ", ".join(f"{len(pairs)} {name}" for _, name, pairs in kinds)
    if result.inferred_values:
        counts += f", {len(result.inferred_values)} links"
    impossible = len(result.unsatisfiable)
    yield f"consistent; {impossible} unsatisfiable classes; inferred: {counts}; {took}"
