"""The vocabulary as HTTP exchanges, and its page as a reader finds it."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import OWL, RDF, RDFS, Graph, URIRef
from tests.web.conftest import Client
from tests.web.pages.test_pages import References

from cstokg import Dataset, graph
from cstokg.namespaces import CKG, ONTOLOGY
from cstokg.settings import PACKAGE
from cstokg.web.application import create_app

SVG = "{http://www.w3.org/2000/svg}"
FORMATS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "rdf": ("application/rdf+xml", "xml"),
    "jsonld": ("application/ld+json", "json-ld"),
}


@pytest.fixture(scope="module")
def project(dataset: Dataset) -> Iterator[FlaskClient]:
    """The project's own dataset, served without a network."""
    with create_app(dataset).test_client() as client:
        yield client


@pytest.fixture(scope="module")
def page(project: FlaskClient) -> str:
    answer = project.get("/ontology", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return answer.text


@pytest.fixture(scope="module")
def pictures(page: str) -> dict[str, ET.Element]:
    """The pictures of the patterns as the page has them, by the names of their files."""
    files = sorted((PACKAGE / "web" / "templates" / "patterns").glob("*.svg"))
    assert len(files) == page.count("<svg") > 5
    for path in files:
        assert path.read_text(encoding="utf-8").strip() in page, path.name
    return {path.stem: ET.parse(path).getroot() for path in files}


# rdflib's own parser of JSON-LD still uses what rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("extension", FORMATS)
def test_the_ontology_is_the_same_in_each_format(
    project: FlaskClient, dataset: Dataset, extension: str
) -> None:
    media_type, parser = FORMATS[extension]
    by_name = project.get(f"/ontology.{extension}")
    by_accept = project.get("/ontology", headers={"Accept": media_type})
    assert by_name.mimetype == by_accept.mimetype == media_type
    assert by_name.data == by_accept.data
    assert by_accept.headers["Content-Location"] == f"/ontology.{extension}"
    assert canonical(Graph().parse(data=by_name.text, format=parser)) == canonical(
        graph(dataset, "ontology")
    )


def canonical(triples: Graph) -> ox.Dataset:
    """Return a graph with the same names for blank nodes as each that is isomorphic to it."""
    content = triples.serialize(format="nt", encoding="utf-8")
    found = ox.Dataset(ox.parse(content, format=ox.RdfFormat.N_TRIPLES))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def test_a_program_gets_data_and_a_browser_a_page(client: Client) -> None:
    assert client.send("GET", "/ontology").media_type == "text/turtle"
    assert client.page("/ontology").media_type == "text/html"
    assert client.send("GET", "/ontology?format=html").media_type == "text/html"
    assert client.send("GET", "/ontology?format=ttl").media_type == "text/turtle"
    assert client.send("GET", "/ontology", {"Accept": "image/png"}).status == 406
    assert client.send("GET", "/ontology.doc").status == 404


def test_an_unchanged_ontology_is_not_sent_again(client: Client) -> None:
    for accept in ("text/html", "text/turtle"):
        first = client.send("GET", "/ontology", {"Accept": accept})
        headers = {"Accept": accept, "If-None-Match": first.headers["etag"]}
        assert client.send("GET", "/ontology", headers).status == 304
        assert 'rel="alternate"' in first.headers["link"]


def test_a_version_leads_to_the_ontology(project: FlaskClient, dataset: Dataset) -> None:
    whole = graph(dataset, "ontology")
    headers = list(whole.subjects(RDF.type, OWL.Ontology))
    iris = [*headers, *whole.objects(None, OWL.versionIRI)]
    assert len(iris) >= 6
    for iri in iris:
        answer = project.get("/" + str(iri).removeprefix("https://w3id.org/cstokg/"))
        assert answer.status_code == (200 if str(iri) == ONTOLOGY else 303)
        if answer.status_code == 303:
            assert answer.headers["Location"].partition("#")[0] == "/ontology"


@pytest.mark.parametrize("version", ["9.9.9", "0.0.1", "nonsense", "schemes/7"])
def test_an_unknown_version_is_404_and_tells_those_there_are(
    project: FlaskClient, version: str
) -> None:
    answer = project.get(f"/ontology/{version}")
    assert answer.status_code == 404
    assert f"{ONTOLOGY}/0.1.0" in answer.get_data(as_text=True)


def test_every_term_has_its_place_on_the_page(page: str, dataset: Dataset) -> None:
    rows = dataset.select(
        "SELECT ?term { GRAPH graph:ontology { ?term rdfs:isDefinedBy ?ontology } }"
    )
    terms = [str(term).removeprefix(CKG) for (term,) in rows if str(term).startswith(CKG)]
    assert len(terms) > 240
    places = re.findall(r'\bid="([^"]+)"', page)
    assert len(places) == len(set(places))
    assert set(terms) <= set(places)


def test_every_link_within_the_page_has_its_place(page: str) -> None:
    places = set(re.findall(r'\bid="([^"]+)"', page))
    links = [link[1:] for link in References(page).links if link.startswith("#")]
    assert len(links) > 1000
    assert set(links) <= places


def test_the_queries_of_the_page_are_answered(project: FlaskClient, page: str) -> None:
    # The other links are followed by test_crawl.py.
    queries = sorted({link for link in References(page).links if link.startswith("/sparql?")})
    assert len(queries) > 100
    for query in queries[::20]:
        assert project.get(query).status_code == 200, query


def test_a_term_is_told_in_full(page: str) -> None:
    start = page.index('id="Membership"')
    section = page[start : page.index("</details>", start)]
    for said in ("Not observer status", "membership:armenia-csto", "org:Membership", "12 nodes"):
        assert said in section, said
    assert '<a href="#Situation">' in section


def test_terms_are_folded_and_can_be_searched(project: FlaskClient, page: str) -> None:
    assert page.count('<details class="term">') > 250
    found = project.get("/ontology?q=observer", headers={"Accept": "text/html"}).text
    names = re.findall(r"<code>ckg:(\w+)</code>", found)
    assert "ObserverStatus" in names
    assert "ArmedConflict" not in names
    assert len(names) < 30
    # What has the words in its name is unfolded, what has them in its definition is not.
    assert '<details class="term" open>\n<summary><h3><code>ckg:ObserverStatus' in found
    assert '<details class="term">\n<summary><h3><code>ckg:Membership<' in found
    nothing = project.get("/ontology?q=zzzz", headers={"Accept": "text/html"}).text
    assert nothing.count("None has these words.") == 2


def test_the_values_are_told_with_their_uses(page: str, dataset: Dataset) -> None:
    (row,) = dataset.select(
        "SELECT (COUNT(*) AS ?n) { ?node a owl:NamedIndividual ; ?any actuality:alleged }"
    )
    start = page.index('<th scope="row"><a href="/page/actuality/alleged"')
    cell = page[start : page.index("</tr>", start)]
    assert f'<td class="number">{row[0]}</td>' in cell


def test_each_name_in_a_picture_leads_to_its_term(pictures: dict[str, ET.Element]) -> None:
    for name, picture in pictures.items():
        links = list(picture.iter(f"{SVG}a"))
        assert len(links) > 3, name
        for link in links:
            assert link.get("href") == f"#{(link.findtext(f'{SVG}text') or '').strip()}"


def test_a_picture_names_only_terms_that_there_are(
    pictures: dict[str, ET.Element], dataset: Dataset
) -> None:
    ontology = graph(dataset, "ontology")
    unknown = [
        (name, link.get("href"))
        for name, picture in pictures.items()
        for link in picture.iter(f"{SVG}a")
        if (URIRef(ONTOLOGY + str(link.get("href"))), RDFS.isDefinedBy, None) not in ontology
    ]
    assert not unknown


def test_a_picture_says_what_the_ontology_says(
    pictures: dict[str, ET.Element], dataset: Dataset
) -> None:
    whole = graph(dataset)
    wrong = []
    for name, picture in pictures.items():
        drawn = {text for link in picture.iter(f"{SVG}text") if (text := link.text)}
        told = (picture.findtext(f"{SVG}desc") or "").removesuffix(".").split("; ")
        for said in told:
            begin, prop, end = said.removesuffix(" (derived)").split(" ", 2)
            assert {begin, prop, end} <= drawn, said
            for place, box in ((RDFS.domain, begin), (RDFS.range, end)):
                own = URIRef(CKG + box)
                near = {
                    *whole.transitive_objects(own, RDFS.subClassOf),
                    *whole.transitive_subjects(RDFS.subClassOf, own),
                }
                wrong += [
                    (name, said, stated)
                    for stated in whole.objects(URIRef(CKG + prop), place)
                    if str(stated).startswith(CKG) and stated not in near
                ]
    assert not wrong


def test_the_pictures_can_be_read_by_all(pictures: dict[str, ET.Element]) -> None:
    for name, picture in pictures.items():
        ids = {child.get("id") for child in picture}
        assert set((picture.get("aria-labelledby") or "").split()) <= ids, name
        assert (picture.findtext(f"{SVG}title") or "").strip(), name
        assert (picture.findtext(f"{SVG}desc") or "").strip(), name
        # The colours of the page, and a middle grey where the file is opened by itself.
        assert not [each for each in picture.iter() if each.get("style")], name


def test_a_small_ontology_has_its_page_too(client: Client) -> None:
    answer = client.page("/ontology")
    assert answer.status == 200
    assert 'id="State"' in answer.text
    assert References(answer.text).scripts == 0
