"""A page of the site as one file that can be opened from a disk: for releases and archives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cstokg.namespaces import BASE
from cstokg.settings import PACKAGE
from cstokg.web.application import create_app

if TYPE_CHECKING:
    from cstokg.dataset.model import Dataset

_STATIC: Final = PACKAGE / "web" / "static"
_PUBLISHED: Final = BASE.rstrip("/")
_ROOT: Final = "/" + _PUBLISHED.partition("://")[2].partition("/")[2]
_LINK: Final = re.compile(rf'((?:href|src|action)=")(?={re.escape(_ROOT)}[/"])')
_STYLE: Final = re.compile(r'<link rel="stylesheet" href="[^"]*/static/([\w./-]+)">')


def standalone_page(dataset: Dataset, path: str) -> bytes:
    """Return the HTML of the page at `path` (`/ontology`), with its styles inside.

    Its links lead to the published addresses.
    """
    client = create_app(dataset, base_url=_PUBLISHED).test_client()
    response = client.get(path, headers={"Accept": "text/html"})
    if response.status_code != 200:
        raise LookupError(f"{path} answers {response.status}")
    styled = _STYLE.sub(_inline, response.text)
    host = _PUBLISHED.removesuffix(_ROOT)
    return _LINK.sub(rf"\g<1>{host}", styled).encode()


def _inline(link: re.Match[str]) -> str:
    return f"<style>\n{(_STATIC / link[1]).read_text('utf-8')}</style>"
