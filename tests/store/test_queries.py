"""Queries that are refused, and where a query goes wrong."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from cstokg.errors import QueryError, QueryRefusedError, QuerySyntaxError
from cstokg.namespaces import PREFIXES
from cstokg.store import QueryOptions, Store

# {} stands for the address of a server that must never be asked.
SERVICES = [
    "SELECT * { SERVICE <{}> { ?s ?p ?o } }",
    "ASK { SERVICE <{}> { ?s ?p ?o } }",
    "ASK { service <{}> { ?s ?p ?o } }",
    "ASK { SeRvIcE SILENT <{}> { ?s ?p ?o } }",
    "ASK{SERVICE<{}>{}}",
    "ASK { # a comment\nSERVICE # another\n <{}> { ?s ?p ?o } }",
    "ASK { ?s ?p ?o . { { OPTIONAL { SERVICE <{}> { ?s ?p ?o } } } } }",
    "ASK { FILTER EXISTS { SERVICE <{}> { ?s ?p ?o } } }",
    "SELECT * { { SELECT ?s { SERVICE <{}> { ?s ?p ?o } } } }",
    "PREFIX x: <{}> ASK { SERVICE x: { ?s ?p ?o } }",
    "ASK { BIND(<{}> AS ?where) SERVICE ?where { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <{}> { ?s ?p ?o } }",
    "DESCRIBE ?s WHERE { SERVICE <{}> { ?s ?p ?o } }",
    'ASK { FILTER("service") SERVICE <{}> { ?s ?p ?o } }',
    # What looks like an IRI, and then a long text, is a comparison and a comment.
    "ASK { FILTER(1<2#>'''\n) SERVICE <{}> { ?s ?p ?o } #'''\n}",
    'ASK { FILTER(1<2#>"""\n) SERVICE <{}> { ?s ?p ?o } #"""\n}',
    "ASK { FILTER(1<2#>\n) SERVICE <{}> { ?s ?p ?o } }",
    # SPARQL 1.1 Query 19.2: any character may be written as an escape.
    r"ASK { \u0053ERVICE <{}> { ?s ?p ?o } }",
    r"ASK { S\u0045RV\U00000049CE <{}> { ?s ?p ?o } }",
    r"ASK { serv\u0069ce <{}> { ?s ?p ?o } }",
    # A query with a mistake behind it is no query, but its beginning is one.
    "ASK { SERVICE <{}> { ?s ?p ?o } } garbage",
]

HARMLESS = [
    'SELECT ?s { ?s ?p "SERVICE <x> {}" }',
    "SELECT ?s { ?s ?p 'service' }",
    "SELECT ?s { ?s ?p '''\nSERVICE <x> {}''' }",
    r'SELECT ?s { ?s ?p "\u0053ERVICE" }',
    "SELECT ?s { ?s <http://example.org/service> ?o }",
    "SELECT ?s { ?s <http://example.org/service#SERVICE> ?o }",
    "SELECT ?service { ?service ?p $SERVICE }",
    "PREFIX service: <http://example.org/> SELECT ?s { ?s service:service service:SERVICE }",
    "PREFIX Service: <http://example.org/> SELECT ?s { ?s Service:a Service:b }",
    "SELECT ?s { ?s ?p ?o } # SERVICE <x> { }",
    "# SERVICE\nSELECT ?s { _:service ?p ?s }",
    'SELECT ?s { ?s ?p "x"@service }',
    "SELECT ?s { ?s ?p ?o FILTER(?s<?service&&?o>?s) }",
]


@pytest.fixture(scope="module")
def store() -> Store:
    return Store()


@pytest.fixture(scope="module")
def server() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.setblocking(False)
        yield listening


@pytest.mark.parametrize("query", SERVICES)
def test_service_is_refused_and_no_one_is_asked(
    store: Store, server: socket.socket, query: str
) -> None:
    address = f"http://127.0.0.1:{server.getsockname()[1]}/"
    with pytest.raises(QueryError):
        store.query(query.replace("{}", address, 1))
    with pytest.raises(BlockingIOError):
        server.accept()


