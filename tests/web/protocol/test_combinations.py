"""Requests put together at random from what the protocol knows, and texts that come back unchanged.

Whatever the combination, the answer is one of the protocol's: an error is a problem or a page,
nothing of the server's inside is in it, and HEAD says what GET would.
"""

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rdflib.util import from_n3
from tests.web.conftest import Answer, Client, Writer

pytestmark = pytest.mark.slow

LIVE: Final = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

FORM = "application/x-www-form-urlencoded"
LINKS = "https://w3id.org/cstokg/graph/links/ost-1999"
INSERT = "INSERT DATA { GRAPH <urn:combined> { <urn:s> <urn:p> 1 } }"
# What is usual stands here more often, so that requests come far enough to be asked what they ask.
METHODS = [*["GET", "POST", "QUERY"] * 4]
METHODS += ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]
PATHS = [
    "/sparql",
    "/rdf-graph-store",
    "/graph/links/ost-1999",
    "/graph/none",
    "/.well-known/void",
    "/",
]
CONTENT_TYPES = [
    "",
    *[FORM] * 6,
    f"{FORM}; charset=UTF-8",
    f"{FORM}; charset=latin-1",
    *["application/sparql-query"] * 4,
    *["application/sparql-update"] * 2,
    'application/sparql-query; charset="utf-8"',
    "APPLICATION/SPARQL-QUERY",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/turtle",
    "application/json",
    ";;;",
    "a" * 300,
]
NAMES = [
    *["query"] * 8,
    *["update"] * 2,
    "default-graph-uri",
    "named-graph-uri",
    "using-graph-uri",
    "using-named-graph-uri",
    "graph",
    "default",
    "format",
    "Query",
    "",
]
VALUES = [
    "",
    "ASK {}",
    "ASK {}",
    "SELECT * { ?s ?p ?o } LIMIT 2",
    "CONSTRUCT { ?s ?p 'é' } { ?s ?p ?o } LIMIT 2",
    "DESCRIBE <urn:a>",
    "SELECT ?x {",
    INSERT,
    "DROP ALL",
    LINKS,
    "urn:none",
    "no iri",
    "file:///etc/passwd",
    "json",
    "csv",
    "turtle",
    "\0",
    "%",
    "\r\nSet-Cookie: a=b",
]
ACCEPTS = [
    "",
    "*/*",
    "text/html",
    "text/csv",
    "text/turtle",
    "application/sparql-results+json",
    "application/sparql-results+xml;q=0.1, text/turtle;q=0.2",
    "image/png",
    "text/html;q=0, */*",
    "application/problem+json",
]
INSIDE = ("Traceback", 'File "', "site-packages", "/src/cstokg", "RuntimeError", "pyoxigraph")


def encoded(pair: tuple[str, str], manner: str) -> bytes:
    """Write one parameter as forms do, or in one of the ways that they should not."""
    name, value = pair
    match manner:
        case "form":
            return urlencode([pair]).encode()
        case "latin-1":
            return urlencode([pair], encoding="latin-1", errors="replace").encode()
        case "overlong":  # U+002F in two bytes, which is not UTF-8
            return f"{quote(name)}={quote(value)}%C0%AF".encode()
        case "broken":
            return f"{quote(name)}={quote(value)}%4%ZZ&&=;".encode()
        case _:
            return quote(name).encode()


PARAMETERS = st.lists(
    st.tuples(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES) | st.text(max_size=30)),
        st.sampled_from([*["form"] * 9, "latin-1", "overlong", "broken", "bare"]),
    ),
    max_size=3,
)


def joined(parameters: Sequence[tuple[tuple[str, str], str]]) -> bytes:
    return b"&".join(encoded(pair, manner) for pair, manner in parameters)


def hold(answer: Answer) -> None:
    """Hold an answer to what every one has to be."""
    assert answer.status < 500, answer.text
    assert "set-cookie" not in answer.headers
    text = answer.body.decode(errors="replace")
    assert not [word for word in INSIDE if word in text], text
    if answer.status >= 400 and answer.body:
        assert answer.media_type in ("application/problem+json", "text/html")
        if answer.media_type == "application/problem+json":
            problem = answer.json()
            assert problem["status"] == answer.status
            assert problem["title"]
            assert problem["detail"]
        else:
            assert "</html>" in text


