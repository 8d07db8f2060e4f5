"""`cstokg timeline`: what involves somebody, in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cstokg.cli.answers import answer_options, echo_answer
from cstokg.cli.session import Session, pass_session

if TYPE_CHECKING:
    from datetime import date

    from cstokg.dataset.model import Dataset


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
    from cstokg.analysis.labels import read_labels

    dataset = session.dataset()
    names = [_known(dataset, name) for name in involves]
    found = chronology(
        dataset,
        names,
        lanes=kinds or LANES,
        modes=[_known(dataset, name) for name in actuality],
        first=_day(first, 0),
        last=_day(last, -1),
        undated=not dated,
        source=_known(dataset, source) if source else "",
    )
    labels = read_labels(dataset)
    title = involving(names, lambda iri: labels.find(iri)[0], found)
    echo_answer(to_answer(found, dataset, title), dataset, format_name)


def _known(dataset: Dataset, name: str) -> str:
    from cstokg.analysis.why import read_term

    iri = read_term(name)[1:-1]
    if not dataset.ask(f"ASK {{ <{iri}> ?p ?o }}"):
        raise click.UsageError(f"nothing here is called {name!r}; 'cstokg query' finds names")
    return iri


def _day(text: str | None, side: int) -> date | None:
    from cstokg.rdf.edtf import parse_bounds

    if text is None:
        return None
    bounds = parse_bounds(text)
    return (bounds.earliest, bounds.latest)[side]
