"""The query editor of the pages: its built scripts, what they need to know, and what they may do.

The scripts are made by `hatch_build.py`. Where they are missing, the pages have a plain form.
"""

from typing import Any, Final

from flask import Flask, Response, after_this_request, url_for

from cstokg.formats import Kind, formats_for
from cstokg.namespaces import BASE
from cstokg.settings import PACKAGE
from cstokg.web.site import current_site

NOTICES: Final = "build/THIRD-PARTY-NOTICES.txt"
"""The licences of all that is in the scripts, below the folder of static files."""

_SCRIPTS: Final = "build/editor.js"
_KINDS: Final[tuple[Kind, ...]] = ("select", "ask", "graph")

# The page of the editor alone runs a script, its own, which asks this server alone. CodeMirror
# writes rules of style, so that inline styles are allowed there; its icons are in its style sheet.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def is_built(script: str = _SCRIPTS) -> bool:
    """Return True if the scripts are there."""
    return (PACKAGE / "web" / "static").joinpath(script).is_file()


def register(app: Flask) -> None:
    """Give the templates of `app` the function `query_editor`, which puts the editor on a page."""
    built = is_built()
    app.jinja_env.globals["query_editor"] = _editor if built else lambda: None
    app.context_processor(lambda: {"notices": url_for("static", filename=NOTICES) if built else ""})


def _editor() -> dict[str, Any]:
    """Return what the script of a page needs: the server's addresses, the formats of answers."""
    after_this_request(_allow)
    return {
        "endpoint": url_for("sparql.endpoint"),
        "terms": url_for("completions.terms"),
        "base": BASE,
        "root": url_for("home.page"),
        "why": url_for("why.page"),
        "prefixes": current_site().prefixes,
        "formats": {kind: _formats(kind) for kind in _KINDS},
    }


def _formats(kind: Kind) -> list[dict[str, str]]:
    return [{"name": each.name, "title": each.title} for each in formats_for(kind)]


def _allow(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    return response
