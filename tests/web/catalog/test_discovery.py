"""What crawlers, catalogues, search engines and browsers find."""

import itertools
import re
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import jsonschema
import openapi_spec_validator
import pytest
from flask.testing import FlaskClient
from rdflib import DCTERMS, RDF, Graph, URIRef
from rdflib.namespace import DCAT, Namespace
from tests.web.conftest import Client

from cstokg import Dataset
from cstokg.formats import formats_for
from cstokg.web.answers import search
from cstokg.web.application import create_app
from cstokg.web.catalog.export_files import NAMES
from cstokg.web.http import parameters
from cstokg.web.http.paging import MAX_SIZE
from cstokg.web.pages import browse

SPDX = Namespace("http://spdx.org/rdf/terms#")
DATASET = URIRef("https://w3id.org/cstokg/dataset")
PAGES = ("/", "/browse", "/browse/ckg:State", "/ontology", "/downloads", "/sparql", "/search")

# Who may write does so at addresses that read the same: docs/endpoint.md.
METHODS = {"GET", "POST", "PUT", "DELETE"}


@pytest.fixture(scope="module")
def api(client: Client) -> Any:
    answer = client.send("GET", "/openapi.json")
    assert (answer.status, answer.media_type) == (200, "application/json")
    return answer.json()


@pytest.fixture(scope="module")
def catalog(client: Client) -> Graph:
    answer = client.send("GET", "/catalog", {"Accept": "text/turtle"})
    assert (answer.status, answer.media_type) == (200, "text/turtle")
    return Graph().parse(data=answer.text, format="turtle")


def test_robots_are_told_what_to_leave_out_and_where_the_sitemap_is(client: Client) -> None:
    answer = client.send("GET", "/robots.txt")
    assert answer.media_type == "text/plain"
    parser = RobotFileParser()
    parser.parse(answer.text.splitlines())
    assert parser.site_maps() == [f"{client.address}/sitemap.xml"]
    for path in ("/sparql?query=x", "/search?q=x", "/metrics"):
        assert not parser.can_fetch("*", client.address + path)
    for path in ("/", "/page/state/alda", "/browse/ckg:State", "/ontology", "/downloads"):
        assert parser.can_fetch("*", client.address + path)


def test_the_sitemap_has_every_resource_and_every_page_is_there(
    site: FlaskClient, dataset: Dataset
) -> None:
    answer = site.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ET.fromstring(answer.text)
    assert root.tag == f"{space}urlset"
    found = [url.findtext(f"{space}loc") or "" for url in root]
    assert len(found) == len(set(found)) > 800
    assert all(each.startswith("http://localhost/") for each in found)
    # What is deprecated is gone (410).
    rows = dataset.select(
        "SELECT DISTINCT ?s { ?s a owl:NamedIndividual "
        'FILTER(CONTAINS(STR(?s), "/id/") && NOT EXISTS { ?s owl:deprecated true }) }'
    )
    pages = {
        f"http://localhost/page/{str(iri).removeprefix('https://w3id.org/cstokg/id/')}"
        for (iri,) in rows
    }
    assert pages <= set(found)
    gone = [iri for (iri,) in dataset.select("SELECT ?s { ?s owl:deprecated true }")]
    assert gone
    assert not {f"http://localhost/page/{str(iri).partition('/id/')[2]}" for iri in gone} & {*found}
    asked = [urlsplit(address).path for address in found[:10] + found[10::50]]
    asked.remove("/downloads")  # it has all files made; test_downloads.py asks for it
    for path in asked:
        assert site.get(path, headers={"Accept": "text/html"}).status_code == 200, path


def test_addresses_stay_on_the_server_and_under_its_base(small_dataset: Dataset) -> None:
    app = create_app(small_dataset, base_url="https://example.org/graph")
    client = app.test_client()
    for path in ("/sitemap.xml", "/robots.txt", "/openapi.json", "/catalog", "/opensearch.xml"):
        text = client.get(path).get_data(as_text=True)
        assert "https://example.org/graph" in text, path
        assert "http://localhost" not in text, path
    assert "Disallow: /graph/sparql" in client.get("/robots.txt").text
    for path in ("/search?q=alda", "/browse/ckg:State", "/downloads", "/ontology"):
        text = client.get(path, headers={"Accept": "text/html"}).text
        links = re.findall(r'(?:href|src|action|data-names)="(/[^"]*)"', text)
        assert links
        assert all(link.startswith("/graph/") for link in links), path


