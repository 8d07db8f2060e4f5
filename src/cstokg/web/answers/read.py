"""A source sentence by sentence, without its words: `/read/<slug>`."""

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from cstokg.analysis.coverage import source_coverage, to_answer
from cstokg.errors import ParameterError
from cstokg.web.answers.rendering import respond
from cstokg.web.pages.browse import listing_of
from cstokg.web.pages.bylines import byline_of
from cstokg.web.pages.names import label
from cstokg.web.site import current_site

bp = Blueprint("read", __name__)


@bp.get("/read", defaults={"slug": ""})
@bp.get("/read/<slug>")
def page(slug: str) -> Response:
    """Show the sentences of a source as cells, and what rests on each; of several, a list."""
    site = current_site()
    try:
        found = source_coverage(site.service, slug)
    except ParameterError as error:
        raise NotFound(f"{error.message}. {error.hint}") from None
    for source in found:
        site.expect(iri for sentence in source.sentences for iri in sentence.resting)
    items = site.once(listing_of).items
    answer = to_answer(found, label)
    return respond(answer, "read.html", found=found, items=items, byline_of=byline_of)
