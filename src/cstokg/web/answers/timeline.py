"""The chronology of what involves somebody: `/timeline?involves=state:armenia`, and as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, request, url_for

from cstokg.analysis.chronology import LANES, chronology, involving, to_answer
from cstokg.analysis.chronology_drawing import draw
from cstokg.analysis.identifiers import THINGS, find_named
from cstokg.errors import DateError, ParameterError
from cstokg.namespaces import shorten
from cstokg.publish.calendar import to_calendar
from cstokg.rdf.edtf import parse_bounds
from cstokg.web.answers.rendering import respond
from cstokg.web.http import conditional, parameters
from cstokg.web.pages.names import label, reader
from cstokg.web.pages.rendering import render_page
from cstokg.web.site import current_site

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cstokg.analysis.chronology import Chronology
    from cstokg.web.http.parameters import Parameters

bp = Blueprint("timeline", __name__)

_EMBEDDED: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"
"""The policy of what may stand in a frame of any site: it loads its style alone."""

_MODES: Final = "SELECT DISTINCT ?mode { ?node ckg:actuality ?mode } ORDER BY ?mode"
_THINGS: Final = """
SELECT DISTINCT ?thing {
  VALUES ?class { ckg:State ckg:Organization ckg:Person ckg:Treaty ckg:Force }
  ?thing a ?class , owl:NamedIndividual
  FILTER NOT EXISTS { ?thing a ckg:UnnamedAgent }
}
"""


@dataclass(frozen=True)
class _Asked:
    """What an address asks for, and what is found."""

    values: Parameters
    names: list[str]
    lanes: Sequence[str]
    modes: list[str]
    found: Chronology
    title: str


@bp.get("/timeline")
def page() -> Response:
    """Show the bonds, events and statements that involve somebody, in the order of time."""
    asked = _read()
    drawing = draw(asked.found, asked.lanes, label)
    match asked.values.get("format"):
        case "svg":
            body = render_template("timeline.svg", drawing=drawing, title=asked.title)
            drawn = Response(body, content_type="image/svg+xml")
            return conditional.tagged(drawn, reader().language)
        case "ics":
            calendar = to_calendar(asked.found, label)
            dates = Response(calendar, content_type="text/calendar; charset=utf-8")
            return conditional.tagged(dates, reader().language)
    things = [(shorten(iri), label(iri)) for iri in _iris(_THINGS)]
    return respond(
        to_answer(asked.found, current_site(), asked.title),
        "timeline.html",
        drawing=drawing,
        lanes=LANES,
        chosen=[*asked.lanes, *map(shorten, (*asked.modes, *asked.names))],
        modes=[(shorten(iri), label(iri)) for iri in _iris(_MODES)],
        things=sorted(things, key=lambda pair: pair[1]),
        values=asked.values,
    )


@bp.get("/embed/timeline")
def embedded() -> Response:
    """Show the drawing alone, for a frame in a page of another site."""
    asked = _read()
    response = render_page(
        "timeline_embedded.html",
        drawing=draw(asked.found, asked.lanes, label),
        title=asked.title,
        whole=f"{url_for('timeline.page', _external=True)}?{request.query_string.decode()}",
    )
    response.headers["Content-Security-Policy"] = _EMBEDDED
    return response


def _read() -> _Asked:
    """Return what the address asks for, found. Raises ParameterError."""
    values = parameters.of_address()
    names, modes = _named(values, "involves"), _named(values, "actuality", ["actuality"])
    lanes = [lane for lane in LANES if lane in values.getlist("kinds")] or list(LANES)
    found = chronology(
        current_site(),
        names,
        lanes=lanes,
        modes=modes,
        first=_day(values, "from", 0),
        last=_day(values, "to", -1),
        undated=values.get("undated", "show") == "show",
        source=next(iter(_named(values, "source", ["source"])), ""),
    )
    return _Asked(values, names, lanes, modes, found, involving(names, label, found))


def _iris(query: str) -> list[str]:
    return [str(iri) for (iri,) in current_site().select(query)]


def _named(values: Parameters, name: str, kinds: Sequence[str] = THINGS) -> list[str]:
    """Return the things that a parameter names. Raises ParameterError."""
    texts = [text.strip() for text in values.getlist(name)]
    return [find_named(name, text, reader().labels, kinds) for text in texts if text]


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
