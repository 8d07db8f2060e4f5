"""The search as HTTP exchanges."""

import gzip
import json
import re
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from tests.web.conftest import Client
from tests.web.pages.test_pages import References

from cstokg.dataset.model import Dataset
from cstokg.settings import PACKAGE
from cstokg.web.answers.search import SCRIPT
from cstokg.web.application import create_app
from cstokg.web.protocol.editor import is_built

HTML = {"Accept": "text/html"}
needs_script = pytest.mark.skipif(
    not is_built(SCRIPT), reason="the scripts are not built (CSTOKG_NO_FRONTEND)"
)

ALDA = "https://w3id.org/cstokg/id/state/alda"


def search(client: Client, query: str, **parameters: str) -> Any:
    more = "".join(f"&{name}={value}" for name, value in parameters.items())
    answer = client.send("GET", f"/search?q={quote(query)}&format=json{more}")
    assert (answer.status, answer.media_type) == (200, "application/json")
    return answer.json()


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("Alda", "label"),
        ("альда", "label"),
        ("ald", "label-prefix"),
        ("aldda", "similar"),
        ("state:alda", "iri"),
        (ALDA, "iri"),
        (f"<{ALDA}>", "iri"),
    ],
)
def test_a_thing_is_found_by_its_names_and_its_iri(client: Client, query: str, match: str) -> None:
    found = search(client, query)
    best = found["results"][0]
    assert (found["query"], best["iri"], best["match"]) == (query, ALDA, match)
    assert best["label"] == "Alda"
    assert best["classes"] == ["ckg:State"]
    assert {"text": "Альда", "language": "ru", "alias": False} in best["labels"]
    assert client.send("GET", best["page"].removeprefix(client.address)).status == 200


def test_json_comes_by_accept_too(client: Client) -> None:
    answer = client.send("GET", "/search?q=alda", {"Accept": "application/json"})
    assert answer.media_type == "application/json"
    assert client.send("GET", "/search?q=alda", {"Accept": "text/csv"}).status == 406
    assert client.send("GET", "/search?q=alda&format=xml").status == 406


def test_a_person_gets_a_page_with_links(client: Client) -> None:
    answer = client.page("/search?q=pact")
    assert (answer.status, answer.media_type) == (200, "text/html")
    page = References(answer.text)
    assert "/page/organization/pact" in page.links
    assert 'value="pact"' in answer.text
    assert 'role="search"' in answer.text


@pytest.mark.parametrize("query", ["state:alda", ALDA])
def test_an_iri_leads_to_its_page(client: Client, query: str) -> None:
    answer = client.page(f"/search?q={quote(query)}")
    assert (answer.status, answer.headers["location"]) == (303, "/page/state/alda")


def test_an_empty_search_explains_itself(client: Client) -> None:
    for path in ("/search", "/search?q=", "/search?q=%20"):
        answer = client.page(path)
        assert answer.status == 200
        assert "prefixed name" in answer.text
    assert search(client, "")["total"] == 0


def test_what_is_not_found_is_said(client: Client) -> None:
    assert "Nothing has a name" in client.page("/search?q=zzzzzzzz").text


@pytest.mark.parametrize("query", ["a" * 501, "ä" * 10_000, "a b " * 2_500])
def test_a_search_that_is_too_long_is_refused(client: Client, query: str) -> None:
    answer = client.send("GET", f"/search?q={quote(query)}&format=json")
    assert answer.status == 400
    assert "500 characters" in answer.json()["detail"]


@pytest.mark.parametrize(
    "query",
    ["<script>alert(1)</script>", '"><img onerror=x src=y>', "{{7*7}}", "\x00\x01", "\u202e'", "%"],
)
def test_a_search_is_never_markup(client: Client, query: str) -> None:
    answer = client.page(f"/search?q={quote(query)}")
    assert answer.status == 200
    assert References(answer.text).scripts == 0
    assert "<script>" not in answer.text
    assert search(client, query)["query"] == query.strip()


def test_a_label_is_never_markup(client: Client) -> None:
    answer = client.page("/search?q=Berin")
    assert "&lt;script&gt;" in answer.text
    assert References(answer.text).scripts == 0