def test_the_openapi_is_valid(api: Any) -> None:
    openapi_spec_validator.validate(api)
    assert api["openapi"].startswith("3.1")


def test_every_address_is_described_and_no_other(api: Any, small_dataset: Dataset) -> None:
    rules: dict[str, set[str]] = {}
    for rule in create_app(small_dataset).url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule))
        rules.setdefault(path, set()).update({*(rule.methods or ())} & METHODS)
    described = {path: {each.upper() for each in item} for path, item in api["paths"].items()}
    assert described == rules, "describe it in openapi.json"


def test_the_limits_are_those_of_the_code(api: Any) -> None:
    paths = api["paths"]

    def schemas(path: str) -> dict[str, Any]:
        listed = (resolve(api, each) for each in paths[path]["get"]["parameters"])
        return {each["name"]: each["schema"] for each in listed}

    assert schemas("/search")["q"]["maxLength"] == parameters.LONGEST_SEARCH
    assert schemas("/search")["size"]["default"] == search.SHOWN
    assert schemas("/search/suggest")["size"]["maximum"] == search.SHOWN
    assert schemas("/search/suggest")["size"]["default"] == search.SUGGESTED
    things = schemas("/browse/{class_name}")
    assert things["size"]["default"] == browse.SIZE
    assert things["size"]["maximum"] == schemas("/search")["size"]["maximum"] == MAX_SIZE
    assert things["sort"]["enum"] == list(browse.SORTS)
    posted = paths["/shacl"]["post"]["requestBody"]["content"]
    assert set(posted) == {row.media_type for row in formats_for("graph")}


def test_each_address_answers_as_it_is_described(site: FlaskClient, small_dataset: Dataset) -> None:
    api = site.get("/openapi.json").get_json()
    paths = [path for path, item in api["paths"].items() if "get" in item]
    assert len(paths) > 30
    # To make all files takes long but of a small dataset.
    small = create_app(small_dataset).test_client()
    makes_all = ("/catalog", "/downloads")
    found = (faults(small if each.startswith(makes_all) else site, api, each) for each in paths)
    assert not [*itertools.chain.from_iterable(found)]


def faults(site: FlaskClient, api: Any, path: str) -> Iterator[str]:
    """Iterate over what an answer of `path`, asked as in its examples, has other than described."""
    operation = api["paths"][path]["get"]
    address, query = path, {}
    for each in operation.get("parameters", ()):
        parameter = resolve(api, each)
        example = parameter.get("example")
        if parameter["in"] == "path":
            address = address.replace("{" + parameter["name"] + "}", example)
        elif isinstance(example, str):
            query[parameter["name"]] = example
    if path == "/rdf-graph-store":
        query = {"default": ""}
    status = next(iter(operation["responses"]))
    content = operation["responses"][status].get("content", {"text/plain": {}})
    ((media_type, said),) = content.items()
    headers = {"Accept": media_type}
    with site.get(address, query_string=query, headers=headers) as answer:
        if (str(answer.status_code), answer.mimetype) != (status, media_type):
            yield f"{path} answers {answer.status_code} with {answer.mimetype}"
            return
        if "schema" in said:
            schema = said["schema"] | {"components": api["components"]}
            validator = jsonschema.Draft202012Validator(schema)
            yield from (
                f"{path}: {error.message}" for error in validator.iter_errors(answer.get_json())
            )
        tag = answer.headers.get("ETag")
    described = "304" in operation["responses"]
    if described and tag is None:
        yield f"{path} has no ETag"
    if tag is not None and described:
        headers["If-None-Match"] = tag
        with site.get(address, query_string=query, headers=headers) as again:
            if again.status_code != 304:
                yield f"{path} is sent again with {again.status_code}"


