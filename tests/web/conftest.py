"""One real server for all tests of the web application, and a plain HTTP client."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Talks to the server without a library that would mend or refuse what a test sends."""

    address: str

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def get(self, query: str, accept: str = "", **parameters: str) -> Answer:
        """Ask a query in the address of a GET."""
        path = f"/sparql?{urlencode({'query': query, **parameters})}"
        return self.send("GET", path, {"Accept": accept} if accept else {})

    def page(self, path: str) -> Answer:
        """Ask for a page as a browser does."""
        browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
        return self.send("GET", path, {"Accept": browser})


@pytest.fixture(scope="session")
def client(small_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    process = subprocess.Popen(
        [sys.executable, "-m", "cstokg", "--project", small_project, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CSTOKG_CACHE": str(tmp_path_factory.mktemp("cache"))},
    )
    assert process.stdout is not None
    address = re.search(r"http://\S+?(?=/ )", process.stdout.readline())
    if address is None:
        _, errors = process.communicate(timeout=10)
        pytest.fail(f"the server did not start: {errors}")
    yield Client(address.group())
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert errors == ""
