"""The addresses that say how to cite things and answers."""

import json

import pytest
from flask.testing import FlaskClient
from tests.web.answers.conftest import show

NAME = "statement/pashinyan-2024-02"


@pytest.mark.parametrize(
    ("style", "media_type"),
    [
        ("text", "text/plain"),
        ("bibtex", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("csl-json", "application/vnd.citationstyles.csl+json"),
    ],
)
def test_a_thing_and_an_answer_are_cited_in_each_style(
    site: FlaskClient, style: str, media_type: str
) -> None:
    thing = site.get(f"/cite/{NAME}?style={style}")
    answer = site.get(f"/as-of?day=2003-01-01&of=organization:csto&format={style}")
    assert (thing.mimetype, answer.mimetype) == (media_type, media_type)
    assert f"https://w3id.org/cstokg/id/{NAME}" in thing.text
    assert "http://localhost/as-of?day=2003-01-01&of=organization%3Acsto" in answer.text
    assert "no-store" in thing.headers["Cache-Control"]


def test_the_page_has_all_styles_and_a_thing_leads_to_them(site: FlaskClient) -> None:
    page = show(site, f"/cite/{NAME}")
    assert all(heading in page for heading in ("BibTeX", "RIS", "CSL-JSON", "@misc{"))
    thing = site.get(f"/page/{NAME}", headers={"Accept": "text/html"})
    assert '<link rel="cite-as" href="https://w3id.org/cstokg/id/' in thing.text
    assert f"/cite/{NAME}?style=bibtex" in thing.text
    assert 'rel="cite-as"' in thing.headers["Link"]


@pytest.mark.parametrize(
    ("address", "status"),
    [(f"/cite/{NAME}?style=mla", 400), ("/cite/state/nowhere", 404), ("/cite/x>y", 404)],
)
def test_what_there_is_not_is_refused(site: FlaskClient, address: str, status: int) -> None:
    answer = site.get(address, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert json.loads(answer.text)["detail"]
