"""The search: a page of results for people, the same as JSON, and suggestions while one types.

Those of our pages are found by a script among all names, which are a script as well: the policy of
the pages lets none send what is typed.
"""

import re
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from typing import Any, Final

from flask import Blueprint, Flask, Response, json, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from cstokg import __version__
from cstokg.analysis.labels import Name
from cstokg.analysis.questions.answering import ask_in_words
from cstokg.analysis.questions.typed import Understood
from cstokg.analysis.search.index import Group, Hit, Match
from cstokg.analysis.search.words import content_words
from cstokg.analysis.site.state import find, search_index
from cstokg.namespaces import shorten
from cstokg.web.answers import ask
from cstokg.web.http import conditional, parameters
from cstokg.web.http.negotiation import HTML, choose
from cstokg.web.http.paging import read_number, read_part
from cstokg.web.http.static_files import KEPT, allow_scripts
from cstokg.web.pages import links
from cstokg.web.pages.bylines import byline_of
from cstokg.web.pages.rendering import JSON, render_json, render_page
from cstokg.web.protocol.editor import is_built
from cstokg.web.site import current_site

bp = Blueprint("search", __name__)

SHOWN: Final = 20
SUGGESTED: Final = 8
QUESTIONS: Final = 3
"""How many stored questions are shown that may be meant."""

SCRIPT: Final = "build/search.js"
"""The script of suggestions, below the folder of static files."""

MOST: Final = 100_000
"""Up to how many triples names are suggested: of these, about 5,000 nodes have one."""

_PARTS: Final = re.compile(r"(\W+)")

_OFFERS: Final = {"json": JSON, "html": HTML}

# https://github.com/dewitt/opensearch/blob/master/mediawiki/Specifications/OpenSearch/Extensions/Suggestions/1.1/Draft%201.wiki
_SUGGESTIONS: Final = "application/x-suggestions+json"

HOW: Final = {
    Match.IRI: "by its IRI",
    Match.LABEL: "by its name",
    Match.ALIAS: "by another name",
    Match.LABEL_PREFIX: "by the beginning of a word of its name",
    Match.ALIAS_PREFIX: "by the beginning of a word of another name",
    Match.SIMILAR: "by a similar name",
    Match.DESCRIPTION: "by its description",
    Match.WORDS: "by some of the words",
}


@bp.get("/search")
def results() -> AnyResponse:
    """Show what has a name or a description like `q`; a whole IRI leads to its page."""
    values = parameters.of_address()
    chosen = choose(_OFFERS, parameters.format_name())
    asked = parameters.search_text(values)
    hits = find(current_site(), asked)
    if chosen == "html" and hits and hits[0].match is Match.IRI:
        return redirect(links.address(hits[0].entry.iri), 303)
    part = read_part(values, len(hits), size=SHOWN)
    current_site().expect(hit.entry.iri for hit in hits[part.slice])
    if chosen == "json":
        return render_json(
            {
                "query": asked,
                "total": len(hits),
                "page": part.number,
                "pages": part.count,
                "questions": [_question(each) for each in _near(asked)],
                "results": [_describe(hit) for hit in hits[part.slice]],
            }
        )
    groups: dict[Group, list[Hit]] = {}
    for hit in hits[part.slice]:
        groups.setdefault(hit.group, []).append(hit)
    return render_page(
        "search.html",
        asked=asked,
        questions=[_question(each) for each in _near(asked)] if part.number == 1 else [],
        groups=groups,
        part=part,
        how=HOW,
        Match=Match,
        mark=partial(_mark, frozenset(content_words(asked))),
        byline_of=byline_of,
    )


@bp.get("/search/suggest")
def suggestions() -> Response:
    """Suggest names for what has been typed so far: names, descriptions, addresses of pages."""
    values = parameters.of_address()
    asked = parameters.search_text(values)
    hits = find(current_site(), asked)[: read_number(values, "size", SUGGESTED, SHOWN)]
    labels = [hit.entry.label for hit in hits]
    descriptions = [hit.entry.description for hit in hits]
    pages = [links.whole_address(hit.entry.iri) for hit in hits]
    return render_json([asked, labels, descriptions, pages], _SUGGESTIONS)


@bp.get("/search/names.js")
def names() -> Response:
    """Send the addresses, kinds and names of all questions and things, for the search box."""
    response = conditional.answer(
        lambda: f"export default {json.dumps([*_entries()], ensure_ascii=False)}",
        "text/javascript; charset=utf-8",
    )
    if request.args.get("v") == _version():
        response.headers["Cache-Control"] = KEPT
    return response


def register(app: Flask) -> None:
    """Give the templates of `app` the function `names_script`."""
    app.jinja_env.globals["names_script"] = _names_script


@bp.get("/opensearch.xml")
def description() -> Response:
    """Describe the search to a browser, so that it can be searched from its address bar."""
    page = render_template("opensearch.xml")
    media_type = "application/opensearchdescription+xml"
    return conditional.tagged(Response(page, content_type=f"{media_type}; charset=utf-8"))


def _names_script() -> str:
    """Return where a page has all names from, empty if there is no script or there are too many."""
    if not is_built(SCRIPT) or sum(current_site().graphs.values()) > MOST:
        return ""
    allow_scripts()
    return url_for("search.names", v=_version())


def _version() -> str:
    return sha256(f"{__version__} {current_site().state}".encode()).hexdigest()[:12]


def _entries() -> Iterator[list[Any]]:
    """Iterate over the address, the kind and the names of each, what is likely meant first."""
    site = current_site()
    for question in site.questions:
        yield [url_for("ask.answer", name=question.slug), "question", [question.question]]
    for entry in site.once(search_index).by_worth():
        kind = site.label(entry.classes[0]) if entry.classes else ""
        yield [links.address(entry.iri), kind, *map(_written, entry.names)]


def _written(name: Name) -> list[str]:
    """Return a name, and where it has other letters than ASCII, those that it is compared in."""
    return [name.text] if name.text.isascii() else [name.text, " ".join(name.words)]


def _near(asked: str) -> tuple[Understood, ...]:
    return ask.find_near(current_site(), asked)[:QUESTIONS] if asked else ()


def _question(found: Understood) -> dict[str, str]:
    labels = current_site().labels
    return {
        "name": found.question.slug,
        "question": ask_in_words(found.question, found.values, labels),
        "page": ask.address_of(found),
    }


def _mark(stems: frozenset[str], text: str) -> Markup:
    """Return `text` with the words marked that have one of `stems`."""
    parts = [
        Markup("<mark>%s</mark>") % part if stems & set(content_words(part)) else escape(part)
        for part in _PARTS.split(text)
    ]
    return Markup().join(parts)


def _describe(hit: Hit) -> dict[str, Any]:
    entry = hit.entry
    return {
        "iri": entry.iri,
        "name": shorten(entry.iri),
        "label": entry.label,
        "labels": [
            {"text": name.text, "language": name.language, "alias": name.is_alias}
            for name in entry.names
        ],
        "classes": [shorten(iri) for iri in entry.classes],
        "description": entry.description,
        "group": hit.group.name.lower(),
        "byline": byline_of(entry.iri),
        "match": hit.match.name.lower().replace("_", "-"),
        "matched": hit.name.text,
        "page": links.whole_address(entry.iri),
    }
