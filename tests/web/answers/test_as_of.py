"""The page of bonds as of a day."""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from cstokg.web.application import create_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from cstokg import Dataset

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def site(dataset: Dataset) -> FlaskClient:
    return create_app(dataset).test_client()


@pytest.fixture(scope="module")
def two(two_source_dataset: Dataset) -> FlaskClient:
    return create_app(two_source_dataset).test_client()


def test_the_finding_is_the_title(site: FlaskClient) -> None:
    page = site.get("/as-of?day=2003-01-01&of=organization:csto", headers=HTML)
    assert page.status_code == 200
    assert "<h1>On 1 January 2003 six states are attested members of the CSTO</h1>" in page.text


def test_the_form_has_what_was_asked_for_and_needs_no_script(site: FlaskClient) -> None:
    page = site.get("/as-of?day=2003-01-01&of=organization:guam&compare=2000-01-01", headers=HTML)
    assert '<input type="date" name="day" value="2003-01-01">' in page.text
    assert '<input type="date" name="compare" value="2000-01-01">' in page.text
    assert '<option value="organization:guam" selected>' in page.text
    # That of the passages adds the reader's own words, and is no part of the form.
    scripts = re.findall(r"<script[^>]*>", page.text)
    assert all("passages.js" in each for each in scripts)


def test_days_of_change_lead_to_the_same_question(site: FlaskClient) -> None:
    page = site.get("/as-of?of=treaty:collective-security-treaty&compare=2003-01-01", headers=HTML)
    address = (
        "/as-of?of=treaty:collective-security-treaty&amp;compare=2003-01-01&amp;day=1992-05-01"
    )
    assert page.text.count(f'href="{address}"') == 2  # in the picture and in the list
    there = site.get(address.replace("&amp;", "&"), headers=HTML)
    assert "of nine it is open" in there.text


def test_a_comparison_names_who_was_gained_and_lost(site: FlaskClient) -> None:
    page = site.get("/as-of?day=1995-01-01&compare=2003-01-01", headers=HTML)
    assert "From 1 January 1995 to 1 January 2003:" in page.text
    assert "gained: Armenia, Belarus" in page.text


def test_each_row_links_to_its_sentences_and_its_voice(site: FlaskClient) -> None:
    page = site.get("/as-of?state=state:armenia&of=organization:csto", headers=HTML)
    assert "/page/passage/scepanovic-2024-p34-s2" in page.text
    assert "/page/person/janko-scepanovic" in page.text


def test_json_and_csv_have_the_same_rows_and_columns(two: FlaskClient) -> None:
    address = "/as-of?day=2002-12-31&compare=2026-03-03"
    answer = two.get(f"{address}&format=json").get_json()
    rows = list(csv.DictReader(StringIO(two.get(f"{address}&format=csv").text)))
    assert rows == answer["rows"]
    assert {"disputed", "attested"} <= {row["verdict"] for row in rows}
    assert {"gained", "lost", "kept", "unclear"} >= {row["change"] for row in rows}


def test_several_sources_are_a_choice_and_a_column(site: FlaskClient, two: FlaskClient) -> None:
    assert 'name="source"' in two.get("/as-of", headers=HTML).text
    assert 'name="source"' not in site.get("/as-of", headers=HTML).text
    one = two.get("/as-of?source=second-2026&format=json").get_json()["rows"]
    assert {row["source"] for row in one} == {"https://w3id.org/cstokg/id/source/second-2026"}


@pytest.mark.parametrize(
    ("parameter", "told"),
    [
        ("day=yesterday", "day: 'yesterday' is no day"),
        ("of=organization:ctso", "organization:csto"),
        ("state=state:armenai", "state:armenia"),
        ("known-by=2024-13-01", "known-by"),
    ],
)
def test_a_bad_parameter_is_the_clients(site: FlaskClient, parameter: str, told: str) -> None:
    answer = site.get(f"/as-of?{parameter}", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert told in answer.text
    page = site.get(f"/as-of?{parameter}", headers=HTML)
    assert page.status_code == 400
    assert "Traceback" not in page.text


def test_a_thing_without_bonds_is_told_as_such(site: FlaskClient) -> None:
    page = site.get("/as-of?of=organization:nato", headers=HTML)
    assert page.status_code == 200
    assert "No bond with North Atlantic Treaty Organization is told" in page.text
