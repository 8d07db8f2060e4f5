"""The search: a page of results for people, the same as JSON, and suggestions while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from flask import Blueprint, Response, json, redirect, render_template, request
from werkzeug.exceptions import BadRequest

from cstokg.analysis.search import Hit, Match, build_index
from cstokg.namespaces import shorten
from cstokg.web.http import conditional, parameters
from cstokg.web.http.negotiation import HTML, choose
from cstokg.web.http.paging import read_number, read_part
from cstokg.web.pages import links
from cstokg.web.pages.names import names
from cstokg.web.site import Site, current_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response as AnyResponse

    from cstokg.analysis.search import Entry, Index

bp = Blueprint("search", __name__)

MAX_LENGTH: Final = 500
"""How many characters a search may have."""

SHOWN: Final = 20
_SUGGESTED: Final = 8

_OFFERS: Final = {"json": "application/json", "html": HTML}

# https://github.com/dewitt/opensearch/blob/master/mediawiki/Specifications/OpenSearch/Extensions/Suggestions/1.1/Draft%201.wiki
_SUGGESTIONS: Final = "application/x-suggestions+json"

HOW: Final = {
    Match.IRI: "by its IRI",
    Match.LABEL: "by its name",
    Match.ALIAS: "by another name",
    Match.LABEL_PREFIX: "by the beginning of a word of its name",
    Match.ALIAS_PREFIX: "by the beginning of a word of another name",
    Match.SIMILAR: "by a similar name",
    Match.DESCRIPTION: "by its description",
}


@bp.get("/search")
def results() -> AnyResponse:
    """Show what has a name or a description like `q`; a whole IRI leads to its page."""
    values = parameters.of_address()
    chosen = choose(_OFFERS, values.get("format", ""))
    asked = _read_query(values)
    hits = find(current_site(), asked)
    if chosen == "html" and hits and hits[0].match is Match.IRI:
        return redirect(links.address(hits[0].entry.iri), 303)
    part = read_part(values, len(hits), size=SHOWN)
    if chosen == "json":
        body = json.dumps(
            {
                "query": asked,
                "total": len(hits),
                "page": part.number,
                "pages": part.count,
                "results": [_describe(hit) for hit in hits[part.slice]],
            }
        )
        return conditional.tagged(Response(body, content_type=_OFFERS[chosen]))
    page = render_template(
        "search.html", asked=asked, hits=hits[part.slice], part=part, how=HOW, Match=Match
    )
    return conditional.tagged(
        Response(page, content_type=f"{HTML}; charset=utf-8"), names().language
    )


@bp.get("/search/suggest")
def suggestions() -> Response:
    """Suggest names for what has been typed so far: names, descriptions, addresses of pages."""
    values = parameters.of_address()
    asked = _read_query(values)
    hits = find(current_site(), asked)[: read_number(values, "size", _SUGGESTED, SHOWN)]
    body = [
        asked,
        [hit.entry.label for hit in hits],
        [hit.entry.description for hit in hits],
        [_page_of(hit.entry.iri) for hit in hits],
    ]
    return conditional.tagged(Response(json.dumps(body), content_type=_SUGGESTIONS))


@bp.get("/opensearch.xml")
def description() -> Response:
    """Describe the search to a browser, so that it can be searched from its address bar."""
    page = render_template("opensearch.xml")
    media_type = "application/opensearchdescription+xml"
    return conditional.tagged(Response(page, content_type=f"{media_type}; charset=utf-8"))


def find(site: Site, asked: str) -> list[Hit]:
    """Return what `asked` may mean, the best first; an IRI or a prefixed name is the thing."""
    index = site.once(search_index)
    entry = _find_named(index, site.prefixes, asked)
    if entry is not None:
        return [Hit(entry, Match.IRI, entry.names[0])]
    return index.search(asked)


def search_index(site: Site) -> Index:
    """Return the index of the names in `site`; ask for it by `site.once`."""
    return build_index(site.select)


def _find_named(index: Index, prefixes: Mapping[str, str], asked: str) -> Entry | None:
    iri = asked.removeprefix("<").removesuffix(">")
    prefix, mark, local = asked.partition(":")
    candidates = [iri, f"{prefixes[prefix]}{local}"] if mark and prefix in prefixes else [iri]
    return next((entry for each in candidates if (entry := index.find(each))), None)


def _read_query(values: parameters.Parameters) -> str:
    asked = " ".join(values.get("q", "").split())
    if len(asked) > MAX_LENGTH:
        raise BadRequest(f"A search may have {MAX_LENGTH} characters; this one has {len(asked)}.")
    return asked


def _describe(hit: Hit) -> dict[str, Any]:
    entry = hit.entry
    return {
        "iri": entry.iri,
        "name": shorten(entry.iri),
        "label": entry.label,
        "labels": [
            {"text": name.text, "language": name.language, "alias": name.is_alias}
            for name in entry.names
        ],
        "classes": [shorten(iri) for iri in entry.classes],
        "description": entry.description,
        "match": hit.match.name.lower().replace("_", "-"),
        "matched": hit.name.text,
        "page": _page_of(entry.iri),
    }


def _page_of(iri: str) -> str:
    """Return the whole address of the page about `iri`."""
    return urljoin(request.host_url, links.address(iri))