def test_what_is_no_utf8_is_refused(client: Client) -> None:
    assert client.send("GET", "/search?q=%FF&format=json").status == 400


def test_results_come_in_parts(client: Client) -> None:
    whole = search(client, "paragraph", size="100")
    assert whole["pages"] == 1
    parts = [search(client, "paragraph", size="2", page=str(n)) for n in range(1, 4)]
    assert all(part["total"] == whole["total"] for part in parts)
    shown = [result for part in parts for result in part["results"]]
    assert shown == whole["results"][:6]
    page = client.page("/search?q=paragraph&size=2")
    assert page.status == 200


@pytest.mark.parametrize(
    ("parameter", "status"),
    [
        ("page=0", 400),
        ("page=x", 400),
        ("page=-1", 400),
        ("page=%D9%A1", 400),
        ("size=5000", 400),
        ("page=9999", 404),
    ],
)
def test_a_part_that_is_not_there_is_refused(client: Client, parameter: str, status: int) -> None:
    assert client.send("GET", f"/search?q=alda&format=json&{parameter}").status == status


def test_suggestions_come_as_browsers_want_them(client: Client) -> None:
    answer = client.send("GET", "/search/suggest?q=al")
    assert (answer.status, answer.media_type) == (200, "application/x-suggestions+json")
    asked, labels, descriptions, addresses = answer.json()
    assert asked == "al"
    assert labels[0] == "Alda"
    assert len(labels) == len(descriptions) == len(addresses) <= 8
    assert addresses[0] == f"{client.address}/page/state/alda"


@needs_script
def test_a_page_has_the_script_of_suggestions_which_connects_to_nothing(client: Client) -> None:
    answer = client.page("/")
    assert answer.text.count('src="/static/build/search.js?') == 1
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'; default-src 'none'" in policy
    assert "connect-src" not in policy


@needs_script
def test_names_are_a_script_that_is_kept_for_good(client: Client) -> None:
    (address,) = set(re.findall(r'data-names="([^"]+)"', client.page("/").text))
    answer = client.send("GET", address)
    assert answer.media_type == "text/javascript"
    assert "immutable" in answer.headers["cache-control"]
    start, _, text = answer.text.partition("export default ")
    assert not start
    entries = json.loads(text)
    assert ["/page/state/alda", "state", ["Alda"], ["Альда", "alda"]] in entries
    assert entries[0][1] == "question"
    assert client.send("GET", "/search/names.js?v=old").headers["cache-control"] == "no-cache"


@needs_script
@pytest.mark.parametrize("path", ["/nowhere", "/browse/State?page=99"])
def test_a_page_about_a_problem_suggests_nothing(client: Client, path: str) -> None:
    assert "search.js" not in client.page(path).text


@needs_script
def test_where_there_are_too_many_names_there_are_no_suggestions(
    small_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = create_app(small_dataset).test_client()
    assert "search.js" in site.get("/browse", headers=HTML).text
    monkeypatch.setattr("cstokg.web.answers.search.MOST", 10)
    answer = site.get("/browse", headers=HTML)
    assert "data-names" not in answer.text
    assert "search.js" not in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]


@needs_script
def test_the_script_of_suggestions_is_small() -> None:
    script = (PACKAGE / "web" / "static" / SCRIPT).read_bytes()
    assert len(gzip.compress(script)) < 4096


def test_the_search_is_described_to_browsers(client: Client) -> None:
    answer = client.send("GET", "/opensearch.xml")
    assert answer.media_type == "application/opensearchdescription+xml"
    root = ET.fromstring(answer.text)
    templates = {url.get("type"): url.get("template", "") for url in root.iter() if url.get("type")}
    for media_type, template in templates.items():
        where = template.replace("{searchTerms}", "alda").removeprefix(client.address)
        assert client.send("GET", where).media_type == media_type


def test_an_unchanged_answer_is_not_sent_again(client: Client) -> None:
    first = client.send("GET", "/search?q=alda&format=json")
    again = client.send(
        "GET", "/search?q=alda&format=json", {"If-None-Match": first.headers["etag"]}
    )
    assert (again.status, again.body) == (304, b"")
