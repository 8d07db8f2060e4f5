"""A page of the site as one file that can be opened from a disk: for releases and archives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cstokg.namespaces import BASE
from cstokg.settings import PACKAGE

if TYPE_CHECKING:
    from flask import Flask

_STATIC: Final = PACKAGE / "web" / "static"
PUBLISHED: Final = BASE.rstrip("/")
"""The address that the application of such a page must be seen at."""

_ROOT: Final = "/" + PUBLISHED.partition("://")[2].partition("/")[2]
_LINK: Final = re.compile(rf'((?:href|src|action)=")(?={re.escape(_ROOT)}[/"])')
_STYLE: Final = re.compile(r'<link rel="stylesheet" href="[^"]*/static/([\w./-]+)">')


def standalone_page(app: Flask, path: str) -> bytes:
    """Return the HTML of the page of `app` at `path` (`/ontology`), with its styles inside.

    Its links lead to the published addresses. Raises LookupError where there is no such page.
    """
    response = app.test_client().get(path, headers={"Accept": "text/html"})
    if response.status_code != 200:
        raise LookupError(f"{path} answers {response.status}")
    styled = _STYLE.sub(_inline, response.text)
    host = PUBLISHED.removesuffix(_ROOT)
    return _LINK.sub(rf"\g<1>{host}", styled).encode()


def _inline(link: re.Match[str]) -> str:
    return f"<style>\n{(_STATIC / link[1]).read_text('utf-8')}</style>"
