"""Results as responses: negotiated, tagged, and made only where the client does not have them."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from flask import Response, render_template, request
from rdflib import Graph
from werkzeug.exceptions import ServiceUnavailable

from cstokg.store import Answer, GraphResult, QueryOptions, SerializedResult
from cstokg.store.parsing import read_triples
from cstokg.web.http import conditional, parameters
from cstokg.web.http.compression import best_coding
from cstokg.web.http.negotiation import negotiate

NO_STREAM: Final = "cstokg.no_stream"
"""Where in the WSGI environment a server says that no further large answer can be sent."""

_RETRY_AFTER: Final = 2
_TOO_MANY_STREAMS: Final = "Too many large answers are on their way to their clients."


def answer_graph(make: Callable[[QueryOptions], Answer]) -> Response:
    """Return the graph that `make` returns, in the format that the request asks for, or a 304.

    `make` is given that format and the coding, and may have written the graph so.
    Raises NoSuchRepresentation.
    """
    chosen = negotiate("graph", parameters.format_name())
    known = conditional.unchanged([chosen.content_type])
    if known is not None:
        return known
    name = chosen.format.name
    made = make(QueryOptions(formats={"graph": name}, coding=best_coding()))
    if not isinstance(made, SerializedResult):
        made = SerializedResult("graph", name, made.serialize(name))
    return conditional.tagged(respond(made, chosen.content_type))


def respond(result: SerializedResult, content_type: str) -> Response:
    """Return the response with `result`; one in a file is sent piece by piece.

    Raises ServiceUnavailable where the server sends too many so already.
    """
    response = Response(result.content, content_type=content_type)
    if not isinstance(result.content, bytes):
        if request.environ.get(NO_STREAM):
            raise ServiceUnavailable(_TOO_MANY_STREAMS, retry_after=_RETRY_AFTER)
        response.direct_passthrough = True
        response.content_length = len(result.content)
    if result.coding:
        response.headers["Content-Encoding"] = result.coding
    return response


def render_graph(template: str, **values: object) -> GraphResult:
    """Return the graph that a template of Turtle says; its IRIs and texts must be valid there."""
    return read_graph(render_template(template, **values))


def read_graph(turtle: str) -> GraphResult:
    """Return the graph that a text of ours says."""
    graph = Graph(bind_namespaces="none")
    for triple in read_triples(turtle.encode(), Path("description.ttl")):
        graph.add(triple)
    return GraphResult.of(graph)
