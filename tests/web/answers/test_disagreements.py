"""The page of disagreements, over two sources."""

from flask.testing import FlaskClient
from tests.web.answers.conftest import show

from cstokg import Dataset, create_app


def test_both_sides_stand_with_their_voices_and_sentences(two: FlaskClient) -> None:
    page = show(two, "/disagreements")
    section = next(part for part in page.split("<section>") if "crrf-strength" in part)
    for side in ("figure/crrf-strength", "figure/second-2026-crrf-strength"):
        assert f"/page/{side}" in section
    assert "between sources" in section
    assert section.count("/page/person/") == 2
    assert section.count("/page/passage/") >= 2


def test_a_dataset_without_any_says_so(small_dataset: Dataset) -> None:
    client = create_app(small_dataset).test_client()
    assert "No accounts disagree" in show(client, "/disagreements")
    assert client.get("/disagreements?format=json").get_json()["rows"] == []
