import gzip
from urllib.parse import urlencode

import pytest
import zstandard
from tests.web.conftest import Answer, Client

LARGE = f"/sparql?{urlencode({'query': 'SELECT ?s ?p ?o { ?s ?p ?o }', 'format': 'csv'})}"
SMALL = f"/sparql?{urlencode({'query': 'ASK {}'})}"


def get(client: Client, path: str, coding: str | None, **headers: str) -> Answer:
    accepted = {} if coding is None else {"Accept-Encoding": coding}
    return client.send("GET", path, accepted | headers)


def expand(body: bytes, coding: str) -> bytes:
    if coding == "gzip":
        return gzip.decompress(body)
    return zstandard.ZstdDecompressor().decompressobj().decompress(body)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("*", "zstd"),
        ("zstd;q=0, *", "gzip"),
        ("gzip;q=0.5, identity;q=0.1", "gzip"),
    ],
)
def test_a_large_answer_is_compressed_as_the_client_likes(
    client: Client, accepted: str, coding: str
) -> None:
    plain, packed = get(client, LARGE, None), get(client, LARGE, accepted)
    assert packed.headers["content-encoding"] == coding
    assert int(packed.headers["content-length"]) == len(packed.body) < len(plain.body)
    assert expand(packed.body, coding) == plain.body


@pytest.mark.parametrize(
    "accepted", [None, "identity", "br", "gzip;q=0", "gzip;q=0, zstd;q=0", "identity, gzip;q=0.5"]
)
def test_a_client_that_does_not_ask_gets_plain_bytes(client: Client, accepted: str | None) -> None:
    answer = get(client, LARGE, accepted)
    assert answer.status == 200
    assert "content-encoding" not in answer.headers
    assert answer.text.startswith("s,p,o")


def test_a_small_answer_stays_as_it_is(client: Client) -> None:
    answer = get(client, SMALL, "gzip")
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", [LARGE, SMALL, "/", "/graph/links/ost-1999", "/static/style.css"])
def test_every_answer_varies_by_encoding(client: Client, path: str) -> None:
    varies = get(client, path, None).headers["vary"].lower().split(", ")
    assert "accept-encoding" in varies
    assert ("accept" in varies) is (path != "/static/style.css")


@pytest.mark.parametrize("coding", ["gzip", "zstd", "identity"])
def test_a_tag_holds_under_any_compression(client: Client, coding: str) -> None:
    tag = get(client, LARGE, coding).headers["etag"]
    assert tag.startswith("W/")
    for other in ("gzip", "zstd", "identity"):
        again = get(client, LARGE, other, **{"If-None-Match": f'"x", {tag}'})
        assert (again.status, again.body) == (304, b"")
        assert "content-encoding" not in again.headers
        assert "accept-encoding" in again.headers["vary"].lower()


def test_head_tells_the_size_that_get_has(client: Client) -> None:
    got = get(client, LARGE, "gzip")
    head = client.send("HEAD", LARGE, {"Accept-Encoding": "gzip"})
    for name in ("content-encoding", "content-length"):
        assert head.headers[name] == got.headers[name]
