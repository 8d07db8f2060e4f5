"""The page of bonds as of a day."""

import json
import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from tests.web.answers.conftest import show

from cstokg.web.protocol.editor import is_built

needs_script = pytest.mark.skipif(
    not is_built("build/slider.js"), reason="the scripts are not built"
)


def test_the_finding_is_the_title(site: FlaskClient) -> None:
    page = show(site, "/as-of?day=2003-01-01&of=organization:csto")
    assert "<h1>On 1 January 2003 six states are attested members of the CSTO</h1>" in page


def test_the_form_has_what_was_asked_for_and_needs_no_script(site: FlaskClient) -> None:
    page = show(site, "/as-of?day=2003-01-01&of=organization:guam&compare=2000-01-01")
    assert '<input type="date" name="day" value="2003-01-01">' in page
    assert '<input type="date" name="compare" value="2000-01-01">' in page
    assert '<option value="organization:guam" selected>' in page
    # They add a slider, the reader's own words and suggestions for the search, and are no part of
    # the form.
    assert all(
        re.search(r"/(slider|passages|search)\.js", each)
        for each in re.findall(r"<script[^>]*>", page)
    )


def test_days_of_change_lead_to_the_same_question(site: FlaskClient) -> None:
    page = show(site, "/as-of?of=treaty:collective-security-treaty&compare=2003-01-01")
    address = (
        "/as-of?of=treaty:collective-security-treaty&amp;compare=2003-01-01&amp;day=1992-05-01"
    )
    assert page.count(f'href="{address}"') == 2  # in the picture and in the list
    there = show(site, address.replace("&amp;", "&"))
    assert "of nine it is open" in there


@needs_script
def test_the_slider_is_hidden_without_its_script_and_has_a_tick_for_each_day_of_change(
    site: FlaskClient,
) -> None:
    page = show(site, "/as-of?day=2003-01-01&of=organization:csto")
    (slider,) = re.findall(r'<div class="slider" hidden>.*?</div>', page, re.DOTALL)
    assert f'value="{date(2003, 1, 1).toordinal()}"' in slider
    ticks = re.findall(r'<option value="(\d+)" label="([^"]+)">', slider)
    assert [(date.fromordinal(int(day)).isoformat(), counts) for day, counts in ticks] == [
        ("2002-01-01", "6 open"),
        ("2002-12-31", "6 attested"),
        ("2024-06-26", "6 carried forward"),
    ]
    assert "slider" not in show(site, "/as-of?of=organization:nato")


def test_the_page_comes_as_a_script_for_the_slider(site: FlaskClient) -> None:
    address = "/as-of?day=2003-01-01&of=organization:csto"
    script = site.get(f"{address}&format=js")
    assert script.content_type == "text/javascript; charset=utf-8"
    assert json.loads(script.text.removeprefix("export default ")) == show(site, address)
    again = site.get(f"{address}&format=js", headers={"If-None-Match": script.headers["ETag"]})
    assert again.status_code == 304


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
