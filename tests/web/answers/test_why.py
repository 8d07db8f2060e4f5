"""The page that says why, the same as JSON and CSV, and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.answers.conftest import show

if TYPE_CHECKING:
    from flask.testing import FlaskClient


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
