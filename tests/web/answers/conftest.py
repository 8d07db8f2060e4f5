"""A client of the application over two sources."""

import pytest
from flask.testing import FlaskClient

from cstokg import Dataset, create_app, load_questions


@pytest.fixture(scope="session")
def two(two_source_dataset: Dataset) -> FlaskClient:
    return create_app(two_source_dataset, load_questions()).test_client()


def show(site: FlaskClient, address: str, status: int = 200) -> str:
    """Return the page at an address, as a browser gets it."""
    answer = site.get(address, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.text
    return answer.text
