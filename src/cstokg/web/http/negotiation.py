"""Which representation a client gets (RFC 9110, section 12.5.1)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header

from cstokg.errors import UnknownFormatError
from cstokg.formats import Format, Kind, find_format, formats_for, formats_named
from cstokg.web.http import parameters
from cstokg.web.http.headers import MARKDOWN

HTML: Final = "text/html"
_PAGES: Final = ("html", HTML)
PROBLEM: Final = "application/problem+json"


@dataclass(frozen=True)
class Representation:
    """What to send: a format of the table, under one of its media types."""

    format: Format
    media_type: str

    @property
    def content_type(self) -> str:
        """The media type with the charset that a text type needs."""
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


class NoSuchRepresentation(NotAcceptable):
    """A 406 that knows what there is."""

    def __init__(self, available: Sequence[str]) -> None:
        super().__init__(f"This answer comes as {', '.join(available)}.")
        self.available = tuple(available)


def negotiate(kind: Kind, name: str = "") -> Representation:
    """Return the representation of a result of `kind` that the request asks for.

    The format `name`, where there is one, goes before Accept. Raises NoSuchRepresentation.
    """
    if name:
        return _find(kind, name, ())
    offers = _offers(kind)
    return offers[_choose(request.headers.get("Accept", ""), tuple(offers))]


def negotiate_or_page(kind: Kind, name: str = "") -> Representation | None:
    """Return the representation as `negotiate` does, or None for a page (the format `html`)."""
    return _negotiate_or_page(request.headers.get("Accept", ""), kind, name)


def _negotiate_or_page(accepted: str, kind: Kind, name: str) -> Representation | None:
    if name:
        return None if name in _PAGES else _find(kind, name, ("html",))
    offers = _offers(kind)
    return offers.get(_choose(accepted, (*offers, HTML)))


def negotiate_each(kinds: tuple[Kind, ...], name: str = "") -> Mapping[Kind, Representation | None]:
    """Return what `negotiate_or_page` returns for each kind for which it raises nothing.

    A format `name` that cannot carry a kind leaves it to Accept: clients have one name for all
    queries.
    """
    return _negotiated(request.headers.get("Accept", ""), kinds, name)


# As few clients name a type of their own, so few ask for a format of their own.
@lru_cache(maxsize=256)
def _negotiated(
    accepted: str, kinds: tuple[Kind, ...], name: str
) -> Mapping[Kind, Representation | None]:
    found: dict[Kind, Representation | None] = {}
    carried = {kind for row in formats_named(name) for kind in row.kinds}
    for kind in kinds:
        counts = kind in carried or not carried
        with suppress(NoSuchRepresentation):
            found[kind] = _negotiate_or_page(accepted, kind, name if counts else "")
    return found


def choose(offers: Mapping[str, str], name: str = "") -> str:
    """Return which of `offers`, names of formats and their media types, the request asks for.

    The format `name`, where there is one, goes before Accept. Raises NoSuchRepresentation.
    """
    if name:
        known = [row.name for row in formats_named(name)]
        known += [each for each, media_type in offers.items() if media_type == name]
        for each in (name, *known):
            if each in offers:
                return each
        raise NoSuchRepresentation(tuple(offers))
    chosen = _choose(request.headers.get("Accept", ""), tuple(offers.values()))
    return next(each for each, media_type in offers.items() if media_type == chosen)


def prefers_page() -> bool:
    """Return True if the client prefers a page to data, as browsers do."""
    asked = parameters.format_name(request.args)
    if asked:
        return asked in _PAGES
    offers = (PROBLEM, "application/json", "text/turtle", HTML)
    return best_match(request.headers.get("Accept", ""), offers) == HTML


def prefers_markdown() -> bool:
    """Return True if the client prefers Markdown to a page and to RDF."""
    offers = (HTML, *_offers("graph"), MARKDOWN)
    return best_match(request.headers.get("Accept", ""), offers) == MARKDOWN


# Few clients name a type of their own: most requests carry one of a handful of headers.
@lru_cache(maxsize=256)
def best_match(accepted: str, offers: tuple[str, ...]) -> str | None:
    """Return the offer that the header Accept wants most, the first among equals, or None."""
    accept = parse_accept_header(accepted, MIMEAccept)
    if not accept:
        return offers[0]
    # Parameters (charset, profile) do not distinguish our types, so they exclude none either.
    bare = MIMEAccept([(value.partition(";")[0].strip(), weight) for value, weight in accept])
    return bare.best_match(offers)


def _find(kind: Kind, name: str, others: Sequence[str]) -> Representation:
    try:
        row = find_format(name, kind)
    except UnknownFormatError as error:
        raise NoSuchRepresentation([*others, *error.known]) from None
    return Representation(row, row.media_type)


@cache
def _offers(kind: Kind) -> dict[str, Representation]:
    """Return the representations of `kind` by media type, the registered types first."""
    rows = formats_for(kind)
    offers = {row.media_type: Representation(row, row.media_type) for row in rows}
    for row in rows:
        for media_type in row.media_types[1:]:
            offers.setdefault(media_type, Representation(row, media_type))
    return offers


def _choose(accepted: str, media_types: tuple[str, ...]) -> str:
    chosen = best_match(accepted, media_types)
    if chosen is None:
        raise NoSuchRepresentation(media_types)
    return chosen
