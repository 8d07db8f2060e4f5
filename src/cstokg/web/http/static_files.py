"""Static files are kept by clients for good: their addresses change with their content.

A page may run those that are scripts if it says so, and no script may connect to anywhere.
"""

import hashlib
from functools import cache
from typing import Any, Final

from flask import Flask, Response, after_this_request, request

from cstokg.settings import PACKAGE
from cstokg.web.http.headers import POLICY

_FOLDER: Final = PACKAGE / "web" / "static"
_VERSION: Final = "v"

KEPT: Final = "public, max-age=31536000, immutable"
"""How long an answer is good whose address names its version (RFC 8246)."""


def register(app: Flask) -> None:
    """Name the version of a static file in its address, and say how long it is good."""
    app.url_defaults(_add_version)
    app.after_request(_keep)


def allow_scripts() -> None:
    """Let the page that is being made run the scripts of this server."""
    after_this_request(_allow)


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and (version := _version(values["filename"])):
        values.setdefault(_VERSION, version)


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        asked = request.args.get(_VERSION)
        if asked and asked == _version((request.view_args or {})["filename"]):
            response.headers["Cache-Control"] = KEPT
    return response


def _allow(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", f"script-src 'self'; {POLICY}")
    return response


@cache
def _version(name: str) -> str:
    """Return the version of a file, empty where there is none."""
    file = _FOLDER / name
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""
