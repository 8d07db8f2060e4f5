"""The addresses that a server gives, under its own name and under another."""

import pytest

from cstokg import Dataset
from cstokg.errors import BaseUrlError
from cstokg.web.application import create_app
from cstokg.web.http.proxy import BaseUrl, parse_base_url

SEEN = "https://example.org:8443/linked/data"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://example.org", BaseUrl("http", "example.org", "")),
        ("https://example.org/", BaseUrl("https", "example.org", "")),
        (f"{SEEN}/", BaseUrl("https", "example.org:8443", "/linked/data")),
        ("http://[::1]:80/a", BaseUrl("http", "[::1]:80", "/a")),
        ("http://example.org/%D1%8F", BaseUrl("http", "example.org", "/я")),
    ],
)
def test_a_base_address_is_read(text: str, expected: BaseUrl) -> None:
    assert parse_base_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "example.org",
        "ftp://example.org",
        "https://",
        "https:///path",
        "https://user:secret@example.org",
        "https://exa mple.org",
        "https://example.org/a b",
        "https://example.org//a",
        "https://example.org/a/../b",
        "https://example.org/?q",
        "https://example.org/#f",
        "http://[::1",
    ],
)
def test_what_cannot_be_a_base_address_is_refused(text: str) -> None:
    with pytest.raises(BaseUrlError):
        parse_base_url(text)


@pytest.mark.parametrize("prefix", ["", "/linked/data"])
def test_a_server_behind_a_proxy_stays_at_its_address(small_dataset: Dataset, prefix: str) -> None:
    client = create_app(small_dataset, base_url=SEEN).test_client()
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Accept": "text/html"}
    answer = client.get(f"{prefix}/id/state/alda", headers=headers)
    assert answer.headers["Location"] == "/linked/data/page/state/alda"
    page = client.get(f"{prefix}/page/state/alda", headers=headers)
    assert f'<{SEEN}/page/state/alda>; rel="canonical"' in page.headers["Link"]
    assert "evil.example" not in page.text
    assert 'href="/linked/data/static/style.css?v=' in page.text
    with client.get(f"{prefix}/static/style.css", headers=headers) as style:
        assert style.status_code == 200


def test_the_whole_prefix_counts(small_dataset: Dataset) -> None:
    client = create_app(small_dataset, base_url="https://example.org/page").test_client()
    assert client.get("/page/page/state/alda").status_code == 200
    assert client.get("/pages").status_code == 404
    assert client.get("/page").status_code == client.get("/").status_code == 200


def test_a_sub_path_that_the_server_tells_is_kept(small_dataset: Dataset) -> None:
    client = create_app(small_dataset).test_client()
    answer = client.get("/id/state/alda", environ_overrides={"SCRIPT_NAME": "/graph"})
    assert answer.headers["Location"] == "/graph/data/state/alda.ttl"


def test_forwarded_headers_are_not_believed(small_dataset: Dataset) -> None:
    client = create_app(small_dataset).test_client()
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example",
    }
    page = client.get("/page/state/alda", headers=headers)
    assert "evil" not in page.text + str(page.headers)
