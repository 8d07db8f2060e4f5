"""The first page: what this is, what one can ask, and where to look around."""

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, render_template

from cstokg.analysis.statistics import count_terms
from cstokg.analysis.summary import Summary, summarize
from cstokg.namespaces import CKG
from cstokg.quality.competency_questions import Question
from cstokg.web.site import Site, current_site

bp = Blueprint("home", __name__)

_ASKED_FIRST: Final = (
    "initial-signatories",
    "members-as-of-a-day",
    "pashinyans-statements",
    "who-contradicts-whom",
    "alleged-and-revealed",
    "members-that-kept-their-distance",
    "who-said-soft-alliance",
    "strength-of-the-crrf",
    "timeline-2022-to-2024",
    "consequences-of-joining",
)
"""The questions on the page, by their short names; all are at `/ask`."""

_CLASSES: Final = (
    ("State", "States", "their treaties, memberships and statements"),
    ("Organization", "Organizations", "who is in them, and since when"),
    ("Person", "Persons", "what they said, and in which office"),
    ("Event", "Events", "what happened, is planned or alleged"),
    ("Statement", "Statements", "who said it, when, and how"),
    ("Claim", "Claims", "and what contradicts or supports them"),
)
"""Classes to begin from: what they are called on the page, and what one finds there."""


@bp.get("/")
def page() -> str:
    """Show what the dataset is, its counts, questions to ask and classes to browse."""
    site = current_site()
    # The derived types count: a prediction is a claim.
    counts = {iri.removeprefix(CKG): count for iri, count in site.once(count_terms).classes.items()}
    return render_template(
        "home.html",
        summary=site.once(summary_of),
        questions=_chosen(site.questions),
        classes=[row for row in _CLASSES if row[0] in counts],
        counts=counts,
    )


def summary_of(site: Site) -> Summary:
    """Return the counts of the dataset of `site`; ask for them by `site.once`."""
    return summarize(site.service)


def _chosen(questions: Sequence[Question]) -> list[Question]:
    by_name = {each.slug: each for each in questions}
    chosen = [by_name[name] for name in _ASKED_FIRST if name in by_name]
    return chosen or list(questions[: len(_ASKED_FIRST)])
