"""`cstokg timeline`: what involves somebody, in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cstokg.cli.answers import answer_options, echo_answer
from cstokg.cli.session import Session, pass_session

if TYPE_CHECKING:
    from datetime import date


@click.command(short_help="List what involves somebody, in the order of time.")
@click.argument("involves", nargs=-1)
@click.option("--kinds", multiple=True, type=click.Choice(["bonds", "events", "statements"]))
@click.option("--actuality", multiple=True, metavar="NAME", help="actuality:alleged, …")
@click.option("--from", "first", metavar="DATE", help="Not over before this date (EDTF).")
@click.option("--to", "last", metavar="DATE", help="Begun by this date (EDTF).")
@click.option("--dated", is_flag=True, help="Leave out what has no date.")
@click.option("--source", metavar="NAME", help="Only this source: source:scepanovic-2024.")
@answer_options
@pass_session
def command(
    session: Session,
    *,
    involves: tuple[str, ...],
    kinds: tuple[str, ...],
    actuality: tuple[str, ...],
    first: str | None,
    last: str | None,
    dated: bool,
    source: str | None,
    format_name: str,
) -> None:
    """List the bonds, events and statements that involve all of INVOLVES, in the order of time.

    What has no date of its own gets bounds from what it comes after and before.

    \b
    Examples:
      cstokg timeline state:armenia --from 2022
      cstokg timeline state:belarus state:azerbaijan --kinds events --json
      cstokg timeline person:nikol-pashinyan --kinds statements
    """
    from cstokg.analysis.chronology import LANES, chronology, involving, to_answer
    from cstokg.analysis.identifiers import find_named
    from cstokg.analysis.labels import read_labels

    dataset = session.dataset()
    labels = read_labels(dataset)
    names = [find_named("INVOLVES", name, labels) for name in involves]
    found = chronology(
        dataset,
        names,
        lanes=kinds or LANES,
        modes=[find_named("--actuality", name, labels, ["actuality"]) for name in actuality],
        first=_day(first, 0),
        last=_day(last, -1),
        undated=not dated,
        source=find_named("--source", source, labels, ["source"]) if source else "",
    )
    title = involving(names, lambda iri: labels.find(iri)[0], found)
    echo_answer(to_answer(found, dataset, title), labels, format_name)


def _day(text: str | None, side: int) -> date | None:
    from cstokg.rdf.edtf import parse_bounds

    if text is None:
        return None
    bounds = parse_bounds(text)
    return (bounds.earliest, bounds.latest)[side]
