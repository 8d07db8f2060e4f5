"""`cstokg reason`: the OWL reasoner HermiT over ontology and data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cstokg.cli.output import echo_json
from cstokg.cli.progress import progress
from cstokg.cli.session import FINDINGS, Session, pass_session, paths_argument
from cstokg.namespaces import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cstokg.dataset.model import Dataset
    from cstokg.quality.reasoning.explain import Justification
    from cstokg.quality.reasoning.hermit import Reasoning

_MANY = 10
"""How many explanations --all searches for at most."""


@click.command(short_help="Check with HermiT that nothing contradicts the ontology.")
@paths_argument
@click.option("--json", "as_json", is_flag=True, help="Print JSON, what was inferred included.")
@click.option("--inferred", is_flag=True, help="List what follows that no file says.")
@click.option("--values", is_flag=True, help="Infer links between individuals too; slower.")
@click.option("--explain", is_flag=True, help="Say of a contradiction what makes it, and where.")
@click.option("--all", "every", is_flag=True, help="With --explain: all contradictions, up to 10.")
@pass_session
def command(
    session: Session,
    paths: tuple[Path, ...],
    *,
    as_json: bool,
    inferred: bool,
    values: bool,
    explain: bool,
    every: bool,
) -> int:
    """Run the reasoner HermiT over the ontology and the data as the files say them.

    Says whether they are consistent and names the classes that nothing can be in. Needs Java.
    The files and folders PATH are read beside the project's own. Exits with 1 if there is a
    contradiction or such a class.

    With --explain, each is explained by as few axioms and facts as cannot all be true, with the
    line of the file where each stands. That takes some seconds more for each.

    \b
    Examples:
      cstokg reason
      cstokg reason --inferred
      cstokg reason --inferred --values | grep involves
      cstokg reason --json | jq .consistent
      cstokg reason --explain my-facts.ttl
    """
    from cstokg.quality.reasoning.hermit import reason_dataset

    if every and not explain:
        raise click.UsageError("--all goes with --explain")
    dataset = session.dataset(paths)
    with progress("reasoning"):
        result = reason_dataset(dataset, values=values)
    found = _explanations(dataset, result, _MANY if every else 1) if explain else []
    if as_json:
        reasons = {"explanations": [_as_json(*each) for each in found]} if explain else {}
        echo_json({**asdict(result), "fine": result.is_fine, **reasons})
    else:
        click.echo("\n".join(_lines(result, inferred=inferred, explained=explain)))
        for about, justification in found:
            click.echo("\n" + "\n".join(_explanation_lines(about, justification)))
    return 0 if result.is_fine else FINDINGS


def _explanations(
    dataset: Dataset, result: Reasoning, limit: int
) -> list[tuple[str, Justification]]:
    """Return what is explained (an unsatisfiable class, or nothing), and the explanation."""
    from cstokg.quality.reasoning.explain import explain_dataset

    found: list[tuple[str, Justification]] = []
    for about in [""] if not result.consistent else result.unsatisfiable:
        with progress("explaining") as report:
            justifications = explain_dataset(dataset, about or None, limit=limit, progress=report)
        found += ((about, each) for each in justifications)
    return found


def _as_json(about: str, justification: Justification) -> dict[str, object]:
    axioms = [
        {"axiom": each.text, "place": each.place, "fact": each.is_fact} for each in justification
    ]
    return {"unsatisfiable": about or None, "axioms": axioms}


def _explanation_lines(about: str, justification: Justification) -> Iterator[str]:
    count = len(justification)
    if about:
        yield f"nothing can be in {shorten(about)}, by these {count}:"
    else:
        yield f"these {count} cannot all be true:"
    for number, axiom in enumerate(justification, 1):
        yield f"  {number}. {'fact' if axiom.is_fact else 'rule'}: {axiom.text}"
        yield f"           {axiom.place}"
    facts = sum(axiom.is_fact for axiom in justification)
    if facts:
        which = "it" if facts == 1 else f"one of the facts 1 to {facts}"
        yield f"what to change: {which}, whichever is wrong; see 'cstokg validate' for more on it"
        yield "                a rule only if it is wrong in general"
    else:
        yield "what to change: one of these rules, whichever is wrong"


def _lines(result: Reasoning, *, inferred: bool, explained: bool) -> Iterator[str]:
    took = f"HermiT took {result.seconds:.1f} s"
    if not result.consistent:
        yield f"inconsistent: the files contradict the ontology or each other; {took}"
        if not explained:
            yield "hint: 'cstokg reason --explain' says which facts and axioms, and where they are"
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
