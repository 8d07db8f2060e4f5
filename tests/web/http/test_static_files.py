import re

import pytest
from flask.testing import FlaskClient

from cstokg import Dataset
from cstokg.web.application import create_app


@pytest.fixture(scope="module")
def site(small_dataset: Dataset) -> FlaskClient:
    return create_app(small_dataset).test_client()


def test_files_of_a_page_are_kept_for_good(site: FlaskClient) -> None:
    page = site.get("/sparql", headers={"Accept": "text/html"}).text
    files = re.findall(r'"(/static/[^"]+\.(?:css|js)[^"]*)"', page)
    assert len(files) > 0
    for each in files:
        assert re.search(r"\?v=[0-9a-f]{12}$", each)
        with site.get(each) as answer:
            assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/static/style.css", "/static/style.css?v=0", "/static/no.css?v="]
)
def test_a_file_of_another_version_is_not(site: FlaskClient, path: str) -> None:
    with site.get(path) as answer:
        assert "immutable" not in answer.headers.get("Cache-Control", "")
