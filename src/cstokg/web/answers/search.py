"""The search: a page of results for people, the same as JSON, and suggestions while one types."""

import re
from functools import partial
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from cstokg.analysis.labels import read_labels
from cstokg.analysis.questions.answering import ask_in_words
from cstokg.analysis.questions.typed import Understood
from cstokg.analysis.search.index import Group, Hit, Match
from cstokg.analysis.search.words import content_words
from cstokg.analysis.site.state import find
from cstokg.namespaces import shorten
from cstokg.web.answers import ask
from cstokg.web.http import conditional, parameters
from cstokg.web.http.negotiation import HTML, choose
from cstokg.web.http.paging import read_number, read_part
from cstokg.web.pages import links
from cstokg.web.pages.bylines import byline_of
from cstokg.web.pages.rendering import JSON, render_json, render_page
from cstokg.web.site import current_site

bp = Blueprint("search", __name__)

SHOWN: Final = 20
SUGGESTED: Final = 8
QUESTIONS: Final = 3
"""How many stored questions are shown that may be meant."""

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


@bp.get("/opensearch.xml")
def description() -> Response:
    """Describe the search to a browser, so that it can be searched from its address bar."""
    page = render_template("opensearch.xml")
    media_type = "application/opensearchdescription+xml"
    return conditional.tagged(Response(page, content_type=f"{media_type}; charset=utf-8"))


def _near(asked: str) -> tuple[Understood, ...]:
    return ask.find_near(current_site(), asked)[:QUESTIONS] if asked else ()


def _question(found: Understood) -> dict[str, str]:
    labels = current_site().once(read_labels)
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
