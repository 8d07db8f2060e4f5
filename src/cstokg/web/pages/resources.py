"""What the project's IRIs answer: a page for people, data for programs.

An IRI that names a thing answers 303 to a document about it (Cool URIs for the Semantic Web, 4.2):
`/page/…` for clients that want HTML, else `/data/…` with the extension of the format.
"""

from collections.abc import Iterable
from functools import partial
from typing import Final

from flask import Blueprint, Response, json, render_template, url_for

from cstokg.analysis.bonds.accounts import KINDS
from cstokg.analysis.claims.records import read_claims
from cstokg.analysis.site.description import describe
from cstokg.formats import formats_for
from cstokg.namespaces import BASE, CKG, RESOURCE, shorten
from cstokg.rdf.dates import day_in_words
from cstokg.web.http import conditional, parameters
from cstokg.web.http.headers import MARKDOWN
from cstokg.web.http.negotiation import HTML, negotiate, negotiate_or_page, prefers_markdown
from cstokg.web.pages import links
from cstokg.web.pages.bylines import byline_of, is_claimed
from cstokg.web.pages.class_views import load_class_views
from cstokg.web.pages.names import reader
from cstokg.web.pages.not_found import GoneThing, NoSuchThing
from cstokg.web.pages.rendering import alternates, render_page, see_other, unchanged_page
from cstokg.web.pages.resource_rdf import (
    Described,
    describe_resource,
    find_described,
    jsonld_context,
    write_document,
)
from cstokg.web.pages.resource_view import load_resource
from cstokg.web.pages.schema_org import to_schema_org
from cstokg.web.protocol.graph_store import graph_address
from cstokg.web.site import current_site

bp = Blueprint("resources", __name__)

_ACCOUNT_LINKS: Final = tuple(CKG + name for name in ("inTensionWith", "rivalAccountOf"))
"""Shortcuts to other accounts of one matter."""

_CLAIM_LINKS: Final = tuple(CKG + name for name in ("says", "contradicts"))
"""Shortcuts to claims, which have a list of their own."""

_BOND_LINKS: Final = tuple(
    CKG + name for name in ("memberOf", "formerMemberOf", "observerAt", "holdsOffice", "recognizes")
)
"""Shortcuts that a bond, with its time and its source, says better."""


@bp.get("/id/<path:name>")
def thing(name: str) -> Response:
    """Send on to the document about a resource."""
    return _see_other(find_thing(links.iris_of_page(name), name))


@bp.get("/dataset", defaults={"name": "dataset"})
@bp.get("/file/<path:name>", defaults={"folder": "file/"})
def other_thing(name: str, folder: str = "") -> Response:
    """Send on to the document about the dataset, or about a file it was made from."""
    return _see_other(find_thing(links.iris_of_page(folder + name), name))


@bp.get("/page/<path:name>")
def page(name: str) -> Response:
    """Show a person what the dataset says of a thing."""
    here = url_for("resources.page", name=name)
    known = unchanged_page()
    if known is not None:
        known.content_location = here
        return known
    found = find_thing(links.iris_of_page(name), name)
    site = current_site()
    if prefers_markdown() and found.iri.startswith(RESOURCE):
        told, byline = describe(site, found.iri), byline_of(found.iri)
        text = render_template(
            "resource.md", told=told, iri=found.iri, byline=byline, shorten=shorten
        )
        return conditional.answer(lambda: text, f"{MARKDOWN}; charset=utf-8", reader().language)
    canonical = url_for("resources.page", name=name, _external=True)
    resource = load_resource(site, found.iri)
    acts = read_claims(site, [found.iri]) if is_claimed(found.iri) else ()
    response = render_page(
        "resource.html",
        iri=found.iri,
        resource=resource,
        views=load_class_views(site, resource),
        canonical=canonical,
        graph_address=graph_address(found.iri) if found.iri in site.graphs else "",
        schema_org=to_schema_org(resource, canonical, acts),
        acts=acts,
        byline=byline_of(found.iri),
        byline_of=byline_of,
        is_claimed=is_claimed,
        claims={each.iri for each in resource.pointers if is_claimed(each.iri)},
        account_links=_ACCOUNT_LINKS,
        bond_links=_BOND_LINKS,
        claim_links=_CLAIM_LINKS,
        bond_kinds=KINDS,
        day_in_words=day_in_words,
        shorten=shorten,
        formats=formats_for("graph"),
        cite_address=links.cite_address(found.iri),
    )
    response.content_location = here
    _link(response, found.iri, canonical, HTML)
    return response


@bp.get("/data/<path:name>")
def data(name: str) -> Response:
    """Answer with the description of a thing, in the format of the extension or of Accept."""
    stem, dot, extension = name.rpartition(".")
    site = current_site()
    # A file has an extension of its own: what is named with it in full comes after.
    asked_for_format = bool(dot) and _is_format(extension)
    if asked_for_format:
        found = find_described(site, links.iris_of_page(stem))
        if found is not None:
            return _describe(found, extension)
    found = find_described(site, links.iris_of_page(name))
    if found is None:
        # The data files' own IRIs begin with data/ as these addresses do.
        header = find_described(site, [BASE + "data/" + name])
        if header is not None:
            return _see_other(header)
    return _describe(found or find_thing((), stem if asked_for_format else name), "")


@bp.get("/context.jsonld")
def context() -> Response:
    """Answer with the JSON-LD context of the ontology's terms, as the exports have it."""

    def write() -> str:
        document = {"@context": current_site().once(jsonld_context)}
        return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    return conditional.answer(write, "application/ld+json")


def find_thing(iris: Iterable[str], name: str) -> Described:
    """Return what one of `iris` names. Raises NotFound or Gone."""
    found = find_described(current_site(), iris)
    if found is None:
        raise NoSuchThing(name)
    if found.deprecated:
        raise GoneThing(found)
    return found


def _is_format(extension: str) -> bool:
    return any(row.extension == extension for row in formats_for("graph"))


def _see_other(found: Described) -> Response:
    name = links.page_name(found.iri)
    chosen = None if prefers_markdown() else negotiate_or_page("graph", parameters.format_name())
    if chosen is None:
        where = url_for("resources.page", name=name)
    else:
        where = links.data_address(found.iri, chosen.format.extension)
    return see_other(where, f'<{links.data_address(found.iri)}>; rel="describedby"')


def _describe(found: Described, extension: str) -> Response:
    if found.deprecated:
        raise GoneThing(found)
    chosen = negotiate("graph", extension or parameters.format_name())
    site = current_site()

    def write() -> bytes:
        document = links.data_address(found.iri, external=True)
        return write_document(
            site, describe_resource(site, found.iri, document), chosen.format.name
        )

    response = conditional.answer(write, chosen.content_type)
    response.content_location = links.data_address(found.iri, chosen.format.extension)
    if response.status_code == 304:
        return response
    canonical = links.data_address(found.iri, chosen.format.extension, external=True)
    _link(response, found.iri, canonical, chosen.format.media_type)
    return response


def _link(response: Response, iri: str, canonical: str, media_type: str) -> None:
    """Say what the document is about, where it has its own address, and what it comes as."""
    page_address = url_for("resources.page", name=links.page_name(iri))
    said = [
        f'<{canonical}>; rel="canonical"',
        f'<{iri}>; rel="describes"',
        f'<{iri}>; rel="cite-as"',  # RFC 8574
        f'<{links.data_address(iri)}>; rel="describedby"',
        *alternates(page_address, partial(links.data_address, iri), media_type),
    ]
    response.headers["Link"] = ", ".join(said)
