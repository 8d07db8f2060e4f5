"""The page about the project, and what a reader who is lost gets."""

import re

import pytest
from flask.testing import FlaskClient

from cstokg.analysis.bonds.verdicts import VERDICTS

PAGE = {"Accept": "text/html"}


def test_it_tells_whose_words_how_made_and_how_to_report(site: FlaskClient) -> None:
    answer = site.get("/about", headers=PAGE)
    assert answer.status_code == 200
    for said in ("by Janko", "96 passages", "CC BY 4.0", "Something is wrong?"):
        assert said in answer.text
    for verdict in VERDICTS:
        meaning = answer.text.partition(f">{verdict}</span></dt><dd>")[2].partition("<")[0]
        assert meaning.endswith("."), verdict
    assert answer.text.count('class="badge ') == 8
    again = site.get("/about", headers={**PAGE, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_each_page_leads_to_it(site: FlaskClient) -> None:
    for path in ("/", "/page/state/armenia", "/search?q=", "/nothing-here"):
        assert site.get(path, headers=PAGE).text.count('href="/about"') == 2, path


@pytest.mark.parametrize("path", ["/page/state/armenai", "/nothing-here", "/ask/nothing"])
def test_who_is_lost_gets_a_search_and_three_ways_on(site: FlaskClient, path: str) -> None:
    answer = site.get(path, headers=PAGE)
    assert answer.status_code == 404
    assert "entered the URL manually" not in answer.text
    ways = answer.text.partition("Or look around")[2].partition("</p>")[0]
    addresses = re.findall(r'href="([^"]+)"', ways)
    assert len(addresses) == 3
    assert {site.get(each, headers=PAGE).status_code for each in addresses} == {200}
    assert 'id="missed" name="q"' in answer.text
