"""Who was bound to what as of a day: a page with its form, and the same as JSON and CSV."""

from collections import Counter
from datetime import date
from typing import Any, cast

from flask import Blueprint, Response, url_for

from cstokg.analysis.bonds.accounts import bonds_query, read_accounts, read_sources
from cstokg.analysis.bonds.as_of import AsOf, as_of, to_answer
from cstokg.analysis.bonds.lanes import draw_lanes
from cstokg.analysis.bonds.verdicts import VERDICTS
from cstokg.namespaces import shorten
from cstokg.rdf.dates import day_in_words
from cstokg.web.answers.rendering import options, respond
from cstokg.web.http import parameters
from cstokg.web.pages.names import label, reader
from cstokg.web.site import Site, current_site

bp = Blueprint("as_of", __name__)

_PARAMETERS = ("day", "of", "state", "source", "known-by", "compare")


@bp.get("/as-of")
def page() -> Response:
    """Show the verdict on each bond as of a day, and why. Raises ParameterError."""
    given = parameters.of_address()
    wanted = {name: given.get(name, "").strip() for name in _PARAMETERS}
    found = as_of(
        current_site(),
        wanted["day"],
        of=wanted["of"],
        state=wanted["state"],
        source=wanted["source"],
        known_by=wanted["known-by"],
        compare=wanted["compare"],
        labels=reader().labels,
    )

    def on(day: date) -> str:
        """Return the address of the same question for another day."""
        kept = {name: value for name, value in wanted.items() if value}
        kept["day"] = day.isoformat()
        return url_for(".page", **cast("dict[str, Any]", kept))

    return respond(
        to_answer(found),
        "as_of.html",
        found=found,
        wanted=wanted,
        lanes=draw_lanes(found, label),
        choices=lambda: map(options, current_site().once(_choices)),
        changes=[(day, on(day), _counts(found, day)) for day in found.changes],
        address_on=on,
        day_in_words=day_in_words,
        shorten=shorten,
    )


def _choices(site: Site) -> tuple[set[str], set[str], set[str]]:
    """Return who is bound, to what, and by which documents."""
    sources = read_sources(site.service)
    accounts = read_accounts(site.service, bonds_query(), sources)
    return {each.party for each in accounts}, {each.of for each in accounts}, set(sources)


def _counts(found: AsOf, day: date) -> str:
    counts = Counter(row.on(day) for row in found.rows)
    return ", ".join(f"{counts[each]} {each}" for each in VERDICTS if counts[each])
