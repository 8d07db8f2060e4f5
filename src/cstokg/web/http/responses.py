"""Results as the answers to requests: negotiated, tagged, and made only where they are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from cstokg.store import Written
from cstokg.web.http import conditional
from cstokg.web.http.negotiation import negotiate
from cstokg.web.server.slow_clients import Stream, current_places

if TYPE_CHECKING:
    from collections.abc import Callable

    from cstokg.store import Result


def answer_graph(make: Callable[[str], Result | Written], format_name: str = "") -> Response:
    """Return the graph that `make` makes, in the format that the request asks for, or a 304.

    `make` is told the name of that format, and may have written the graph in it. The format of the
    name, where there is one, goes before Accept. Raises NoSuchRepresentation.
    """
    chosen = negotiate("graph", format_name)
    known = conditional.unchanged([chosen.content_type])
    if known is not None:
        return known
    name = chosen.format.name
    made = make(name)
    graph = made if isinstance(made, Written) else Written("graph", name, made.serialize(name))
    return conditional.tagged(written(graph, chosen.content_type))


def written(result: Written, content_type: str) -> Response:
    """Return the response with `result`; one in a file is sent piece by piece.

    Raises ServiceUnavailable where too many are sent so already.
    """
    if isinstance(result.content, bytes):
        return Response(result.content, content_type=content_type)
    response = Response(Stream(result.content, current_places()), content_type=content_type)
    response.content_length = len(result.content)
    return response
