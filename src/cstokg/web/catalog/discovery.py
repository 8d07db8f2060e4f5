"""What crawlers, search engines and browsers look for: robots.txt, sitemap, OpenAPI, icons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from flask import Blueprint, Response, current_app, json, render_template, request, url_for

from cstokg.namespaces import CKG, RESOURCE, shorten
from cstokg.web.catalog.downloads import last_modified
from cstokg.web.catalog.openapi import describe_api
from cstokg.web.http import conditional
from cstokg.web.pages import links
from cstokg.web.pages.browse import listing_of
from cstokg.web.site import current_site

if TYPE_CHECKING:
    from cstokg.store import SelectResult
    from cstokg.web.site import Site

bp = Blueprint("discovery", __name__)

MAX_ADDRESSES: Final = 50_000
"""How many addresses one sitemap may have (https://www.sitemaps.org/protocol.html)."""

# Addresses without end, or of no use to who searches the web.
_NOT_FOR_ROBOTS: Final = (
    *("sparql.endpoint", "search.results", "search.suggestions"),
    *("graphs.by_parameter", "metrics.numbers", "health.alive", "health.ready"),
)
_RESOURCES: Final = f"""
SELECT DISTINCT ?thing WHERE {{
  ?thing a owl:NamedIndividual FILTER STRSTARTS(STR(?thing), "{RESOURCE}")
}}
ORDER BY ?thing
"""
_PAGES: Final = ("home.page", "browse.classes", "ontology.page", "downloads.page")


@bp.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers what to leave out, and where the sitemap is (RFC 9309)."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {url_for(endpoint)}" for endpoint in _NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {url_for('discovery.sitemap', _external=True)}",
    ]
    text = "\n".join(lines) + "\n"
    return conditional.tagged(Response(text, content_type="text/plain; charset=utf-8"))


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """List the pages: of the site, of each class and of each resource."""
    site = current_site()
    here = [*map(url_for, _PAGES), *_classes(site), *_resources(site)]
    addresses = [urljoin(request.host_url, each) for each in here]
    body = render_template(
        "sitemap.xml", addresses=addresses[:MAX_ADDRESSES], modified=site.once(last_modified)
    )
    return conditional.tagged(Response(body, content_type="application/xml"))


@bp.get("/openapi.json")
def openapi() -> Response:
    """Describe the addresses that answer with JSON."""
    body = json.dumps(describe_api(url_for("home.page", _external=True)))
    return conditional.tagged(Response(body, content_type="application/json"))


@bp.get("/favicon.ico")
def icon() -> Response:
    """Answer with the icon, for browsers that ask for it unasked."""
    return current_app.send_static_file("favicon.ico")


def _classes(site: Site) -> list[str]:
    return [
        url_for("browse.things", class_name=shorten(iri))
        for iri in site.once(listing_of).by_class
        if iri.startswith(CKG)
    ]


def _resources(site: Site) -> list[str]:
    return [links.address(str(iri)) for (iri,) in site.once(_named)]


def _named(site: Site) -> SelectResult:
    return site.select(_RESOURCES)
