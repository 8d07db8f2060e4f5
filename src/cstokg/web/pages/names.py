"""What things are called on a page: in the reader's language, marked where that is not the page's.

A page learns the names of what it shows from its own queries; those of the ontology's terms are
known. In a template, `iri_link(iri)` is a link under the thing's name, `name_of(iri)` the name
alone, and `text(literal)` the text of a literal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import g, request
from markupsafe import Markup
from rdflib import Literal

from cstokg.namespaces import VOCABULARIES, shorten
from cstokg.web.pages import links
from cstokg.web.site import current_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Flask, Response
    from rdflib.term import Node

LANGUAGES: Final = ("en", "ru")
"""The languages that labels come in; the first is that of the pages themselves."""

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

# Names of such terms are words; a prefixed name of all else says more.
_SPOKEN: Final = frozenset(VOCABULARIES) - {"ckg", "graph", "wd", "xsd"}


class Names:
    """The labels that one answer needs, for a reader of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.links: dict[str, Markup] = {}
        """Links that were made already: a page has most of them many times."""
        self._learned: dict[str, dict[str, str]] = {}

    def learn(self, iri: Node | str | None, label: Node | None) -> None:
        """Note that `label`, a literal, is a name of `iri`; what is no literal is passed over."""
        if iri is not None and isinstance(label, Literal):
            self._learned.setdefault(str(iri), {})[label.language or ""] = str(label)
            self.links.pop(str(iri), None)

    def labels(self, iri: str) -> Mapping[str, str]:
        """Return the labels of `iri` by language, as far as they are known."""
        if iri in self._learned:
            return self._learned[iri]
        term = current_site().vocabulary.get(iri)
        return {} if term is None else term.labels

    def find(self, iri: str) -> tuple[str, str]:
        """Return the name of `iri` and its language: a prefixed name where no label is known."""
        labels = self.labels(iri)
        for language in (self.language, *LANGUAGES, ""):
            if language in labels:
                return labels[language], language
        return next(((text, language) for language, text in labels.items()), (_spoken(iri), ""))


def names() -> Names:
    """Return the names that the answer to the present request knows."""
    if "names" not in g:
        g.names = Names(request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0])
    known: Names = g.names
    return known


def learn(rows: Iterable[tuple[Node | str | None, Node | None]]) -> None:
    """Note the names in `rows` of IRI and label."""
    known = names()
    for iri, label in rows:
        known.learn(iri, label)


def label(iri: str) -> str:
    """Return the name of `iri` as plain text."""
    return names().find(str(iri))[0]


def name_of(iri: str) -> Markup:
    """Return the name of `iri` for a page."""
    return _in_language(*names().find(str(iri)))


def text(literal: Node | str) -> Markup:
    """Return the text of a literal for a page."""
    return _in_language(str(literal), getattr(literal, "language", None) or "")


def iri_link(iri: str, content: str = "") -> Markup:
    """Return a link to `iri` under its name, or under `content`; a term shows its definition.

    An IRI that cannot be followed is only named.
    """
    iri = str(iri)
    made = names().links
    if content:
        return _link(iri, Markup.escape(content))
    if iri not in made:
        made[iri] = _link(iri, name_of(iri))
    return made[iri]


def definition(iri: str) -> str:
    """Return the definition of a term of the ontology, empty for all else."""
    term = current_site().vocabulary.get(str(iri))
    return "" if term is None else term.definition


def _link(iri: str, shown: Markup) -> Markup:
    where = links.address(iri)
    if not where:
        return Markup("<code>%s</code>") % shown
    if not links.is_ours(iri):
        return Markup('<a href="%s" rel="external">%s</a>') % (where, shown)
    meant = definition(iri)
    title = Markup(' title="%s"') % meant if meant else Markup()
    return Markup('<a href="%s"%s>%s</a>') % (where, title, shown)


def register(app: Flask) -> None:
    """Give the templates of `app` these functions."""
    functions = (
        definition,
        iri_link,
        label,
        name_of,
        text,
        links.address,
        links.data_address,
        links.query_address,
    )
    app.jinja_env.globals["language_names"] = LANGUAGE_NAMES
    app.jinja_env.globals.update({function.__name__: function for function in functions})
    app.after_request(_vary)


def _spoken(iri: str) -> str:
    """Return a name for what has no label: of a foreign term `inScheme` the words "in scheme"."""
    short = shorten(iri)
    prefix, _, local = short.partition(":")
    if short == iri or prefix not in _SPOKEN:
        return short
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower()


def _vary(response: Response) -> Response:
    if "names" in g:
        response.vary.add("Accept-Language")
    return response


def _in_language(shown: str, language: str) -> Markup:
    if language in ("", LANGUAGES[0]):
        return Markup.escape(shown)
    return Markup('<span lang="{}">{}</span>').format(language, shown)
