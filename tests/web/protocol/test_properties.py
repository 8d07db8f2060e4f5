"""Whatever is sent, the server answers by the rules and never breaks: tested with random input."""

from typing import Final
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.web.conftest import Client

from cstokg.web.http.negotiation import best_match

LIVE: Final = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PURE: Final = settings(max_examples=400, deadline=None, derandomize=True, database=None)

OFFERS = ("application/json", "text/csv", "text/turtle", "text/html", "application/n-triples")
WEIGHTS = st.sampled_from(["", ";q=0", ";q=0.1", ";q=0.5", ";q=0.9", ";q=1", ";q=1.0"])
RANGES = st.sampled_from([*OFFERS, "*/*", "text/*", "application/*", "image/png", "TEXT/CSV"])
ACCEPT = st.lists(
    st.tuples(RANGES, WEIGHTS), min_size=1, max_size=6, unique_by=lambda r: r[0].lower()
)

# What may stand in a header (RFC 9110, 5.5): all of Latin-1 but control characters.
HEADER = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=80
)

WORDS = """
SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED GRAPH SERVICE VALUES FILTER OPTIONAL UNION MINUS BIND
AS EXISTS NOT GROUP BY ORDER HAVING LIMIT OFFSET DISTINCT COUNT INSERT DATA DELETE LOAD PREFIX BASE
a ?x $y * 1 1e999 -1 "x" 'y' @en ^^ <a:b> <> ckg:State x: _:b [] () { } ( ) . ; , | / ^ + ! = < >
&& || <<( )>> \\u0053 \\ # true UNDEF IN REPLACE REGEX
"""
PIECES = st.sampled_from(WORDS.split())
QUERIES = st.one_of(
    st.text(max_size=200),
    st.lists(PIECES, max_size=25).map(" ".join),
    st.lists(PIECES, max_size=15).map(lambda pieces: f"SELECT * {{ {' '.join(pieces)} }}"),
)


def wanted(accept: list[tuple[str, str]], offer: str) -> float:
    """Return the weight of `offer` by RFC 9110, 12.5.1: the most specific range decides."""
    major = offer.partition("/")[0]
    for pattern in (offer, f"{major}/*", "*/*"):
        for media_range, weight in accept:
            if media_range.lower() == pattern:
                return float(weight.removeprefix(";q=") or 1)
    return 0.0


@PURE
@given(ACCEPT)
def test_the_client_gets_what_it_wants_most(accept: list[tuple[str, str]]) -> None:
    header = ", ".join(f"{media_range}{weight}" for media_range, weight in accept)
    weights = {offer: wanted(accept, offer) for offer in OFFERS}
    chosen = best_match(header, OFFERS)
    if chosen is None:
        assert not any(weights.values())
    else:
        assert weights[chosen] == max(weights.values()) > 0


@LIVE
@given(HEADER)
@example("*/*;q=x")
@example("text/csv;q=2")
@example(";;;,,,")
@example("a/b/c")
@example("*/csv")
@example("text/*/*;q=0.5")
@example("\xff\xfe")
def test_no_accept_header_breaks_an_answer(client: Client, accept: str) -> None:
    for path in (
        "/sparql?query=ASK%7B%7D",
        "/sparql",
        "/graph/links/ost-1999",
        "/.well-known/void",
    ):
        answer = client.send("GET", path, {"Accept": accept})
        assert answer.status in (200, 406), (path, accept, answer.text)


@LIVE
@given(HEADER)
@example("gzip;q=x")
@example("*;q=0")
@example("identity;q=0, gzip;q=0")
def test_no_accept_encoding_breaks_an_answer(client: Client, accept: str) -> None:
    answer = client.send("GET", "/sparql", {"Accept-Encoding": accept})
    assert answer.status == 200


@LIVE
@given(HEADER)
@example("*")
@example('W/"x", "y"')
@example('"unclosed')
def test_no_tag_breaks_an_answer(client: Client, tag: str) -> None:
    for path in ("/sparql?query=ASK%7B%7D", "/graph/links/ost-1999"):
        answer = client.send("GET", path, {"If-None-Match": tag})
        assert answer.status == (304 if tag.strip() == "*" else 200)


@settings(LIVE, max_examples=300)
@given(QUERIES, st.sampled_from(["", "text/html", "text/csv", "text/turtle"]))
def test_no_query_breaks_the_server(client: Client, query: str, accept: str) -> None:
    try:
        body = query.encode()
    except UnicodeEncodeError:  # a lone surrogate cannot be sent
        return
    direct = {"Content-Type": "application/sparql-query"}
    headers = {"Accept": accept} if accept else {}
    got = client.send("GET", f"/sparql?query={quote(body)}", headers)
    posted = client.send("POST", "/sparql", headers | direct, body)
    assert got.status in (200, 400, 406), (query, got.text)
    # An empty parameter and an empty body are the same mistake.
    assert posted.status == got.status


@LIVE
@given(st.binary(max_size=60))
@pytest.mark.parametrize("name", ["query", "default-graph-uri", "format", "graph"])
def test_no_bytes_in_a_parameter_break_the_server(client: Client, name: str, value: bytes) -> None:
    encoded = quote(value)
    for path in (f"/sparql?query=ASK%7B%7D&{name}={encoded}", f"/rdf-graph-store?{name}={encoded}"):
        assert client.send("GET", path).status in (200, 400, 404, 406), path


@LIVE
@given(st.text(max_size=60))
def test_no_path_breaks_the_server(client: Client, path: str) -> None:
    encoded = quote(path.encode("utf-8", "replace"))
    for address in (f"/{encoded}", f"/graph/{encoded}", f"/static/{encoded}"):
        status = client.send("GET", address).status
        assert status < 500, address
