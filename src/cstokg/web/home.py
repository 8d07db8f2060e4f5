"""The first page: what this is, and where to ask it."""

from __future__ import annotations

from flask import Blueprint, render_template

from cstokg.web.site import current_site

bp = Blueprint("home", __name__)


@bp.get("/")
def page() -> str:
    """Show what the dataset is, the endpoint's address, its counts and example questions."""
    site = current_site()
    return render_template("home.html", summary=site.summary, questions=site.questions)
