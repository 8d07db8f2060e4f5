"""The graphs one by one (SPARQL 1.1 Graph Store HTTP Protocol), for reading.

https://www.w3.org/TR/sparql11-http-rdf-update/
"""

import re
from typing import Final
from urllib.parse import unquote

from flask import Blueprint, Response, url_for
from werkzeug.exceptions import BadRequest, NotFound

from cstokg.namespaces import GRAPH, short_graph_name
from cstokg.web.http import parameters
from cstokg.web.http.responses import answer_graph
from cstokg.web.site import current_site

bp = Blueprint("graphs", __name__)

_EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_ABSOLUTE_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`]*")


@bp.get("/rdf-graph-store")
def by_parameter() -> Response:
    """Answer the graph that a parameter names (section 4.2): `?graph=IRI` or `?default`."""
    return _answer(named_graph())


def named_graph() -> str | None:
    """Return the graph that the request's parameters name, None for the default graph.

    Raises BadRequest.
    """
    values = parameters.of_address()
    names, defaults = values.getlist("graph"), values.getlist("default")
    if len(names) + len(defaults) != 1:
        raise BadRequest(
            "A graph is named by one parameter, 'graph' with its IRI or 'default'; "
            f"there are {len(names)} 'graph' and {len(defaults)} 'default'."
        )
    return None if defaults else check_iri(graph_iri(names[0]))


def graph_iri(name: str) -> str:
    """Return the IRI of the graph that is read at the address `name`, of this server; else `name`.

    So that a client can name a graph by the Location that it was told (section 5.5).
    """
    here = url_for("home.page", _external=True) + "graph/"
    return GRAPH + unquote(name.removeprefix(here)) if name.startswith(here) else name


def check_iri(name: str) -> str:
    """Return `name`, which is the IRI of a graph. Raises BadRequest where it cannot be one."""
    if not _ABSOLUTE_IRI.fullmatch(name):
        raise BadRequest(f"{name!r} is not an absolute IRI.")
    return name


@bp.get("/graph/<path:name>")
def by_address(name: str) -> Response:
    """Answer the graph whose own IRI leads here (section 4.1)."""
    return _answer(GRAPH + name)


def graph_address(iri: str | None) -> str:
    """Return the address at which the graph `iri` is read; None is the default graph."""
    if iri is None:
        return url_for("graphs.by_parameter", _external=True, default="")
    if not iri.startswith(GRAPH):
        return url_for("graphs.by_parameter", _external=True, graph=iri)
    return url_for("graphs.by_address", _external=True, name=short_graph_name(iri))


def _answer(iri: str | None) -> Response:
    site = current_site()
    if iri is not None and iri not in site.graphs:
        raise NotFound(f"There is no graph {iri!r}; there are: {', '.join(site.graphs)}.")
    chosen = None if iri is None else [iri]
    return answer_graph(
        lambda options: site.service.answer(_EVERYTHING, options._replace(default_graphs=chosen))
    )
