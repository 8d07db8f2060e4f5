"""Everything that the project's own graph names, asked for as a crawler does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import pytest
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from tests.web.pages.test_pages import References

from cstokg import load_questions
from cstokg.web.application import create_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from rdflib.term import Node

    from cstokg import Dataset

pytestmark = pytest.mark.slow

BASE = "https://w3id.org/cstokg/"
# An earlier version of the ontology is named, but not kept.
OURS = f"""
SELECT DISTINCT ?iri WHERE {{
  {{ ?iri ?p ?o }} UNION {{ ?s ?iri ?o }} UNION {{ GRAPH ?iri {{ ?s ?p ?o }} }}
  UNION {{ ?s ?p ?iri FILTER(?p != owl:priorVersion) }}
  FILTER(ISIRI(?iri) && STRSTARTS(STR(?iri), "{BASE}"))
}}
ORDER BY ?iri
"""
PARSERS = {
    "ttl": "turtle",
    "nt": "nt",
    "rdf": "xml",
    "jsonld": "json-ld",
    "trig": "trig",
    "nq": "nquads",
}


@pytest.fixture(scope="module")
def ours(dataset: Dataset) -> list[str]:
    iris = [str(iri) for (iri,) in dataset.select(OURS)]
    assert len(iris) > 1000
    return iris


@pytest.fixture(scope="module")
def site(dataset: Dataset) -> FlaskClient:
    return create_app(dataset, load_questions()).test_client()


@pytest.fixture(scope="module")
def about(dataset: Dataset) -> dict[str, set[tuple[Node, ...]]]:
    """The triples of the store by the IRIs in them."""
    found: dict[str, set[tuple[Node, ...]]] = {}
    for triple in dataset.store.triples():
        for term in {triple[0], triple[2]}:
            if isinstance(term, URIRef):
                found.setdefault(str(term), set()).add(triple)
    return found


@pytest.fixture(scope="module")
def pages(site: FlaskClient, ours: list[str]) -> dict[str, str]:
    """Every page that an IRI of ours leads a browser to, by its address."""
    found: dict[str, str] = {}
    for path in sorted({quote(urlsplit(iri).path.removeprefix("/cstokg")) for iri in ours}):
        answer = site.get(path, headers={"Accept": "text/html, */*;q=0.1"}, follow_redirects=True)
        assert answer.status_code == 200, path
        # A graph is data for whoever asks.
        if answer.mimetype == "text/html":
            found[answer.request.path] = answer.text
    assert len(found) > 800
    return found


def test_every_iri_leads_a_program_to_data(site: FlaskClient, ours: list[str]) -> None:
    for path in sorted({quote(urlsplit(iri).path.removeprefix("/cstokg")) for iri in ours}):
        answer = site.get(path, headers={"Accept": "application/n-triples"}, follow_redirects=True)
        assert (answer.status_code, answer.mimetype) == (200, "application/n-triples"), path


def test_no_link_is_broken(site: FlaskClient, pages: dict[str, str]) -> None:
    addresses: set[str] = set()
    for text in pages.values():
        references = References(text)
        addresses.update(references.links, references.loaded)
    local = {address for address in addresses if urlsplit(address).netloc in ("", "localhost")}
    assert all(each.startswith(("http://", "https://")) for each in addresses - local)
    fragments: dict[str, set[str]] = {}
    for address in sorted(local):
        path, _, fragment = address.removeprefix("http://localhost").partition("#")
        fragments.setdefault(path, set()).add(fragment)
    kinds: set[tuple[str, ...]] = set()
    for path, wanted in fragments.items():
        if not path or path.startswith("/sparql?"):
            continue
        # The formats are the same for all things of a kind: of each kind one is asked for.
        kind = (*path.split("/")[:3], path.rpartition(".")[2])
        if path.startswith("/data/") and not path.endswith(".ttl") and kind in kinds:
            continue
        kinds.add(kind)
        shown = pages.get(unquote(path))
        if shown is None:
            with site.get(path, headers={"Accept": "text/html, */*;q=0.1"}) as answer:
                assert answer.status_code in (200, 303), path
                shown = answer.get_data(as_text=True) if wanted != {""} else ""
        assert wanted - {""} <= set(re.findall(r'\bid="([^"]+)"', shown)), path


def test_the_data_behind_each_page_are_those_of_the_store(
    site: FlaskClient, pages: dict[str, str], about: dict[str, set[tuple[Node, ...]]]
) -> None:
    checked = 0
    for path in pages:
        if not path.startswith("/page/"):
            continue
        name = path.removeprefix("/page/")
        iri = next(each for each in (f"{BASE}id/{name}", f"{BASE}{name}") if each in about)
        answer = site.get(f"/data/{quote(name)}.nt")
        assert answer.status_code == 200, name
        read = Graph().parse(data=answer.text, format="nt")
        told = {triple for triple in read if URIRef(iri) in (triple[0], triple[2])}
        document = URIRef(f"http://localhost/data/{quote(name)}")
        told = {triple for triple in told if triple[0] != document}
        assert told == about[iri], iri
        checked += 1
    assert checked > 800


# rdflib's own parsers still use what rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.filterwarnings("ignore:Dataset")
@pytest.mark.parametrize("extension", PARSERS)
def test_each_kind_of_thing_reads_the_same_in_each_format(
    site: FlaskClient, pages: dict[str, str], extension: str
) -> None:
    by_kind = {path.split("/")[2]: path for path in pages if path.startswith("/page/")}
    assert len(by_kind) > 40
    for path in by_kind.values():
        name = quote(path.removeprefix("/page/"))
        expected = Graph().parse(data=site.get(f"/data/{name}.nt").text, format="nt")
        answer = site.get(f"/data/{name}.{extension}")
        read = Graph()
        if extension in ("trig", "nq"):
            from rdflib import Dataset as Quads

            for s, p, o, _ in Quads().parse(data=answer.text, format=PARSERS[extension]):
                read.add((s, p, o))
        else:
            read.parse(data=answer.text, format=PARSERS[extension])
        assert isomorphic(read, expected), path
