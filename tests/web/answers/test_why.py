"""The page that says why, the same as JSON and CSV, and what it refuses."""

from __future__ import annotations

import csv
import html
import json
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from cstokg.web.application import create_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from cstokg import Dataset

ASKED = "/why?s=state:armenia&p=ckg:memberOf&o=organization:csto"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def site(dataset: Dataset) -> FlaskClient:
    return create_app(dataset).test_client()


def test_the_page_links_accounts_sentences_and_voices(site: FlaskClient) -> None:
    page = site.get(ASKED, headers=HTML).text
    assert "<h1>So it is: Armenia, is member of, Collective Security Treaty Organization." in page
    for name in ("membership/armenia-csto", "passage/scepanovic-2024-p34-s2", "person/janko-"):
        assert f"/page/{name}" in page
    assert "format=csv" in page


def test_json_and_csv_have_the_same_rows(site: FlaskClient) -> None:
    found = site.get(f"{ASKED}&format=json").get_json()
    text = site.get(f"{ASKED}&format=csv").text
    assert list(csv.DictReader(StringIO(text))) == found["rows"]
    assert found["rows"][0]["accounts_label"] == "Armenia in the CSTO"


def test_what_is_not_there_says_what_is_lacking(site: FlaskClient) -> None:
    page = site.get("/why?s=state:armenia&p=ckg:formerMemberOf&o=organization:csto", headers=HTML)
    assert "What is lacking: that an end of it is told.</h1>" in page.text


def test_without_a_triple_it_asks_for_one(site: FlaskClient) -> None:
    assert "Why is it so?" in site.get("/why", headers=HTML).text


def test_a_row_of_a_query_is_asked_by_its_terms(site: FlaskClient) -> None:
    query = "SELECT ?s ?n { ?s ckg:memberOf organization:csto ; rdfs:label ?n } ORDER BY ?s ?n"
    page = site.get("/sparql", query_string={"query": query}, headers=HTML).text
    row = html.unescape(page.partition('name="row" value="')[2].partition('"')[0])
    asked = {"query": query, "row": row}
    assert json.loads(row)["n"]["xml:lang"] == "en"
    found = site.get("/why", query_string=asked | {"format": "json"}).get_json()
    assert found["title"].startswith("The row comes of 2 statements, on ")
    words = {each["statement"] for each in found["rows"]}
    assert words == {
        "Armenia, is member of, Collective Security Treaty Organization",
        'Armenia, label, "Armenia"@en',
    }
    assert (
        "<h1>The row comes of 2 statements"
        in site.get("/why", query_string=asked, headers=HTML).text
    )


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("SELECT * { ?s ?p ?o }", ""),
        ("SELECT * { ?s ?p ?o }", "[5]"),
        ("SELECT * { ?s ?p ?o }", '{"s": {"type": "uri", "value": "> } DROP ALL"}}'),
        ("SELECT * { ?s ?p ", "{}"),
        ("SELECT (1 AS ?x) {}", "{}"),
        ("ASK { ?s ?p ?o }", "{}"),
        ("SELECT", "{}"),
    ],
)
def test_what_is_no_row_is_refused(site: FlaskClient, query: str, row: str) -> None:
    answer = site.get("/why", query_string={"query": query, "row": row, "format": "json"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize("query", ["s=state:armenia", "s=x&p=y&o=z", "s=?x&p=a&o=ckg:State"])
def test_what_is_no_triple_is_refused(site: FlaskClient, query: str) -> None:
    answer = site.get(f"/why?{query}&format=json")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
