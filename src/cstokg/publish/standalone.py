"""A page of the site as one file that can be opened from a disk: for releases and archives."""

import re
from typing import Final

from cstokg.namespaces import BASE
from cstokg.settings import PACKAGE

PUBLISHED: Final = BASE.rstrip("/")
"""The base address under which the page must be made."""

_STATIC: Final = PACKAGE / "web" / "static"
_ROOT: Final = "/" + PUBLISHED.partition("://")[2].partition("/")[2]
_LINK: Final = re.compile(rf'((?:href|src|action)=")(?={re.escape(_ROOT)}[/"])')
_STYLE: Final = re.compile(r'<link rel="stylesheet" href="[^"]*/static/([\w./-]+)(?:\?v=\w+)?">')


def standalone_page(html: str) -> bytes:
    """Return a page with its style sheets inside; its links lead to the published addresses."""
    host = PUBLISHED.removesuffix(_ROOT)
    return _LINK.sub(rf"\g<1>{host}", _STYLE.sub(_inline, html)).encode()


def _inline(link: re.Match[str]) -> str:
    return f"<style>\n{(_STATIC / link[1]).read_text('utf-8')}</style>"
