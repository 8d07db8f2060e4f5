"""The page of disagreements, over two sources."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from cstokg.web.application import create_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from cstokg import Dataset


@pytest.fixture(scope="module")
def two(two_source_dataset: Dataset) -> FlaskClient:
    return create_app(two_source_dataset).test_client()


def test_both_sides_stand_with_their_voices_and_sentences(two: FlaskClient) -> None:
    page = two.get("/disagreements", headers={"Accept": "text/html"})
    assert page.status_code == 200
    section = next(part for part in page.text.split("<section>") if "crrf-strength" in part)
    for side in ("figure/crrf-strength", "figure/second-2026-crrf-strength"):
        assert f"/page/{side}" in section
    assert "between sources" in section
    assert section.count("/page/person/") == 2
    assert section.count("/page/passage/") >= 2


def test_json_and_csv_have_the_same_rows(two: FlaskClient) -> None:
    table = two.get("/disagreements?format=json").get_json()["rows"]
    text = two.get("/disagreements?format=csv").text
    assert list(csv.DictReader(StringIO(text))) == table


def test_a_dataset_without_any_says_so(small_dataset: Dataset) -> None:
    client = create_app(small_dataset).test_client()
    page = client.get("/disagreements", headers={"Accept": "text/html"})
    assert "No accounts disagree" in page.text
    assert client.get("/disagreements?format=json").get_json()["rows"] == []
