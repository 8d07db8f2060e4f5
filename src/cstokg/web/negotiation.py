"""Which representation a client gets (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable

from cstokg.errors import UnknownFormatError
from cstokg.formats import Format, Kind, find_format, formats_for

if TYPE_CHECKING:
    from collections.abc import Sequence

HTML: Final = "text/html"
PROBLEM: Final = "application/problem+json"


@dataclass(frozen=True)
class Representation:
    """What to send: a format of the table, or the page where `format` is None."""

    media_type: str
    format: Format | None

    @property
    def content_type(self) -> str:
        """The media type with the charset that a text type needs."""
        return f"{self.media_type}; charset=utf-8" if _is_text(self.media_type) else self.media_type


class NoSuchRepresentation(NotAcceptable):
    """A 406 that knows what there is."""

    def __init__(self, available: Sequence[str]) -> None:
        super().__init__(f"This answer comes as {', '.join(available)}.")
        self.available = tuple(available)


def negotiate(kind: Kind) -> Representation:
    """Return the representation of a result of `kind` that the request asks for.

    `?format=` goes before Accept. Raises NoSuchRepresentation.
    """
    rows = formats_for(kind)
    asked = request.values.get("format", "")
    if asked == "html":
        return Representation(HTML, None)
    if asked:
        try:
            row = find_format(asked, kind)
        except UnknownFormatError:
            raise NoSuchRepresentation(["html", *(row.name for row in rows)]) from None
        return Representation(row.media_type, row)
    # Registered types first: among equals the client gets the first that is offered.
    offers = {row.media_type: row for row in rows}
    for row in rows:
        for media_type in row.media_types[1:]:
            offers.setdefault(media_type, row)
    chosen = best_match(request.accept_mimetypes, [*offers, HTML])
    if chosen is None:
        raise NoSuchRepresentation([HTML, *(row.media_type for row in rows)])
    return Representation(chosen, offers.get(chosen))


def prefers_page() -> bool:
    """Whether the client would rather have a page to read than data, as browsers do."""
    asked = request.args.get("format")
    if asked:
        return asked == "html"
    accept = request.accept_mimetypes
    return best_match(accept, [PROBLEM, "application/json", "text/turtle", HTML]) == HTML


def best_match(accept: MIMEAccept, offers: Sequence[str]) -> str | None:
    """Return the offer that `accept` wants most, the first among equals; None if it wants none."""
    if not accept:
        return offers[0]
    # Parameters (charset, profile) do not tell our types apart, so they shut none out either.
    bare = MIMEAccept([(value.partition(";")[0].strip(), weight) for value, weight in accept])
    return bare.best_match(offers)


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/")
