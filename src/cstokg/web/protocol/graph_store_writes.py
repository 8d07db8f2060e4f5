"""Graphs one by one (SPARQL 1.1 Graph Store HTTP Protocol), for writing.

https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from uuid import uuid4

from flask import Blueprint, Response, abort, request

from cstokg.dataset.changes import Change, DropGraph, PostGraph, PutGraph
from cstokg.namespaces import DEFAULT_GRAPH, GRAPH
from cstokg.web.http.authorization import require_writer
from cstokg.web.http.rdf_body import ACCEPT_POST, FILES, read_files, read_graph
from cstokg.web.protocol.graph_store import check_iri, graph_address, named_graph
from cstokg.web.site import apply_change, current_site

bp = Blueprint("graph_writes", __name__)


@bp.after_request
def accept_graphs(response: Response) -> Response:
    """Say in which formats a graph may come."""
    response.headers["Accept-Post"] = f"{ACCEPT_POST}, {FILES}"
    return response


@bp.route("/rdf-graph-store", methods=["PUT", "POST", "DELETE"])
def by_parameter() -> Response:
    """Write the graph that a parameter names (section 4.2): `?graph=IRI` or `?default`.

    A POST that names none makes a new one (section 5.5).
    """
    require_writer()
    if request.method == "POST" and not {"graph", "default"} & request.args.keys():
        return _write(f"{GRAPH}new/{uuid4()}")
    return _write(named_graph() or DEFAULT_GRAPH)


@bp.route("/graph/<path:name>", methods=["PUT", "POST", "DELETE"])
def by_address(name: str) -> Response:
    """Write the graph whose own IRI leads here (section 4.1)."""
    require_writer()
    return _write(check_iri(GRAPH + name))


def _write(graph: str) -> Response:
    if request.if_match or request.if_none_match:
        # RFC 9110, 13.2.2: what a condition forbids must not be done; we cannot know in time.
        abort(501, "Conditional writes are not supported: leave the header out.")
    commit = apply_change(_read_change(graph))
    response = Response(status=201 if commit.created else 204)
    del response.headers["Content-Type"]  # there is no content
    if commit.created:
        response.headers["Location"] = graph_address(graph)
    return response


def _read_change(graph: str) -> Change:
    if request.method == "DELETE":
        if graph == DEFAULT_GRAPH and graph not in current_site().graphs:
            # Section 5.4: the default graph is always there, if only empty.
            return PutGraph(graph, b"", "text/turtle")
        return DropGraph(graph)
    if request.method == "PUT":
        return PutGraph(graph, *read_graph())
    if request.mimetype == FILES:  # section 5.5
        first, *more = read_files()
        return PostGraph(graph, *first, tuple(more))
    return PostGraph(graph, *read_graph())
