"""The page that says why, the same as JSON and CSV, and what it refuses."""

import html
import json
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from tests.web.answers.conftest import show

ASKED = "/why?s=state:armenia&p=ckg:memberOf&o=organization:csto"


def test_the_page_links_accounts_sentences_and_voices(site: FlaskClient) -> None:
    page = show(site, ASKED)
    assert "<h1>So it is: Armenia, is member of, Collective Security Treaty Organization." in page
    for name in ("membership/armenia-csto", "passage/scepanovic-2024-p34-s2", "person/janko-"):
        assert f"/page/{name}" in page
    assert "format=csv" in page


def test_what_is_not_there_says_what_is_lacking(site: FlaskClient) -> None:
    page = show(site, "/why?s=state:armenia&p=ckg:formerMemberOf&o=organization:csto")
    assert "What is lacking: that an end of it is told.</h1>" in page


def test_without_a_triple_it_asks_for_one(site: FlaskClient) -> None:
    assert "Why is it so?" in show(site, "/why")


def test_a_row_of_a_query_is_asked_by_its_terms(site: FlaskClient) -> None:
    query = "SELECT ?s ?n { ?s ckg:memberOf organization:csto ; rdfs:label ?n } ORDER BY ?s ?n"
    page = show(site, f"/sparql?{urlencode({'query': query})}")
    row = html.unescape(page.partition('name="row" value="')[2].partition('"')[0])
    asked = urlencode({"query": query, "row": row})
    assert json.loads(row)["n"]["xml:lang"] == "en"
    found = site.get(f"/why?{asked}&format=json").get_json()
    assert found["title"].startswith("The row comes of 2 statements, on ")
    words = {each["statement"] for each in found["rows"]}
    assert words == {
        "Armenia, is member of, Collective Security Treaty Organization",
        'Armenia, label, "Armenia"@en',
    }
    assert "<h1>The row comes of 2 statements" in show(site, f"/why?{asked}")


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
