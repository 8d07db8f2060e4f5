"""Who is bound to what on one day or two: `/network?day=2000-01-01&compare=2024-06-25`, drawn."""

from typing import Any

from flask import Blueprint, Response, render_template

from cstokg.analysis.bonds.accounts import KINDS
from cstokg.analysis.bonds.as_of import to_answer
from cstokg.analysis.bonds.network import CHANGES, network
from cstokg.analysis.bonds.network_drawing import draw_network
from cstokg.analysis.bonds.verdicts import VERDICTS
from cstokg.analysis.bonds.wording import initials
from cstokg.publish.graph_files import write_answer
from cstokg.publish.png import to_png
from cstokg.rdf.dates import day_in_words
from cstokg.web.answers.rendering import respond, send
from cstokg.web.http import parameters
from cstokg.web.pages.names import label, reader
from cstokg.web.site import current_site

bp = Blueprint("network", __name__)


@bp.get("/network")
def page() -> Response:
    """Show who is bound to what on a day or two, and what changed. Raises ParameterError."""
    parameters.refuse_others(("day", "compare", "kinds"))
    values, labels = parameters.of_address(), reader().labels
    day, compare = (values.get(name, "").strip() for name in ("day", "compare"))
    found = network(current_site(), day, compare, kinds=values.getlist("kinds"), labels=labels)
    answer = to_answer(found.table)

    def short(iri: str) -> str:
        return initials(iri, labels) or label(iri)

    shown: dict[str, Any] = {"found": found, "drawn": draw_network(found, short), "short": short}
    shown |= {"kinds": KINDS, "lists": (*CHANGES, *VERDICTS), "day_in_words": day_in_words}
    match parameters.format_name():
        case "svg" | "png" as name:
            svg = render_template("network.svg", answer=answer, **shown)
            return send(to_png(svg), "image/png") if name == "png" else send(svg, "image/svg+xml")
        case "graphml" | "gexf" as name:
            return send(write_answer(answer, name, label), f"application/{name}+xml")
    return respond(answer, "network.html", **shown)
