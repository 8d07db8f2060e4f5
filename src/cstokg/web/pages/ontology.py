"""The vocabulary: RDF for programs, its documentation for people, at the ontology's own address.

The fragment of a term's IRI is the place of the term on the page.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

from flask import Blueprint, Response, url_for
from markupsafe import Markup
from rdflib import Graph
from werkzeug.exceptions import NotFound

from cstokg.analysis.search.words import fold
from cstokg.analysis.statistics import count_terms, read_counts
from cstokg.formats import formats_for
from cstokg.namespaces import CKG, ONTOLOGY, ONTOLOGY_GRAPH, PREFIXES, RESOURCE, shorten
from cstokg.publish.ontology_docs import Documentation, document
from cstokg.quality.query_files import read_query
from cstokg.rdf.turtle_writer import to_turtle
from cstokg.store import GraphResult
from cstokg.web.http import conditional, parameters
from cstokg.web.http.negotiation import HTML, Representation, negotiate, negotiate_or_page
from cstokg.web.pages.names import iri_link
from cstokg.web.pages.rendering import alternates, render_page, see_other, unchanged_page
from cstokg.web.pages.resource_rdf import write_document
from cstokg.web.site import Site, current_site

bp = Blueprint("ontology", __name__)

_GRAPH: Final = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?s ?p ?o }} }}"

_USE: Final = "SELECT ?from ?to WHERE {{ ?from ckg:{} ?to }} ORDER BY ?from ?to"

# `state:armenia` and `ckg:actuality` in a text about the vocabulary.
_NAME: Final = re.compile(r"\b([a-z][a-z0-9-]*):([A-Za-z][\w-]*)")


@bp.get("/ontology")
def page() -> Response:
    """Answer with the ontology as data, or with its documentation."""
    chosen = negotiate_or_page("graph", parameters.format_name())
    if chosen is not None:
        return _data(chosen)
    known = unchanged_page()
    if known is not None:
        return known
    site = current_site()
    asked = parameters.search_text(parameters.of_address())
    response = render_page(
        "ontology.html",
        asked=asked,
        wanted=partial(_is_wanted, fold(asked)),
        about=site.once(documentation),
        statistics=site.once(count_terms),
        value_uses=site.once(count_values),
        formats=formats_for("graph"),
        linked=linked,
        shorten=shorten,
        use_query=_USE,
    )
    response.headers["Link"] = _alternates(HTML)
    return response


@bp.get("/ontology.<extension>")
def file(extension: str) -> Response:
    """Answer with the ontology in the format of the extension."""
    extensions = [row.extension for row in formats_for("graph")]
    if extension in extensions:
        return _data(negotiate("graph", extension))
    known = ", ".join(f"ontology.{each}" for each in extensions)
    raise NotFound(f"There is no ontology.{extension}; there are {known}.")


@bp.get("/ontology/<path:name>")
def part(name: str) -> Response:
    """Send on from the IRI of a version, or of a part of the ontology, to the ontology."""
    versions = current_site().once(documentation).versions
    found = versions.get(f"{ONTOLOGY}/{name}")
    if found is None:
        known = ", ".join(iri for iri in versions if iri != ONTOLOGY)
        raise NotFound(f"There is no version or part {name!r} of the ontology; there are: {known}.")
    fragment = {f"{ONTOLOGY}/schemes": "value-lists"}.get(found)
    return see_other(url_for("ontology.page", _anchor=fragment), _alternates(""))


def documentation(site: Site) -> Documentation:
    """Return what there is to say of the ontology of `site`; ask for it by `site.once`."""
    return document(site.once(_graph))


def count_values(site: Site) -> Mapping[str, int]:
    """Return how many facts have each controlled value; ask for it by `site.once`."""
    return read_counts(site.select(read_query(__file__, "value_uses")))


def _is_wanted(words: tuple[str, ...], *texts: str) -> bool:
    """Return True if each of `words` begins a word of `texts`, or stands in a name as `partOf`."""
    own = [*fold(" ".join(texts)), *(text.casefold() for text in texts)]
    return all(any(word in each for each in own) for word in words)


def linked(text: str) -> Markup:
    """Return `text` with the prefixed names in it as links."""
    pieces, end = [], 0
    for found in _NAME.finditer(text):
        namespace = PREFIXES.get(found[1], "")
        if namespace == CKG or namespace.startswith(RESOURCE):
            link = iri_link(namespace + found[2], found[0])
            pieces += [Markup.escape(text[end : found.start()]), link]
            end = found.end()
    return Markup().join([*pieces, Markup.escape(text[end:])])


def _data(chosen: Representation) -> Response:
    site, row = current_site(), chosen.format

    def write() -> bytes:
        if row.name == "turtle":
            return site.once(_turtle)
        return write_document(site, site.once(_triples), row.name)

    response = conditional.answer(write, chosen.content_type)
    response.content_location = _file_address(row.extension)
    response.headers["Link"] = _alternates(row.media_type)
    return response


def _triples(site: Site) -> GraphResult:
    return site.service.graph(_GRAPH)


def _graph(site: Site) -> Graph:
    return site.once(_triples).graph()


def _turtle(site: Site) -> bytes:
    return to_turtle(site.once(_graph))


def _alternates(media_type: str) -> str:
    """Return the links to the ontology in all formats but `media_type` (RFC 8288)."""
    others = alternates(url_for("ontology.page", format="html"), _file_address, media_type)
    return ", ".join([f'<{ONTOLOGY}>; rel="describes"', *others])


def _file_address(extension: str) -> str:
    return url_for("ontology.file", extension=extension)
