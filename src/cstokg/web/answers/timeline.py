"""The chronology of what involves somebody: `/timeline?involves=state:armenia`, and its drawing."""

from typing import Final

from flask import Blueprint, Response, render_template, request, url_for

from cstokg.analysis.chronology import LANES, Chronology, chronology, to_answer
from cstokg.analysis.chronology_drawing import draw
from cstokg.namespaces import shorten
from cstokg.publish.calendar import to_calendar
from cstokg.publish.png import to_png
from cstokg.web.answers.rendering import options, respond, send
from cstokg.web.http import parameters
from cstokg.web.http.parameters import Parameters
from cstokg.web.pages.names import label, reader
from cstokg.web.pages.rendering import render_page
from cstokg.web.site import Site, current_site

bp = Blueprint("timeline", __name__)

_EMBEDDED: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors *"
"""The policy of what may stand in a frame of any site: it loads its style alone."""

_PARAMETERS: Final = ("involves", "kinds", "actuality", "from", "to", "undated", "source")
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
    found = _read(values)
    drawing = draw(found, label)
    answer = to_answer(found, current_site())
    match values.get("format"):
        case "svg" | "png" as name:
            svg = render_template(
                "timeline.svg", drawing=drawing, title=found.title, sources=answer.sources
            )
            return send(to_png(svg), "image/png") if name == "png" else send(svg, "image/svg+xml")
        case "ics":
            return send(to_calendar(found, label), "text/calendar; charset=utf-8")
    return respond(
        answer,
        "timeline.html",
        drawing=drawing,
        lanes=LANES,
        chosen=[*found.lanes, *map(shorten, found.chosen)],
        choices=lambda: map(options, current_site().once(_choices)),
        values=values,
    )


@bp.get("/embed/timeline")
def embedded() -> Response:
    """Show the drawing alone, for a frame in a page of another site."""
    found = _read(parameters.of_address())
    response = render_page(
        "timeline_embedded.html",
        drawing=draw(found, label),
        title=found.title,
        whole=f"{url_for('timeline.page', _external=True)}?{request.query_string.decode()}",
    )
    response.headers["Content-Security-Policy"] = _EMBEDDED
    return response


def _read(values: Parameters) -> Chronology:
    """Return what the address asks for. Raises BadRequest and ParameterError."""
    parameters.refuse_others(_PARAMETERS)
    return chronology(
        current_site(),
        values.getlist("involves"),
        lanes=values.getlist("kinds"),
        actuality=values.getlist("actuality"),
        first=values.get("from", ""),
        last=values.get("to", ""),
        dated=values.get("undated") == "hide",
        source=values.get("source", ""),
        labels=reader().labels,
    )


def _choices(site: Site) -> tuple[list[str], list[str]]:
    """Return the actualities that there are, and who may be involved."""
    select = site.service.select
    modes, things = ([iri for (iri,) in select(each).texts] for each in (_MODES, _THINGS))
    return modes, things
