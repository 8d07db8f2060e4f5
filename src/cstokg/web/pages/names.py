"""What things are called on a page: in the reader's language, marked where that is not the page's.

In a template, `iri_link(iri)` is a link under the thing's name, `name_of(iri)` the name alone, and
`text(literal)` the text of a literal.
"""

from dataclasses import dataclass, field
from typing import Final, cast

from flask import Flask, Response, after_this_request, g, request
from markupsafe import Markup
from rdflib.term import Node

from cstokg.analysis.labels import LANGUAGES, Labels
from cstokg.rdf.dates import when_in_words
from cstokg.web.pages import links
from cstokg.web.pages.passages import passage_data
from cstokg.web.site import current_site

LANGUAGE_NAMES: Final = {
    "az": "Azerbaijani",
    "be": "Belarusian",
    "en": "English",
    "fa": "Persian",
    "hy": "Armenian",
    "ka": "Georgian",
    "kk": "Kazakh",
    "ky": "Kyrgyz",
    "ps": "Pashto",
    "ro": "Romanian",
    "ru": "Russian",
    "tg": "Tajik",
    "tk": "Turkmen",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "uz": "Uzbek",
    "zh": "Chinese",
}
"""What the languages of labels are called; of any other language its code is shown."""


@dataclass(frozen=True)
class Reader:
    """The language of one request's reader, and the labels of the version that answers it."""

    language: str
    labels: Labels
    links: dict[str, Markup] = field(default_factory=dict)
    """Links that were made already: a page has most of them many times."""


def reader() -> Reader:
    """Return for whom the present request is answered."""
    if "reader" not in g:
        language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
        g.reader = Reader(language, current_site().labels)
        after_this_request(_vary)
    return cast("Reader", g.reader)


def label(iri: str) -> str:
    """Return the name of `iri` as plain text."""
    return _find(iri)[0]


def name_of(iri: str) -> Markup:
    """Return the name of `iri` for a page."""
    return _in_language(*_find(iri))


def text(literal: Node | str) -> Markup:
    """Return the text of a literal for a page."""
    return _in_language(str(literal), getattr(literal, "language", None) or "")


def iri_link(iri: str, content: str = "") -> Markup:
    """Return a link to `iri` under its name, or under `content`; a term shows its definition.

    An IRI that cannot be followed is only named.
    """
    iri = str(iri)
    if content:
        return _link(iri, Markup.escape(content))
    made = reader().links
    if iri not in made:
        made[iri] = _link(iri, name_of(iri))
    return made[iri]


def definition(iri: str) -> str:
    """Return the definition of a term of the ontology, empty for all else."""
    return reader().labels.definition(str(iri))


def register(app: Flask) -> None:
    """Give the templates of `app` these functions."""
    functions = (
        *(definition, iri_link, label, name_of, text, when_in_words),
        *(links.address, links.data_address, links.query_address),
    )
    app.jinja_env.globals["language_names"] = LANGUAGE_NAMES
    app.jinja_env.globals.update({function.__name__: function for function in functions})


def _find(iri: str) -> tuple[str, str]:
    known = reader()
    return known.labels.find(str(iri), known.language)


def _link(iri: str, shown: Markup) -> Markup:
    where = links.address(iri)
    if not where:
        return Markup("<code>%s</code>") % shown
    if not links.is_ours(iri):
        return Markup('<a href="%s" rel="external">%s</a>') % (where, shown)
    meant = definition(iri)
    title = Markup(' title="%s"') % meant if meant else Markup()
    return Markup('<a href="%s"%s%s>%s</a>') % (where, title, passage_data(iri), shown)


def _vary(response: Response) -> Response:
    response.vary.add("Accept-Language")
    return response


def _in_language(shown: str, language: str) -> Markup:
    if language in ("", LANGUAGES[0]):
        return Markup.escape(shown)
    return Markup('<span lang="{}">{}</span>').format(language, shown)
