"""The page of bonds as of a day."""

import re

from flask.testing import FlaskClient
from tests.web.answers.conftest import show


def test_the_finding_is_the_title(site: FlaskClient) -> None:
    page = show(site, "/as-of?day=2003-01-01&of=organization:csto")
    assert "<h1>On 1 January 2003 six states are attested members of the CSTO</h1>" in page


def test_the_form_has_what_was_asked_for_and_needs_no_script(site: FlaskClient) -> None:
    page = show(site, "/as-of?day=2003-01-01&of=organization:guam&compare=2000-01-01")
    assert '<input type="date" name="day" value="2003-01-01">' in page
    assert '<input type="date" name="compare" value="2000-01-01">' in page
    assert '<option value="organization:guam" selected>' in page
    # They add the reader's own words and suggestions for the search, and are no part of the form.
    assert all(
        re.search(r"/(passages|search)\.js", each) for each in re.findall(r"<script[^>]*>", page)
    )


def test_days_of_change_lead_to_the_same_question(site: FlaskClient) -> None:
    page = show(site, "/as-of?of=treaty:collective-security-treaty&compare=2003-01-01")
    address = (
        "/as-of?of=treaty:collective-security-treaty&amp;compare=2003-01-01&amp;day=1992-05-01"
    )
    assert page.count(f'href="{address}"') == 2  # in the picture and in the list
    there = show(site, address.replace("&amp;", "&"))
    assert "of nine it is open" in there


def test_a_comparison_names_who_was_gained_and_lost(site: FlaskClient) -> None:
    page = show(site, "/as-of?day=1995-01-01&compare=2003-01-01")
    assert "From 1 January 1995 to 1 January 2003:" in page
    assert "gained: Armenia, Belarus" in page


def test_each_row_links_to_its_sentences_and_its_voice(site: FlaskClient) -> None:
    page = show(site, "/as-of?state=state:armenia&of=organization:csto")
    assert "/page/passage/scepanovic-2024-p34-s2" in page
    assert "/page/person/janko-scepanovic" in page


def test_several_sources_are_a_choice_and_a_column(site: FlaskClient, two: FlaskClient) -> None:
    assert 'name="source"' in show(two, "/as-of")
    assert 'name="source"' not in show(site, "/as-of")
    one = two.get("/as-of?source=second-2026&format=json").get_json()["rows"]
    assert {row["source"] for row in one} == {"https://w3id.org/cstokg/id/source/second-2026"}


def test_a_thing_without_bonds_is_told_as_such(site: FlaskClient) -> None:
    page = show(site, "/as-of?of=organization:nato")
    assert "No bond with North Atlantic Treaty Organization is told" in page
