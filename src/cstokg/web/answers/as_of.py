"""Who was bound to what as of a day: a page with its form, and the same as JSON and CSV."""

from collections import Counter
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, Response, url_for

from cstokg.analysis.bonds.accounts import bonds_query, read_accounts, read_sources
from cstokg.analysis.bonds.as_of import AsOf, as_of, to_answer
from cstokg.analysis.bonds.lanes import draw_lanes
from cstokg.analysis.bonds.verdicts import VERDICTS
from cstokg.namespaces import shorten
from cstokg.rdf.dates import day_in_words
from cstokg.web.answers.rendering import as_script, options, respond
from cstokg.web.http import parameters
from cstokg.web.http.static_files import allow_scripts
from cstokg.web.pages.names import label, reader
from cstokg.web.protocol.editor import is_built
from cstokg.web.site import Site, current_site

bp = Blueprint("as_of", __name__)

_SLIDER = "build/slider.js"
_PARAMETERS = ("day", "of", "state", "source", "known-by", "compare")


@bp.get("/as-of")
def page() -> Response:
    """Show the verdict on each bond as of a day, and why. Raises ParameterError."""
    parameters.refuse_others(_PARAMETERS)
    given = parameters.of_address()
    wanted = {name: given.get(name, "").strip() for name in _PARAMETERS}
    asked = {name.replace("-", "_"): value for name, value in wanted.items()}
    found = as_of(current_site(), **asked, labels=reader().labels)
    kept: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    if has_slider := bool(found.changes) and is_built(_SLIDER):
        allow_scripts()
    is_script = given.get("format") == "js"  # of the slider, which may load nothing else
    answer = respond(
        to_answer(found),
        "as_of.html",
        suffix="html" if is_script else "",
        found=found,
        wanted=wanted,
        lanes=draw_lanes(found, label),
        choices=lambda: map(options, current_site().once(_choices)),
        counts=partial(_counts, found),
        before=date.min,
        slider=url_for("static", filename=_SLIDER) if has_slider else "",
        address_on=lambda day: url_for(".page", **kept | {"day": day.isoformat()}),
        day_in_words=day_in_words,
        shorten=shorten,
    )
    return as_script(answer) if is_script else answer


def _choices(site: Site) -> tuple[set[str], set[str], set[str]]:
    """Return who is bound, to what, and by which documents."""
    sources = read_sources(site.service)
    accounts = read_accounts(site.service, bonds_query(), sources)
    return {each.party for each in accounts}, {each.of for each in accounts}, set(sources)


def _counts(found: AsOf, day: date) -> str:
    counts = Counter(row.on(day) for row in found.rows)
    return ", ".join(f"{counts[each]} {each}" for each in VERDICTS if counts[each])
