"""A graph that comes as the content of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from cstokg.formats import formats_for

if TYPE_CHECKING:
    from flask import Request, Response

ACCEPT_POST: Final = ", ".join(row.media_type for row in formats_for("graph"))
"""The header that says in which formats a graph may come."""

_ACCEPTED: Final = {each for row in formats_for("graph") for each in row.media_types}


def check_coding(asked: Request, what: str) -> None:
    """Raise UnsupportedMediaType for content that is compressed or not in UTF-8."""
    if asked.content_encoding:
        raise UnsupportedMediaType(f"{what} is sent as it is, without Content-Encoding.")
    if asked.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(f"{what} is sent in UTF-8.")


def accept_graphs(response: Response) -> Response:
    """Say in the header Accept-Post in which formats a graph may come."""
    response.headers["Accept-Post"] = ACCEPT_POST
    return response


def read_graph() -> tuple[bytes, str]:
    """Return the content of the request, and its media type. Raises UnsupportedMediaType."""
    check_coding(request, "A graph")
    if request.mimetype not in _ACCEPTED:
        raise UnsupportedMediaType(
            f"A graph is sent as {ACCEPT_POST}, not {request.mimetype or '?'}."
        )
    return request.get_data(), request.mimetype