def resolve(api: Any, part: Any) -> Any:
    """Return a part of the description, or the one of `components` that it refers to."""
    if "$ref" not in part:
        return part
    _, kind, name = part["$ref"].removeprefix("#/").split("/")
    return api["components"][kind][name]


def test_an_error_is_as_it_is_described(site: FlaskClient) -> None:
    api = site.get("/openapi.json").get_json()
    answer = site.get("/browse/ckg:Event?sort=x")
    assert answer.mimetype == "application/problem+json"
    schema = api["components"]["schemas"]["Problem"]
    jsonschema.Draft202012Validator(schema).validate(answer.get_json())


def test_the_catalogue_has_each_file_with_its_size_and_hash(client: Client, catalog: Graph) -> None:
    files = list(catalog.objects(DATASET, DCAT.distribution))
    assert len(files) == len(NAMES)
    for file in files:
        url = str(catalog.value(file, DCAT.downloadURL))
        answer = client.send("GET", url.removeprefix(client.address))
        assert int(str(catalog.value(file, DCAT.byteSize))) == len(answer.body)
        media_type = str(catalog.value(file, DCAT.mediaType))
        assert media_type.endswith("media-types/" + answer.media_type)
        checksum = catalog.value(file, SPDX.checksum)
        assert str(catalog.value(checksum, SPDX.algorithm)).endswith("_sha256")
        value = catalog.value(checksum, SPDX.checksumValue)
        assert str(value) == sha256(answer.body).hexdigest()
        assert catalog.value(file, DCTERMS.license) is not None


def test_the_catalogue_says_what_the_dataset_is_and_who_serves_it(
    client: Client, catalog: Graph
) -> None:
    address = URIRef(f"{client.address}/catalog")
    assert (address, RDF.type, DCAT.Catalog) in catalog
    assert (address, DCAT.dataset, DATASET) in catalog
    for prop in (DCTERMS.title, DCTERMS.description, DCTERMS.license, DCTERMS.publisher):
        assert catalog.value(DATASET, prop) is not None
    services = list(catalog.objects(address, DCAT.service))
    assert URIRef(f"{client.address}/sparql") in services
    for service in services:
        assert catalog.value(service, DCAT.servesDataset) == DATASET
        for prop in (DCAT.endpointURL, DCAT.endpointDescription):
            where = str(catalog.value(service, prop)).removeprefix(client.address)
            assert client.send("GET", where).status == 200


def test_a_person_is_sent_from_the_catalogue_to_the_downloads(client: Client) -> None:
    answer = client.page("/catalog")
    assert (answer.status, answer.headers["location"]) == (303, "/downloads")
    assert client.send("GET", "/catalog", {"Accept": "image/png"}).status == 406


def test_a_page_says_what_it_is_when_it_is_shared(client: Client) -> None:
    titles = set()
    for path in PAGES:
        text = client.page(path).text
        (title,) = re.findall(r"<title>(.*?)</title>", text)
        (description,) = re.findall(r'<meta name="description" content="([^"]*)">', text)
        shared = dict(re.findall(r'<meta property="(og:\w+)" content="([^"]*)">', text))
        assert "cstokg" in title
        assert 5 < len(unescape(title)) < 80
        assert len(description) > 40
        assert (shared["og:title"], shared["og:description"]) == (title, description)
        assert shared["og:url"] == client.address + path
        titles.add(title)
    assert len(titles) == len(PAGES)


def test_the_icons_are_there(client: Client) -> None:
    icon = client.send("GET", "/favicon.ico")
    assert (icon.status, icon.body[:4]) == (200, b"\0\0\1\0")
    links = re.findall(r'<link rel="icon" href="([^"]+)"', client.page("/").text)
    assert len(links) == 2
    for link in links:
        assert client.send("GET", link).status == 200
    drawing = client.send("GET", next(link for link in links if ".svg" in link))
    assert drawing.media_type == "image/svg+xml"
    ET.fromstring(drawing.text)


def test_a_label_is_no_markup_in_titles_and_descriptions(client: Client) -> None:
    for path in ("/page/state/berin", f"/search?q={quote('<script>x</script>')}"):
        head = client.page(path).text.partition("</head>")[0]
        assert "<script>alert" not in head
        assert "<script>x" not in head
