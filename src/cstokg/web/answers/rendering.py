"""An answer (`analysis.answer`) as a page, and at the same address as JSON, CSV, or XLSX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Response, request

from cstokg.analysis.answer import to_csv, to_json, to_xlsx
from cstokg.web.http import conditional, parameters
from cstokg.web.http.negotiation import HTML, choose
from cstokg.web.http.tables import CSV, XLSX
from cstokg.web.pages.names import label, reader
from cstokg.web.pages.rendering import JSON, render_json, render_page

if TYPE_CHECKING:
    from cstokg.analysis.answer import Answer

_OFFERS: Final = {"json": JSON, "html": HTML, "csv": "text/csv", "xlsx": XLSX}


def respond(
    answer: Answer, template: str = "answer.html", *, suffix: str = "", **values: object
) -> Response:
    """Return the answer in the format that the address' `suffix` or the request asks for.

    `template` extends `answer.html` where there is more to show than a table; `values` are for it.
    Raises NoSuchRepresentation.
    """
    chosen = choose(_OFFERS, suffix or parameters.format_name())
    if chosen == "html":
        return render_page(template, answer=answer, downloads=_downloads(), **values)
    if chosen == "json":
        return render_json(to_json(answer, label), variant=reader().language)
    if chosen == "xlsx":
        return conditional.answer(lambda: to_xlsx(answer, label), XLSX, reader().language)
    return conditional.answer(lambda: to_csv(answer, label), CSV, reader().language)


def _downloads() -> dict[str, str]:
    """Return the addresses of the same answer as data, by the name of the format."""
    asked = [(name, value) for name, value in parameters.of_address().items(multi=True)]
    asked = [pair for pair in asked if pair[0] != "format"]
    return {
        name: f"{request.base_url}?{urlencode([*asked, ('format', name)])}"
        for name in ("csv", "xlsx", "json")
    }
