"""The dataset as data catalogues list it (DCAT 3, https://www.w3.org/TR/vocab-dcat-3/)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, url_for

from cstokg.dataset.metadata import DATASET, LICENSE
from cstokg.namespaces import DCTERMS, ONTOLOGY, RDF, XSD
from cstokg.store import GraphResult
from cstokg.web.catalog.downloads import last_modified
from cstokg.web.catalog.export_files import NAMES, Exports
from cstokg.web.http import parameters
from cstokg.web.http.negotiation import negotiate_or_page
from cstokg.web.http.responses import answer_graph
from cstokg.web.pages.home import summary_of
from cstokg.web.protocol.service_description import link
from cstokg.web.site import Site, current_site

if TYPE_CHECKING:
    from collections.abc import Iterator

bp = Blueprint("catalog", __name__)

_DCAT: Final = "http://www.w3.org/ns/dcat#"
_FOAF: Final = "http://xmlns.com/foaf/0.1/"
_SPDX: Final = "http://spdx.org/rdf/terms#"
_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_ENGLISH: Final = "http://publications.europa.eu/resource/authority/language/ENG"
_PUBLIC: Final = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"

_TITLE: Final = "cstokg, a knowledge graph of one analyst article about the CSTO"
_DESCRIPTION: Final = (
    "Who is bound to whom, by which treaty, since when, and who says so: what one analyst article "
    "says about the Collective Security Treaty Organization, each fact with the passages that "
    "attest it."
)
_KEYWORDS: Final = (
    *("CSTO", "Collective Security Treaty Organization", "international security"),
    *("knowledge graph", "post-Soviet space"),
)


@bp.get("/catalog")
def catalog() -> Response:
    """Describe the dataset, its files and its services; a person is sent to the downloads."""
    name = parameters.of_address().get("format", "")
    if negotiate_or_page("graph", name) is None:
        where = url_for("downloads.page")
        return Response(f"{where}\n", 303, {"Location": where}, mimetype="text/plain")
    address = url_for("catalog.catalog", _external=True)
    return answer_graph(lambda _: describe_catalog(address, current_site()), name)


def describe_catalog(address: str, site: Site) -> GraphResult:
    """Return the description of the dataset of `site` for `address`; it waits for the files."""
    return GraphResult("".join(sorted(set(_say(address, site)))).encode())


def _say(address: str, site: Site) -> Iterator[str]:
    publisher = f"{address}#publisher"
    yield link(address, RDF + "type", _DCAT + "Catalog")
    yield _text(address, DCTERMS + "title", "The catalogue of cstokg")
    yield _text(address, DCTERMS + "description", "One dataset, its files and its services.")
    yield link(address, DCTERMS + "publisher", publisher)
    yield link(address, DCTERMS + "license", LICENSE)
    yield link(address, _DCAT + "dataset", DATASET)
    yield link(address, _FOAF + "homepage", url_for("home.page", _external=True))
    yield link(publisher, RDF + "type", _FOAF + "Organization")
    yield _text(publisher, _FOAF + "name", "The cstokg maintainers")
    yield from _dataset(address, site)
    for name in NAMES:
        yield from _distribution(address, site, name)
    yield from _services(address)


def _dataset(address: str, site: Site) -> Iterator[str]:
    yield link(DATASET, RDF + "type", _DCAT + "Dataset")
    yield _text(DATASET, DCTERMS + "title", _TITLE)
    yield _text(DATASET, DCTERMS + "description", _DESCRIPTION)
    yield _typed(DATASET, DCTERMS + "identifier", DATASET, "anyURI")
    yield _typed(DATASET, _DCAT + "version", site.once(summary_of).version, "string")
    modified = site.once(last_modified)
    if modified:
        yield _typed(DATASET, DCTERMS + "modified", modified, "date")
    for keyword in _KEYWORDS:
        yield _text(DATASET, _DCAT + "keyword", keyword)
    for prop, target in (
        ("publisher", f"{address}#publisher"),
        ("license", LICENSE),
        ("language", _ENGLISH),
        ("accessRights", _PUBLIC),
        ("conformsTo", ONTOLOGY),
    ):
        yield link(DATASET, DCTERMS + prop, target)
    yield link(DATASET, _DCAT + "landingPage", url_for("home.page", _external=True))


def _distribution(address: str, site: Site, name: str) -> Iterator[str]:
    made = site.once(Exports).get(name)
    node, checksum = f"{address}#{name}", f"{address}#{name}-checksum"
    yield link(DATASET, _DCAT + "distribution", node)
    yield link(node, RDF + "type", _DCAT + "Distribution")
    yield _text(node, DCTERMS + "title", f"The whole dataset as {NAMES[name].title}")
    yield link(node, DCTERMS + "license", LICENSE)
    yield link(node, DCTERMS + "conformsTo", NAMES[name].specification)
    yield link(node, _DCAT + "accessURL", url_for("downloads.page", _external=True))
    yield link(node, _DCAT + "downloadURL", url_for("downloads.file", name=name, _external=True))
    yield link(node, _DCAT + "mediaType", _MEDIA_TYPES + NAMES[name].media_type)
    # DCAT 3, section 6.8.11: a number without a sign.
    yield _typed(node, _DCAT + "byteSize", str(made.size), "nonNegativeInteger")
    yield link(node, _SPDX + "checksum", checksum)
    yield link(checksum, RDF + "type", _SPDX + "Checksum")
    yield link(checksum, _SPDX + "algorithm", _SPDX + "checksumAlgorithm_sha256")
    yield _typed(checksum, _SPDX + "checksumValue", made.sha256, "hexBinary")


def _services(address: str) -> Iterator[str]:
    sparql = url_for("sparql.endpoint", _external=True)
    protocol = "https://www.w3.org/TR/sparql11-protocol/"
    api = url_for("discovery.openapi", _external=True)
    site = url_for("home.page", _external=True)
    for service, title, where, description, standard in (
        (sparql, "SPARQL endpoint", sparql, sparql, protocol),
        (f"{address}#api", "Search and lists as JSON", site, api, "https://spec.openapis.org/oas/"),
    ):
        yield link(address, _DCAT + "service", service)
        yield link(service, RDF + "type", _DCAT + "DataService")
        yield _text(service, DCTERMS + "title", title)
        yield link(service, _DCAT + "endpointURL", where)
        yield link(service, _DCAT + "endpointDescription", description)
        yield link(service, _DCAT + "servesDataset", DATASET)
        yield link(service, DCTERMS + "conformsTo", standard)
        yield link(service, DCTERMS + "license", LICENSE)


def _text(subject: str, predicate: str, text: str) -> str:
    return f'<{subject}> <{predicate}> "{text}"@en .\n'


def _typed(subject: str, predicate: str, text: str, datatype: str) -> str:
    # Never "x"^^xsd:string: rdflib takes it for another term than "x".
    suffix = "" if datatype == "string" else f"^^<{XSD}{datatype}>"
    return f'<{subject}> <{predicate}> "{text}"{suffix} .\n'
