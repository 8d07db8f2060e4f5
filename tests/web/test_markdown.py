"""Pages and answers as Markdown, for language models."""

import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

MARKDOWN = {"Accept": "text/markdown"}
THINGS = (
    *("state/armenia", "organization/csto", "claim/armenia-froze-participation"),
    *("event/armenia-freeze-of-csto-participation", "passage/scepanovic-2024-p07-s1"),
)


@pytest.mark.parametrize("name", THINGS)
def test_a_page_of_a_thing_is_short_and_says_what_it_is(site: FlaskClient, name: str) -> None:
    page = site.get(f"/page/{name}.md")
    assert (page.status_code, page.mimetype) == (200, "text/markdown")
    assert len(page.data) < 2000
    lines = page.text.splitlines()
    assert lines[0].startswith("# ")
    assert lines[2] == f"- IRI: <https://w3id.org/cstokg/id/{name}>"
    assert "Sources: " in page.text
    assert "\n\n\n" not in page.text


def test_a_claim_is_told_with_its_speaker(site: FlaskClient) -> None:
    lines = site.get("/page/claim/armenia-froze-participation.md").text.splitlines()
    assert lines[0].endswith("(claimed by Nikol Pashinyan, February 2024)")
    assert "- who says so: Nikol Pashinyan, in paragraph 7, sentence 1" in lines


def test_the_suffix_and_the_header_give_the_same(site: FlaskClient) -> None:
    for path in ("/page/state/armenia", "/ask/strength-of-the-crrf"):
        assert site.get(path, headers=MARKDOWN).text == site.get(f"{path}.md").text
    found = site.get("/id/state/armenia", headers=MARKDOWN)
    assert (found.status_code, found.location) == (303, "/page/state/armenia")


@pytest.mark.parametrize(
    "accepted", ["*/*", "text/html,*/*;q=0.8", "text/markdown;q=0.5,text/html"]
)
def test_markdown_is_only_for_who_wants_it_most(site: FlaskClient, accepted: str) -> None:
    for path in ("/page/state/armenia", "/ask/strength-of-the-crrf?format=html"):
        assert site.get(path, headers={"Accept": accepted}).mimetype == "text/html"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/ask/strength-of-the-crrf.md", "| 22000 | unqualified (`precision:unqualified`) |"),
        ("/as-of.md?day=2003-01-01", "| Armenia (`state:armenia`) |"),
        ("/claims?by=Pashinyan&format=md", "Nikol Pashinyan (`person:nikol-pashinyan`)"),
        ("/timeline.md?involves=state:armenia", "alleged (`actuality:alleged`)"),
        ("/why.md?s=state:armenia&p=ckg:memberOf&o=organization:csto", "membership:armenia-csto"),
    ],
)
def test_an_answer_is_a_title_a_table_and_sources(site: FlaskClient, path: str, shown: str) -> None:
    page = site.get(path)
    assert (page.status_code, page.mimetype) == (200, "text/markdown")
    assert page.text.startswith("# ")
    assert shown in page.text
    rows = [line for line in page.text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {rows[0].count("|")}
    assert "Sources: Will the CSTO, Russia's Answer to NATO, Expand?" in page.text


def test_an_answer_without_rows_has_its_finding(site: FlaskClient) -> None:
    page = site.get("/ask/date-of-uzbekistans-opting-out.md")
    assert "The sources do not say." in page.text
    assert "|" not in page.text


def test_a_page_is_not_sent_again(site: FlaskClient) -> None:
    tag = site.get("/page/state/armenia.md").headers["ETag"]
    again = site.get("/page/state/armenia.md", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert site.get("/page/state/armenia", headers={"Accept": "text/html"}).headers["ETag"] != tag


def test_what_is_not_there_is_a_problem(site: FlaskClient) -> None:
    page = site.get("/page/state/armena.md")
    assert (page.status_code, page.mimetype) == (404, "application/problem+json")


def test_models_are_told_what_there_is_and_each_address_answers(site: FlaskClient) -> None:
    page = site.get("/llms.txt")
    assert (page.status_code, page.mimetype) == (200, "text/plain")
    assert page.text.startswith("# cstokg\n\n> ")
    found = re.findall(r"\]\((\S+?)\)[:,\n]", page.text)
    assert len(found) > 50
    addresses = [url for url in found if not url.endswith("/mcp")]
    for url in addresses[:9] + addresses[9::10]:
        parts = urlsplit(url)
        assert site.get(f"{parts.path}?{parts.query}").status_code == 200, url
