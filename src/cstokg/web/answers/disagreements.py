"""Where accounts disagree, side by side: a page, and the same as JSON and CSV."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response

from cstokg.analysis.disagreements import find_disagreements, rows
from cstokg.web.http import conditional, parameters
from cstokg.web.http.negotiation import HTML, choose
from cstokg.web.pages.names import label, reader
from cstokg.web.pages.rendering import JSON, render_json, render_page
from cstokg.web.site import current_site

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

bp = Blueprint("disagreements", __name__)

_OFFERS: Final = {"json": JSON, "html": HTML, "csv": "text/csv"}


@bp.get("/disagreements")
def page() -> AnyResponse:
    """Show which accounts contradict, rival or are in tension with each other, and who says so."""
    chosen = choose(_OFFERS, parameters.format_name())
    found = current_site().once(find_disagreements)
    if chosen == "html":
        return render_page("disagreements.html", found=found)
    iris = {each.iri for each in found} | {each.kind for each in found}
    iris |= {each.drawn_by for each in found}
    iris |= {iri for each in found for side in each.sides for iri in (side.iri, *side.voices)}
    table = list(rows(found, {iri: label(iri) for iri in iris if iri}))
    if chosen == "json":
        return render_json({"disagreements": table}, variant=reader().language)
    text = StringIO()
    writer = csv.DictWriter(text, table[0] if table else ["number"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(table)
    response = Response(text.getvalue(), content_type="text/csv; charset=utf-8")
    return conditional.tagged(response, reader().language)
