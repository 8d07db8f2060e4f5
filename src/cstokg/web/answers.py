"""A graph as the answer to a request: negotiated, tagged, and made only where it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from cstokg.web import caching
from cstokg.web.negotiation import negotiate

if TYPE_CHECKING:
    from collections.abc import Callable

    from cstokg.store import Result


def answer_graph(make: Callable[[], Result], format_name: str = "") -> Response:
    """Return the graph that `make` makes, in the format that the request asks for, or a 304.

    The format of the name, where there is one, goes before Accept. Raises NoSuchRepresentation.
    """
    chosen = negotiate("graph", format_name)
    known = caching.unchanged([chosen.content_type])
    if known is not None:
        return known
    payload = make().serialize(chosen.format.name)
    return caching.tagged(Response(payload, content_type=chosen.content_type))
