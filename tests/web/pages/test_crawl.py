"""Everything that the project's own graph names, asked for as a crawler does."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from rdflib import RDF, Graph, URIRef
from rdflib import Dataset as Quads
from rdflib.compare import isomorphic
from rdflib.term import Node
from tests.web.pages.test_pages import References

from cstokg import Dataset

pytestmark = pytest.mark.slow

BASE = "https://w3id.org/cstokg/"
# An earlier version of the ontology is named, but not kept; a deprecated value is gone (410), which
# test_resource_pages.py tries.
OURS = f"""
SELECT DISTINCT ?iri WHERE {{
  {{ ?iri ?p ?o }} UNION {{ ?s ?iri ?o }} UNION {{ GRAPH ?iri {{ ?s ?p ?o }} }}
  UNION {{ ?s ?p ?iri FILTER(?p != owl:priorVersion) }}
  FILTER(ISIRI(?iri) && STRSTARTS(STR(?iri), "{BASE}"))
  FILTER(!STRSTARTS(STR(?iri), "{BASE}id/") || NOT EXISTS {{ ?iri owl:deprecated true }})
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
def about(dataset: Dataset) -> dict[str, set[tuple[Node, ...]]]:
    """The triples of the store by the IRIs in them."""
    found: dict[str, set[tuple[Node, ...]]] = {}
    for triple in dataset.store.triples():
        for term in {triple[0], triple[2]}:
            if isinstance(term, URIRef) and triple[1] != RDF.first:
                found.setdefault(str(term), set()).add(triple)
    return found


@pytest.fixture(scope="module", params=[3, pytest.param(10_000, marks=pytest.mark.long)])
def most(request: pytest.FixtureRequest) -> int:
    """How many things of a kind are asked for: a few, or all."""
    return int(request.param)


@pytest.fixture(scope="module")
def paths(ours: list[str], most: int) -> list[str]:
    """The addresses on this server of IRIs of ours."""
    found = {quote(urlsplit(iri).path.removeprefix("/cstokg")) for iri in ours}
    return list(representatives(found, most))


@pytest.fixture(scope="module")
def pages(site: FlaskClient, paths: list[str], most: int) -> dict[str, str]:
    """Every page that an IRI of ours leads a browser to, by its address."""
    found: dict[str, str] = {}
    failed = []
    for path in paths:
        answer = site.get(path, headers={"Accept": "text/html, */*;q=0.1"}, follow_redirects=True)
        if answer.status_code != 200:
            failed.append((path, answer.status_code))
        elif answer.mimetype == "text/html":  # a graph is data for everybody
            found[answer.request.path] = answer.text
    assert not failed
    assert len(found) > min(30 * most, 800)
    return found


@pytest.fixture(scope="module")
def data(site: FlaskClient, paths: list[str]) -> dict[str, str]:
    """The N-Triples that an IRI of ours leads a program to, by their address."""
    found: dict[str, str] = {}
    failed = []
    for path in paths:
        answer = site.get(path, headers={"Accept": "application/n-triples"}, follow_redirects=True)
        if (answer.status_code, answer.mimetype) != (200, "application/n-triples"):
            failed.append((path, answer.status_code, answer.mimetype))
        found[answer.request.path] = answer.text
    assert not failed
    return found


def test_no_link_is_broken(site: FlaskClient, pages: dict[str, str], most: int) -> None:
    addresses: set[str] = set()
    for text in pages.values():
        references = References(text)
        addresses.update(references.links, references.loaded)
    local = {address for address in addresses if urlsplit(address).netloc in ("", "localhost")}
    assert all(each.startswith(("http://", "https://")) for each in addresses - local)
    fragments: dict[str, set[str]] = {}
    for address in local:
        path, _, fragment = address.removeprefix("http://localhost").partition("#")
        fragments.setdefault(path, set()).add(fragment)
    broken: list[tuple[str, object]] = []
    for path in representatives(fragments, most):
        shown = pages.get(unquote(path))
        wanted = fragments[path] - {""}
        if shown is None:
            with site.get(path, headers={"Accept": "text/html, */*;q=0.1"}) as answer:
                if answer.status_code not in (200, 303, 410):  # gone: the page names the successor
                    broken.append((path, answer.status_code))
                shown = answer.get_data(as_text=True) if wanted else ""
        missing = wanted - set(re.findall(r'\bid="([^"]+)"', shown)) if wanted else ()
        broken += [(path, fragment) for fragment in missing]
    assert not broken


def representatives(paths: Iterable[str], most_of_a_kind: int) -> Iterator[str]:
    """Iterate over paths to ask for: queries and reasons are asked elsewhere, of formats one each.

    The formats, and the ways to cite, are the same for all things of a kind, and of a page with
    parameters, such as the timeline of each thing, ten are enough. Where not all things are asked
    for, neither are those formats of each kind, nor the pages that make all exports.
    """
    kinds: Counter[tuple[str, ...]] = Counter()
    for path in sorted(paths):
        where, _, query = path.partition("?")
        if most_of_a_kind < 10 and not path.startswith(("/id/", "/page/")):
            names = {each.partition("=")[0] for each in query.split("&")}
            kind, most = (*where.split("/")[1:2], where.partition(".")[2], *sorted(names)), 2
            most *= where not in ("/catalog", "/downloads")
        elif path.startswith(("/cite/", "/data/")):
            form = where.rpartition(".")[2] if path.startswith("/data/") else query
            kind, most = (*where.split("/")[:3], form), 1
        elif query:
            names = {each.partition("=")[0] for each in query.split("&")}
            kind, most = (where, *sorted(names)), 10
        else:
            kind, most = tuple(where.split("/")[:3]), most_of_a_kind
        if path and not path.startswith(("/sparql?", "/why?")) and kinds[kind] < most:
            kinds[kind] += 1
            yield path


def test_the_data_behind_each_page_are_those_of_the_store(
    pages: dict[str, str], data: dict[str, str], about: dict[str, set[tuple[Node, ...]]]
) -> None:
    names = [path.removeprefix("/page/") for path in pages if path.startswith("/page/")]
    assert names
    wrong = []
    for name in names:
        iri = next(each for each in (f"{BASE}id/{name}", f"{BASE}{name}") if each in about)
        read = Graph().parse(data=data[f"/data/{name}.nt"], format="nt")
        document = URIRef(f"http://localhost/data/{quote(name)}")
        told = {each for each in read if URIRef(iri) in (each[0], each[2]) and each[0] != document}
        if told != about[iri]:
            wrong.append(iri)
    assert not wrong


# rdflib's own parsers still use what rdflib deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.filterwarnings("ignore:Dataset")
def test_each_kind_of_thing_reads_the_same_in_each_format(
    site: FlaskClient, data: dict[str, str], most: int
) -> None:
    by_kind = {path.split("/")[2]: path for path in data if path.startswith("/data/")}
    assert len(by_kind) > 40
    wrong = []
    for number, path in enumerate(by_kind.values()):
        expected = Graph().parse(data=data[path], format="nt")
        formats = list(PARSERS.items())
        if most < len(by_kind):  # each kind in one format
            formats = [formats[number % len(formats)]]
        for extension, parser in formats:
            address = f"{quote(path.removesuffix('.nt'))}.{extension}"
            # The formats of datasets have the triples in the default graph.
            read = Quads(default_union=True).parse(data=site.get(address).text, format=parser)
            triples = Graph()
            for triple in read.triples((None, None, None)):
                triples.add(triple)
            if not isomorphic(triples, expected):
                wrong.append(address)
    assert not wrong