REQUESTS = {
    "method": st.sampled_from(METHODS),
    "path": st.sampled_from([*PATHS, *["/sparql"] * 9, "/rdf-graph-store"]),
    "address": PARAMETERS,
    "content_type": st.sampled_from(CONTENT_TYPES),
    "body": PARAMETERS.map(joined) | st.sampled_from(VALUES).map(str.encode) | st.none(),
    "accept": st.sampled_from(ACCEPTS),
}


def request(
    address: list[tuple[tuple[str, str], str]], path: str, content_type: str, accept: str
) -> tuple[str, dict[str, str]]:
    """Return the target and the headers of a request."""
    target = f"{path}?{joined(address).decode('ascii')}" if address else path
    headers = {"Content-Type": content_type, "Accept": accept}
    return target, {name: value for name, value in headers.items() if value}


@settings(LIVE, max_examples=200)
@given(**REQUESTS)
def test_any_combination_is_answered_by_the_rules(
    client: Client,
    method: str,
    path: str,
    address: list[tuple[tuple[str, str], str]],
    content_type: str,
    body: bytes | None,
    accept: str,
) -> None:
    target, headers = request(address, path, content_type, accept)
    hold(client.send(method, target, headers, body))


@LIVE
@given(**{**REQUESTS, "method": st.sampled_from(["POST", "QUERY", "GET", "BREW", "PATCH"])})
def test_any_combination_is_answered_by_a_server_that_takes_writes(
    writer: Writer,
    method: str,
    path: str,
    address: list[tuple[tuple[str, str], str]],
    content_type: str,
    body: bytes | None,
    accept: str,
) -> None:
    """Asked without a token: nothing is written, whatever it is."""
    target, headers = request(address, path, content_type, accept)
    hold(writer.client.send(method, target, headers, body))
    assert not writer.ask("GRAPH <urn:combined> { ?s ?p ?o }")


@LIVE
@given(address=PARAMETERS, path=REQUESTS["path"], accept=REQUESTS["accept"])
def test_head_says_what_get_would_whatever_is_asked(
    client: Client, address: list[tuple[tuple[str, str], str]], path: str, accept: str
) -> None:
    target, headers = request(address, path, "", accept)
    got, head = (client.send(method, target, headers) for method in ("GET", "HEAD"))
    hold(got)
    assert (head.status, head.body) == (got.status, b"")
    for name in ("content-type", "etag", "vary", "link"):
        assert head.headers.get(name) == got.headers.get(name), name


# What SPARQL's texts may hold. XML 1.0 has no other control characters, nor U+FFFE and U+FFFF.
TEXTS = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"],
        include_characters="\t\n\r",
        exclude_characters="\ufffe\uffff",
    ),
    max_size=60,
)


def literal(text: str) -> str:
    """Write a text in SPARQL, with nothing escaped that need not be."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'


@LIVE
@given(TEXTS, TEXTS)
@example("", " ")
@example("\r\n,\"';\t", "a\rb")
@example("\r", "\r\n")
@example("]]>&amp;<x/>", "\u2028\u0085\ufeff\U0001f600")
def test_texts_come_back_unchanged_in_every_format(client: Client, first: str, second: str) -> None:
    query = f"SELECT ?a ?b {{ VALUES (?a ?b) {{ ({literal(first)} {literal(second)}@ru) }} }}"
    body = {"Content-Type": "application/sparql-query"}

    def fetch(media_type: str) -> str:
        answer = client.send("POST", "/sparql", {**body, "Accept": media_type}, query.encode())
        assert (answer.status, answer.media_type) == (200, media_type), answer.text
        return answer.text

    texts = [first, second]
    (row,) = json.loads(fetch("application/sparql-results+json"))["results"]["bindings"]
    assert [row[name]["value"] for name in "ab"] == texts
    assert row["b"]["xml:lang"] == "ru"
    lines = list(csv.reader(io.StringIO(fetch("text/csv"), newline="")))
    assert lines == [["a", "b"], texts]
    header, line = fetch("text/tab-separated-values").removesuffix("\n").split("\n")
    assert header == "?a\t?b"
    assert [str(from_n3(term)) for term in line.split("\t")] == texts
    tree = ET.fromstring(fetch("application/sparql-results+xml"))
    assert [each.text or "" for each in tree.iterfind(".//{*}literal")] == texts
