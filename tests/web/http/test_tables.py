"""Tables as files that spreadsheets open."""

import gzip
from codecs import BOM_UTF8
from urllib.parse import quote

import pytest
from tests.web.conftest import Client

STATES = quote("SELECT ?s ?name { ?s a ckg:State ; rdfs:label ?name } ORDER BY ?s")
LARGE = quote("SELECT * { ?a ?b ?c . ?d ?e ?f }")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"/sparql?query={STATES}&format=csv", "sparql.csv"),
        (f"/sparql/?query={STATES}&format=tsv", "sparql.tsv"),
        ("/browse/ckg:State?format=csv", "State.csv"),
        ("/disagreements?format=csv", "disagreements.csv"),
    ],
)
def test_a_table_has_a_file_name_and_a_mark_where_it_is_asked_for(
    client: Client, path: str, name: str
) -> None:
    plain = client.send("GET", path)
    assert plain.headers["content-disposition"] == f"attachment; filename={name}"
    assert not plain.body.startswith(BOM_UTF8)
    assert client.send("GET", f"{path}&bom=0").body == plain.body
    for asked in ("bom", "bom=1"):
        marked = client.send("GET", f"{path}&{asked}")
        assert marked.body == BOM_UTF8 + plain.body
        assert marked.headers["content-length"] == str(len(marked.body))
        assert marked.headers["etag"] != plain.headers["etag"]


def test_a_large_table_has_its_mark_and_can_be_compressed(client: Client) -> None:
    path = f"/sparql?query={LARGE}&format=csv"
    plain, marked = client.send("GET", path), client.send("GET", f"{path}&bom")
    assert len(plain.body) > 1_000_000
    assert sorted(marked.body.split()) == sorted((BOM_UTF8 + plain.body).split())
    coded = client.send("GET", f"{path}&bom", {"Accept-Encoding": "gzip"})
    assert gzip.decompress(coded.body) == marked.body


def test_a_table_comes_so_by_post_as_well(client: Client) -> None:
    headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    answer = client.send("POST", "/sparql?bom", headers, b"SELECT ?s {}")
    assert answer.body == BOM_UTF8 + b"s\r\n\r\n"
    assert "sparql.csv" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    "path",
    [
        f"/sparql?query={STATES}&bom",
        f"/sparql?query={STATES}&format=xml&bom",
        "/browse/ckg:State?format=json&bom",
        "/sparql?query=nonsense&format=csv&bom",
    ],
)
def test_what_is_no_table_has_neither(client: Client, path: str) -> None:
    answer = client.send("GET", path)
    assert "content-disposition" not in answer.headers
    assert not answer.body.startswith(BOM_UTF8)