@pytest.mark.parametrize("query", SERVICES[:14])
def test_the_refusal_names_service(store: Store, query: str) -> None:
    with pytest.raises(QueryRefusedError, match="SERVICE is refused"):
        store.query(query.replace("{}", "http://example.org/", 1))


@pytest.mark.parametrize("query", HARMLESS)
def test_the_letters_of_service_are_not_refused(store: Store, query: str) -> None:
    assert len(store.select(query)) == 0


def test_a_prefix_from_outside_may_have_the_letters(store: Store) -> None:
    assert not store.query(
        "ASK { service:a from:b 1 }", QueryOptions(prefixes={"service": "urn:s", "from": "urn:f"})
    )


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <urn:s> <urn:p> <urn:o> }",
        "PREFIX x: <urn:x> DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://example.org/>",
        "clear all",
    ],
)
def test_updates_are_refused(store: Store, query: str) -> None:
    with pytest.raises(QueryRefusedError, match="is an update"):
        store.query(query)
    assert store.graphs() == {}


@pytest.mark.parametrize(
    ("query", "line", "column", "problem", "hint"),
    [
        ("SELCT ?s { ?s ?p ?o }", 1, 1, "'SELCT' does not fit", "SELECT"),
        ("SELECT * {\n  ?s ?p ?o\n  FLTER(?o > 1)\n}", 3, 3, "'FLTER' does not fit", "FILTER"),
        ("SELECT * { ?s ?p ?o } LIMT 5", 1, 23, "'LIMT' does not fit", "LIMIT"),
        ("SELECT * { ?s ?p ?o } LIMIT x", 1, 29, "'x' does not fit", ""),
        ("SELECT * { ?s ?p ?o } ORDER ?s", 1, 29, "'?s' does not fit", ""),
        ("SELECT * { ?s ?p }", 1, 18, "expected a variable or an IRI", ""),
        ("SELECT * { ?s ?p ?o", 1, 20, "ends too early; expected { or }", ""),
        ("SELECT * { ?s ?p ?o FILTER ?o }", 1, 28, "'?o' does not fit", ""),
        ("SELECT * { ?s ?p ?o } }", 1, 23, "'}' does not fit", ""),
        ("SELECT (GROUP_CONCAT(?x, ',') AS ?y) { ?x a ?z }", 1, 24, "',' does not fit", ""),
        ("SELECT * { ?s ?p 'abc }", 1, 18, "does not end on its line", "'''"),
        ('SELECT * {\n?s ?p "abc }', 2, 7, "does not end on its line", '"""'),
        ("SELECT * { ?s <relative> ?o }", 1, 15, "is not a whole IRI", "BASE"),
        ("SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y }", 1, 1, "neither in GROUP BY", "SAMPLE"),
        ("SELECT ?x { VALUES ?x { 1 } BIND(1 AS ?x) }", 1, 43, "may not be said", "AS"),
        ("```sparql\nASK {}\n```", 1, 1, "'`' does not fit", "code block"),
        ("ASK {}\n```", 2, 1, "'`' does not fit", "code block"),
        ("SELECT * { ?s ?p ?o } LIMIT 5 ;\n", 1, 31, "';' does not fit", "No ; ends a query"),
        ("ASK {};; # asked", 1, 7, "';' does not fit", "leave it out"),
        ("ASK {} ; ASK {}", 1, 8, "';' does not fit", "one query at a time"),
        ("ASK {}.", 1, 7, "'.' does not fit", "No . ends a query"),
        ("ASK { ?s ?p “x” }", 1, 13, "'“' does not fit", "straight quotation marks"),
        ("SELECT\u00a0* {}", 1, 7, "'\\xa0' does not fit", "invisible character, U+00A0"),
        ("ASK { ?s\u3000?p ?o }", 1, 9, "does not fit", "invisible character, U+3000"),
        ("SELECT ?s\u200b {}", 1, 10, "does not fit", "invisible character, U+200B"),
        ("ASK { # a\u2028b\x0bc\x85d\n  ?s ?p }", 2, 9, "'}' does not fit", ""),
        ("ASK {\r ?s ?p\r }", 3, 2, "'}' does not fit", ""),
        ("ASK {\r\n ?s ?p\r\n }", 3, 2, "'}' does not fit", ""),
        ("", 1, 1, "the query is empty", ""),
        ("# nothing\n", 1, 1, "the query is empty", ""),
    ],
)
def test_a_mistake_has_its_place(
    store: Store, query: str, line: int, column: int, problem: str, hint: str
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.query(query)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert problem in caught.value.problem
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("query", "column", "hint"),
    [
        ("SELECT * { ?s foaf:name ?o }", 15, f"PREFIX foaf: <{PREFIXES['foaf']}>"),
        ("SELECT * { ?s ckg:memberOf state:armenia }", 15, f"PREFIX ckg: <{PREFIXES['ckg']}>"),
        ("SELECT * { ?s skso:notation ?o }", 15, f"Did you mean skos: <{PREFIXES['skos']}>?"),
        ("SELECT * { ?s zzzzz:name ?o }", 15, "PREFIX zzzzz: <…>"),
        # The first mistake counts, even where another follows.
        ("SELECT * { ?s foaf:name ?o FLTER }", 15, "PREFIX foaf:"),
        ("SELECT * { ?s FLTER foaf:name ?o }", 15, "FILTER"),
    ],
)
def test_an_undeclared_prefix_is_named(store: Store, query: str, column: int, hint: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.query(query)
    assert caught.value.column == column
    assert hint in caught.value.hint


def test_prefixes_from_outside_count_as_declared(store: Store) -> None:
    with pytest.raises(QuerySyntaxError, match="FLTER"):
        store.query("SELECT * { ?s foaf:name ?o FLTER }", QueryOptions(prefixes=PREFIXES))


@pytest.mark.parametrize(
    "text",
    [") ASK {}", "SELCT * {}", "", "# nothing", "SELECT * { ?s ?p ?o", "\n\nASK { ?s ?p ) }"],
)
def test_a_mistake_has_the_same_place_with_and_without_a_base(text: str) -> None:
    for ask in (
        lambda base: Store().query(text, QueryOptions(base=base)),
        lambda base: Store().update(text or "INSRT", default_graph="urn:g", base=base),
    ):
        told = []
        for base in ("", "http://example.org/sparql"):
            try:
                ask(base)
            except QueryError as error:
                told.append((str(error), getattr(error, "line", 0)))
        assert told[:1] == told[1:]


def test_a_byte_order_mark_is_no_part_of_a_query_or_an_update() -> None:
    store = Store()
    store.update("\ufeffINSERT DATA { <s> <urn:p> 1 }", default_graph="urn:g", base="http://e.org/")
    assert store.query("\ufeffASK { <s> <urn:p> 1 }", QueryOptions(base="http://e.org/"))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { VALUES ?service { 2 1 } } ORDER BY ?service",
        "SELECT (MIN(?x) AS ?service) { VALUES ?x { 2 1 } }",
        "SELECT ?x { VALUES ?x { 1 } <urn:service> <urn:p>* ?y } ORDER BY ?x",
    ],
)
def test_a_query_that_orders_may_have_the_word_service(query: str) -> None:
    assert str(Store().select(query).rows[0][0]) == "1"


def test_a_function_that_is_not_there_is_named_beside_the_word_service() -> None:
    with pytest.raises(QueryRefusedError, match="no function <urn:f>"):
        Store().query("SELECT (<urn:f>(?service) AS ?x) { VALUES ?service { 1 } }")
