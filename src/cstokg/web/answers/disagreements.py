"""Where accounts disagree, side by side: a page, and the same as JSON and CSV."""

from flask import Blueprint, Response

from cstokg.analysis.disagreements import find_disagreements, to_answer
from cstokg.web.answers.rendering import respond
from cstokg.web.site import current_site

bp = Blueprint("disagreements", __name__)


@bp.get("/disagreements")
def page() -> Response:
    """Show which accounts contradict, rival or are in tension with each other, and who says so."""
    found = current_site().once(find_disagreements)
    return respond(to_answer(found), "disagreements.html", found=found)
