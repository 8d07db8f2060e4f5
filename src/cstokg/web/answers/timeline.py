"""The chronology of what involves somebody: `/timeline?involves=state:armenia`, and as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template

from cstokg.analysis.chronology import LANES, chronology, involving, to_answer
from cstokg.analysis.chronology_drawing import draw
from cstokg.analysis.identifiers import find_iri
from cstokg.errors import DateError, ParameterError
from cstokg.namespaces import shorten
from cstokg.rdf.edtf import parse_bounds
from cstokg.web.answers.rendering import respond
from cstokg.web.http import conditional, parameters
from cstokg.web.pages.names import label, reader
from cstokg.web.site import current_site

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cstokg.web.http.parameters import Parameters

bp = Blueprint("timeline", __name__)

_MODES: Final = "SELECT DISTINCT ?mode { ?node ckg:actuality ?mode } ORDER BY ?mode"
_THINGS: Final = """
SELECT DISTINCT ?thing {
  VALUES ?class { ckg:State ckg:Organization ckg:Person ckg:Treaty ckg:Force }
  ?thing a ?class , owl:NamedIndividual
  FILTER NOT EXISTS { ?thing a ckg:UnnamedAgent }
}
"""


@bp.get("/timeline")
def page() -> Response:
    """Show the bonds, events and statements that involve somebody, in the order of time."""
    values = parameters.of_address()
    site = current_site()
    names = _named(values, "involves")
    lanes = [lane for lane in LANES if lane in values.getlist("kinds")] or list(LANES)
    modes = _named(values, "actuality")
    found = chronology(
        site,
        names,
        lanes=lanes,
        modes=modes,
        first=_day(values, "from", 0),
        last=_day(values, "to", -1),
        undated=values.get("undated", "show") == "show",
        source=next(iter(_named(values, "source", ["source"])), ""),
    )
    answer = to_answer(found, site, involving(names, label, found))
    drawing = draw(found, lanes, label)
    if values.get("format") == "svg":
        body = render_template("timeline.svg", drawing=drawing, title=answer.title)
        return conditional.tagged(Response(body, content_type="image/svg+xml"), reader().language)
    return respond(
        answer,
        "timeline.html",
        drawing=drawing,
        lanes=LANES,
        chosen=[*lanes, *map(shorten, (*modes, *names))],
        modes=[(shorten(iri), label(iri)) for iri in _iris(_MODES)],
        things=sorted(
            ((shorten(iri), label(iri)) for iri in _iris(_THINGS)), key=lambda pair: pair[1]
        ),
        values=values,
    )


def _iris(query: str) -> list[str]:
    return [str(iri) for (iri,) in current_site().select(query)]


def _named(values: Parameters, name: str, kinds: Sequence[str] = ()) -> list[str]:
    """Return the things that a parameter names. Raises ParameterError."""
    texts = [text.strip() for text in values.getlist(name)]
    return [find_iri(name, text, reader().labels, kinds) for text in texts if text]


def _day(values: Parameters, name: str, side: int) -> date | None:
    """Return the first or the last day of a date that a parameter has. Raises ParameterError."""
    text = values.get(name, "").strip()
    if not text:
        return None
    try:
        bounds = parse_bounds(text)
    except DateError as error:
        raise ParameterError(name, error.message, hint=error.hint) from None
    return (bounds.earliest, bounds.latest)[side]
