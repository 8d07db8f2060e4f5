"""A graph that comes as the content of a request."""

from __future__ import annotations

from typing import Final

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from cstokg.formats import formats_for

ACCEPT_POST: Final = ", ".join(row.media_type for row in formats_for("graph"))
"""The header that says in which formats a graph may come."""

_ACCEPTED: Final = {each for row in formats_for("graph") for each in row.media_types}


def read_graph() -> tuple[bytes, str]:
    """Return the content of the request, and its media type. Raises UnsupportedMediaType."""
    if request.content_encoding:
        raise UnsupportedMediaType("A graph is sent as it is, without Content-Encoding.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType("A graph is sent in UTF-8.")
    if request.mimetype not in _ACCEPTED:
        raise UnsupportedMediaType(
            f"A graph is sent as {ACCEPT_POST}, not {request.mimetype or '?'}."
        )
    return request.get_data(), request.mimetype
