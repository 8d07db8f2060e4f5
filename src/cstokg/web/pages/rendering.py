"""What the views of pages answer with: a page or data, with the tag of its version."""

from collections.abc import Callable
from typing import Final

from flask import Response, json, render_template

from cstokg.formats import formats_for
from cstokg.web.http import conditional
from cstokg.web.http.negotiation import HTML
from cstokg.web.pages.names import reader

JSON: Final = "application/json"
_PAGE: Final = f"{HTML}; charset=utf-8"


def render_page(template: str, **values: object) -> Response:
    """Return a page in the reader's language, or a 304 if the client has it already."""
    body = render_template(template, **values)
    return conditional.tagged(Response(body, content_type=_PAGE), reader().language)


def unchanged_page() -> Response | None:
    """Return a 304 if the client has the page at this address already, else None."""
    return conditional.unchanged([_PAGE], reader().language)


def render_json(value: object, media_type: str = JSON, variant: str = "") -> Response:
    """Return `value` as JSON, or a 304 if the client has it already.

    `variant` is the reader's language where the answer depends on it.
    """
    return conditional.tagged(Response(json.dumps(value), content_type=media_type), variant)


def see_other(where: str, link: str = "") -> Response:
    """Send on to another document (303); `link` is a header Link (RFC 8288)."""
    headers = {"Location": where} | ({"Link": link} if link else {})
    return Response(f"{where}\n", 303, headers, mimetype="text/plain")


def alternates(page: str, file: Callable[[str], str], media_type: str) -> list[str]:
    """Return the links to a document in all media types but its own (RFC 8288).

    It is at the address `page` for readers, and at `file(extension)` as data.
    """
    files = [(row.media_type, file(row.extension)) for row in formats_for("graph")]
    return [
        f'<{where}>; rel="alternate"; type="{other}"'
        for other, where in [(HTML, page), *files]
        if other != media_type
    ]
