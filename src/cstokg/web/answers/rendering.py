"""An answer (`analysis.answer`) as a page, and at the same address as JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Response, request

from cstokg.analysis.answer import to_csv, to_json
from cstokg.namespaces import shorten
from cstokg.web.http import conditional, parameters
from cstokg.web.http.negotiation import HTML, choose
from cstokg.web.pages.names import label, reader
from cstokg.web.pages.rendering import JSON, render_json, render_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cstokg.analysis.answer import Answer

_OFFERS: Final = {"json": JSON, "html": HTML, "csv": "text/csv"}


def respond(answer: Answer, template: str = "answer.html", **values: object) -> Response:
    """Return the answer in the format that the request asks for.

    `template` extends `answer.html` where there is more to show than a table; `values` are for it.
    Raises NoSuchRepresentation.
    """
    chosen = choose(_OFFERS, parameters.format_name())
    if chosen == "html":
        return render_page(template, answer=answer, downloads=_downloads(), **values)
    if chosen == "json":
        return render_json(to_json(answer, label), variant=reader().language)
    table = Response(to_csv(answer, label), content_type="text/csv; charset=utf-8")
    return conditional.tagged(table, reader().language)


def options(iris: Iterable[str]) -> list[tuple[str, str]]:
    """Return the names that a form offers, each with its label, by label."""
    return sorted(((shorten(iri), label(iri)) for iri in iris), key=lambda each: each[1].casefold())


def _downloads() -> dict[str, str]:
    """Return the addresses of the same answer as data, by the name of the format."""
    asked = [(name, value) for name, value in parameters.of_address().items(multi=True)]
    asked = [pair for pair in asked if pair[0] != "format"]
    return {
        name: f"{request.base_url}?{urlencode([*asked, ('format', name)])}"
        for name in ("csv", "json")
    }
