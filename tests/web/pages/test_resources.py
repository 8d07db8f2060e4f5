"""What the project's IRIs answer, as HTTP exchanges."""

import pytest
from rdflib import Graph, URIRef
from tests.web.conftest import Client

BASE = "https://w3id.org/cstokg/"
ALDA = URIRef(BASE + "id/state/alda")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
FORMATS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
}


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        ("", "/data/state/alda.ttl"),
        ("*/*", "/data/state/alda.ttl"),
        (BROWSER, "/page/state/alda"),
        ("text/html", "/page/state/alda"),
        ("text/html;q=0.5,text/turtle", "/data/state/alda.ttl"),
        ("text/turtle;q=0.5,text/html", "/page/state/alda"),
        ("application/rdf+xml", "/data/state/alda.rdf"),
        ("application/ld+json", "/data/state/alda.jsonld"),
        ("application/json", "/data/state/alda.jsonld"),
        ("application/n-triples", "/data/state/alda.nt"),
        ("application/n-quads;q=0.1,application/n-triples;q=0.2", "/data/state/alda.nt"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_resource_leads_to_its_document(
    client: Client, method: str, accept: str, location: str
) -> None:
    answer = client.send(method, "/id/state/alda", {"Accept": accept} if accept else {})
    assert (answer.status, answer.headers["location"]) == (303, location)
    assert "Accept" in answer.headers["vary"]


def test_a_format_that_is_not_there_is_406(client: Client) -> None:
    for path in ("/id/state/alda", "/data/state/alda"):
        answer = client.send("GET", path, {"Accept": "image/png"})
        assert answer.status == 406
        assert "text/turtle" in answer.json()["available"]


# rdflib's own parser of JSON-LD still uses what rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("extension", FORMATS)
def test_the_description_is_the_same_in_each_format(client: Client, extension: str) -> None:
    media_type, parser = FORMATS[extension]
    by_name = client.send("GET", f"/data/state/alda.{extension}", {"Accept": "image/png"})
    by_accept = client.send("GET", "/data/state/alda", {"Accept": media_type})
    expected = Graph().parse(
        data=client.get(f"CONSTRUCT {{ <{ALDA}> ?p ?o }} {{ <{ALDA}> ?p ?o }}").text
    )
    assert len(expected) > 3
    for answer in (by_name, by_accept):
        assert (answer.status, answer.media_type) == (200, media_type)
        assert answer.headers["content-location"] == f"/data/state/alda.{extension}"
        read = Graph().parse(data=answer.text, format=parser)
        assert set(read.triples((ALDA, None, None))) == set(expected)
        assert (None, None, ALDA) in read


def test_a_document_tells_where_it_comes_from(client: Client) -> None:
    answer = client.send("GET", "/data/state/alda.nt")
    document = f"<{client.address}/data/state/alda>"
    assert f"{document} <http://xmlns.com/foaf/0.1/primaryTopic> <{ALDA}> ." in answer.text
    for graph in ("derived/ost-1999", "source/ost-1999"):
        assert f"{document} <http://www.w3.org/ns/prov#wasDerivedFrom> <{BASE}graph/{graph}> ." in (
            answer.text
        )


def test_json_ld_has_the_context_that_it_needs_and_no_more(client: Client) -> None:
    small = client.send("GET", "/data/state/alda.jsonld").json()["@context"]
    whole = client.send("GET", "/context.jsonld")
    assert whole.media_type == "application/ld+json"
    assert small.items() < whole.json()["@context"].items()


def test_documents_name_each_other(client: Client) -> None:
    page, data = client.page("/page/state/alda"), client.send("GET", "/data/state/alda.ttl")
    assert f'<{client.address}/page/state/alda>; rel="canonical"' in page.headers["link"]
    assert f'<{client.address}/data/state/alda.ttl>; rel="canonical"' in data.headers["link"]
    assert '</data/state/alda.ttl>; rel="alternate"; type="text/turtle"' in page.headers["link"]
    assert '</page/state/alda>; rel="alternate"; type="text/html"' in data.headers["link"]
    for answer in (page, data):
        assert f'<{ALDA}>; rel="describes"' in answer.headers["link"]
        assert '</data/state/alda>; rel="describedby"' in answer.headers["link"]


@pytest.mark.parametrize(
    "graph", ["ontology", "links/ost-1999", "derived/ost-1999", "meta", "source/ost-1999"]
)
def test_each_graph_has_a_page_beside_its_triples(client: Client, graph: str) -> None:
    assert f'href="{client.address}/graph/{graph}"' in client.page(f"/page/graph/{graph}").text
    assert client.send("GET", f"/data/graph/{graph}.nt").status == 200


@pytest.mark.parametrize("format_name", ["jsonld", "application/ld+json", "json-ld"])
def test_a_format_in_the_address_goes_before_accept(client: Client, format_name: str) -> None:
    accept = {"Accept": "text/turtle"}
    data = client.send("GET", f"/data/state/alda?format={format_name}", accept)
    assert (data.status, data.media_type) == (200, "application/ld+json")
    thing = client.send("GET", f"/id/state/alda?format={format_name}", accept)
    assert thing.headers["location"].endswith("/data/state/alda.jsonld")
    assert client.send("GET", "/data/state/alda?format=xslx", accept).status == 406


@pytest.mark.parametrize("path", ["/page/state/alda", "/data/state/alda", "/context.jsonld"])
def test_an_unchanged_document_is_304(client: Client, path: str) -> None:
    first = client.send("GET", path)
    again = client.send("GET", path, {"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    for name in ("etag", "content-location", "vary"):
        assert again.headers.get(name) == first.headers.get(name)
    head = client.send("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == first.headers["content-length"]


def test_labels_come_in_the_language_of_the_reader(client: Client) -> None:
    russian = client.send("GET", "/page/state/alda", {"Accept-Language": "ru, en;q=0.5"})
    english = client.send("GET", "/page/state/alda", {"Accept-Language": "de, en;q=0.5"})
    assert '<h1><span lang="ru">Альда</span></h1>' in russian.text
    assert "<h1>Alda</h1>" in english.text
    assert "Accept-Language" in english.headers["vary"]
    again = {"If-None-Match": russian.headers["etag"], "Accept-Language": "en"}
    assert client.send("GET", "/page/state/alda", again).status == 200


@pytest.mark.parametrize("path", ["/id/state/ald", "/page/state/ald", "/data/state/ald.ttl"])
def test_what_is_not_there_suggests_what_is_called_nearly_so(client: Client, path: str) -> None:
    answer = client.send("GET", path)
    assert answer.status == 404
    near = {"iri": str(ALDA), "url": "/page/state/alda", "name": "Alda"}
    assert near in answer.json()["suggestions"]
    assert '<a href="/page/state/alda">Alda</a>' in client.page(path).text


@pytest.mark.parametrize(
    "path",
    [
        "/id/state/",
        "/id/nothing/like-that",
        "/id/state/a%22%3E%20.%20%3Fs%20%3Fp%20%3Fo",
        "/id/state/%FF",
        "/id/state/%00",
        "/id/state/alda%7D",
        "/page/ontology",
        "/data/state/alda.pdf",
        "/data/state/alda.csv",
        "/id/" + "a" * 4000,
        "/file/../../etc/passwd",
    ],
)
def test_what_is_like_nothing_is_404(client: Client, path: str) -> None:
    answer = client.send("GET", path)
    assert answer.status == 404
    assert answer.media_type == "application/problem+json"


@pytest.mark.parametrize(
    "name",
    [
        *("%ZZ", "%", "%5", "a%", "a%25zz", "%5B", "%5D", "a%5Bb%5D.ttl", "%23a%23b", "%3F%23%23"),
        *("%3C", "%3E", "%22", "%20", "a%20b", "%5C", "%7C", "%5E", "%60", "%7B", "%7D", "%3Ca%3E"),
        *("%00", "%01", "%0A", "%0D%0A", "%1F", "%7F", "%C2%80", "%C2%9F", "%E2%80%AE"),
        *("%FF", "%C3%28", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "%EF%BF%BD", "%EF%BF%BE"),
        *("%EE%80%80", "%F0%9F%BF%BE", "%F3%A0%80%80", "%F0%9F%98%80"),
    ],
)
def test_what_no_iri_can_have_is_404_at_each_address(client: Client, name: str) -> None:
    served = ("id/state", "page", "data", "file", "graph", "browse", "ontology", "downloads")
    for folder in ("id", *served, "static"):
        path = f"/{folder}/{name}"
        answer, page = client.send("GET", path), client.page(path)
        assert (answer.status, answer.media_type) == (404, "application/problem+json"), path
        assert "the query" not in answer.json()["detail"]
        assert (page.status, page.media_type) == (404, "text/html"), path


def test_a_resource_is_only_for_reading(client: Client) -> None:
    for path in ("/id/state/alda", "/page/state/alda", "/data/state/alda"):
        assert client.send("DELETE", path).status == 405
