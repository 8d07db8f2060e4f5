"""SPARQL 1.2 is refused as such; what only looks like it is not."""

import pytest

from cstokg.errors import QueryRefusedError
from cstokg.store import Store

NEWER = [
    'VERSION "1.2" SELECT * {}',
    'SELECT ?x { VALUES ?x { "a"@en--ltr } }',
    "SELECT * { << ?a ?b ?c >> ?p ?o }",
    "SELECT * { <<<urn:a> <urn:b> <urn:c>>> ?p ?o }",
    "SELECT * { ?s ?p <<( ?a ?b ?c )>> }",
    "SELECT * { ?s ?p ?o {| ?q ?r |} }",
    "SELECT * { ?s ?p ?o ~ <urn:r> }",
    "SELECT (TRIPLE(<urn:a>, <urn:b>, 1) AS ?t) {}",
    "SELECT * { ?s ?p ?o FILTER(isTRIPLE(?o) || hasLANGDIR(?o)) }",
    'SELECT (STRLANGDIR("a", "en", "ltr") AS ?t) {}',
    "SELECT (object (?t) AS ?o) {}",
    "SELECT (SUBJECT# of a triple\n(?t) AS ?o) {}",
    "SELECT * { ?s ?p ?o LATERAL { ?o ?q ?z } }",
    "SELECT (ADJUST(NOW(), ?zone) AS ?t) {}",
]


@pytest.mark.parametrize("query", NEWER)
def test_queries_of_sparql_1_2_are_refused_with_their_place(query: str) -> None:
    with pytest.raises(QueryRefusedError, match=r"SPARQL 1\.2 .* line 1, column \d+"):
        Store().query(query)


@pytest.mark.parametrize("text", ['"a"@en--ltr', "<<( <urn:a> <urn:b> <urn:c> )>>"])
def test_updates_of_sparql_1_2_are_refused(text: str) -> None:
    with pytest.raises(QueryRefusedError, match=r"SPARQL 1\.2"):
        Store().update(f"INSERT DATA {{ <urn:a> <urn:b> {text} }}", default_graph="urn:g")


OLDER = [
    'ASK { FILTER("<< {| ~ VERSION \\"1.2\\"" != "a--ltr"@en) } # << ~',
    "SELECT ?object ?subject ?version { ?subject ?version ?object FILTER(?object<<urn:x>) }",
    'PREFIX version: <urn:v:> ASK { ?s version:object "a"@en-GB }',
    "SELECT (?a - -1 AS ?b) (1--1 AS ?c) { VALUES ?a { 1 } }",
]


@pytest.mark.parametrize("query", OLDER)
def test_queries_of_sparql_1_1_are_answered(query: str) -> None:
    Store().query(query)
