"""What crawlers, search engines and browsers look for: robots.txt, sitemap, OpenAPI, icons."""

from importlib.resources import files
from typing import Final
from urllib.parse import urljoin

from flask import Blueprint, Response, current_app, json, render_template, request, url_for

from cstokg import __version__
from cstokg.namespaces import CKG, RESOURCE, shorten
from cstokg.web.answers.ask import describe_parameters
from cstokg.web.http import conditional
from cstokg.web.pages import links
from cstokg.web.pages.browse import listing_of
from cstokg.web.pages.home import summary_of
from cstokg.web.pages.rendering import render_json
from cstokg.web.site import current_site

bp = Blueprint("discovery", __name__)

MAX_ADDRESSES: Final = 50_000
"""How many addresses one sitemap may have (https://www.sitemaps.org/protocol.html)."""

# Addresses without number, or of no use in a web search.
_NOT_FOR_ROBOTS: Final = (
    *("sparql.endpoint", "search.results", "search.suggestions"),
    *("graphs.by_parameter", "metrics.numbers", "health.alive", "health.ready", "why.page"),
)
_PAGES: Final = (
    *("home.page", "as_of.page", "claims.page", "timeline.page", "tables.listing", "read.page"),
    "network.page",
    *("browse.classes", "ontology.page", "downloads.page", "about.page"),
)
_GONE: Final = """
SELECT DISTINCT ?gone { { ?gone owl:deprecated true } UNION { ?gone dcterms:isReplacedBy ?new } }
"""


@bp.get("/robots.txt")
def robots() -> Response:
    """List for crawlers what to leave out, and where the sitemap is (RFC 9309)."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {url_for(endpoint)}" for endpoint in _NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {url_for('discovery.sitemap', _external=True)}",
    ]
    text = "\n".join(lines) + "\n"
    return conditional.tagged(Response(text, content_type="text/plain; charset=utf-8"))


@bp.get("/llms.txt")
def for_models() -> Response:
    """Tell language models what there is, and where as Markdown (https://llmstxt.org)."""
    text = render_template("llms.txt", questions=current_site().questions)
    return conditional.tagged(Response(text, content_type="text/plain; charset=utf-8"))


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """List the pages: of the site, of each class and of each resource."""
    site = current_site()
    listing = site.once(listing_of)
    names = [shorten(iri) for iri in listing.by_class if iri.startswith(CKG)]
    gone = {str(iri) for (iri,) in site.select(_GONE)}
    things = {*listing.items, *site.labels.entries} - gone
    here = [
        *map(url_for, _PAGES),
        *(url_for("browse.things", class_name=name) for name in names),
        *(links.address(iri) for iri in sorted(things) if iri.startswith(RESOURCE)),
        url_for("ask.listing"),
        *(url_for("ask.answer", name=each.slug) for each in site.questions),
    ]
    addresses = [urljoin(request.host_url, each) for each in here]
    body = render_template(
        "sitemap.xml", addresses=addresses[:MAX_ADDRESSES], modified=site.once(summary_of).modified
    )
    return conditional.tagged(Response(body, content_type="application/xml"))


@bp.get("/openapi.json")
def openapi() -> Response:
    """Describe the addresses for programs (OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.0)."""
    description = json.loads((files(__package__) / "openapi.json").read_text(encoding="utf-8"))
    description["info"]["version"] = __version__
    asked = description["paths"]["/ask/{name}"]["get"]["parameters"]
    asked += describe_parameters(current_site().questions)
    home = url_for("home.page", _external=True)
    description["servers"] = [{"url": home.rstrip("/") or "/"}]
    return render_json(description)


@bp.get("/favicon.ico")
def icon() -> Response:
    """Answer with the icon, for browsers that ask for it unasked."""
    return current_app.send_static_file("favicon.ico")
