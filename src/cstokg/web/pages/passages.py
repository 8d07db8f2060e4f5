"""What the script of passages needs, which shows their words from the reader's own copy.

A reader opens a copy of the source at `/read/<slug>`. The script keeps it in the browser, and asks
for nothing: the policy of pages with passages lets it run, and connect to nowhere.
"""

from typing import Final

from flask import Flask, g, url_for
from markupsafe import Markup

from cstokg.analysis.lookup import Lookup
from cstokg.namespaces import RESOURCE
from cstokg.quality.passages import Passage, passages
from cstokg.web.http.static_files import allow_scripts
from cstokg.web.protocol.editor import is_built
from cstokg.web.site import Site, current_site

SCRIPT: Final = "build/passages.js"
"""The script, below the folder of static files."""


def register(app: Flask) -> None:
    """Give the templates of `app` the functions `passage_data` and `passage_script`."""
    app.jinja_env.globals.update(passage_data=passage_data, passage_script=_script)


def passage_data(iri: str) -> Markup:
    """Return the attributes of an element behind which the words of a passage are shown.

    Every link to one has them (`names.iri_link`). Empty where `iri` is none or there is no script.
    """
    is_one = iri.startswith(f"{RESOURCE}passage/") and is_built(SCRIPT)
    passage = current_site().once(_by_iri).get(iri) if is_one else None
    if passage is None:
        return Markup()
    if "has_passages" not in g:
        g.has_passages = True
        allow_scripts()
    place = (passage.document.rpartition("/")[2], passage.start, passage.end, passage.sha256)
    return Markup(' data-source="%s" data-start="%d" data-end="%d" data-sha256="%s"') % place


def _by_iri(site: Site) -> Lookup[Passage]:
    return Lookup(lambda iris: {each.iri: each for each in passages(site.service, iris)}, site.near)


def _script() -> str:
    """Return the address of the script, empty on a page that has no passage before this place."""
    return url_for("static", filename=SCRIPT) if "has_passages" in g else ""
