"""Conditional requests: a 304 where the client's copy still holds (RFC 9110, section 13)."""

import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Final

from flask import Response, request

from cstokg.web.site import current_site

# SPARQL 1.1 Query 17.4: functions whose value changes from one call to the next; and what other
# servers answer, which changes when they do.
_CHANGING: Final = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\s*\(|service|\\u", re.IGNORECASE)
_WORDS: Final = ("now", "rand", "uuid", "bnode", "service", "\\u")


def answer(make: Callable[[], bytes | str], content_type: str, variant: str = "") -> Response:
    """Return what `make` returns, with its tag; where the client has it, a 304, and it is not made.

    `variant` is what else the answer depends on, such as the reader's language.
    """
    known = unchanged([content_type], variant)
    return known or tagged(Response(make(), content_type=content_type), variant)


def unchanged(content_types: Iterable[str], variant: str = "") -> Response | None:
    """Return a 304 if the client has this answer in one of `content_types`, else None.

    The dataset is not asked: a client has a tag only from an answer to the same address.
    """
    for content_type in content_types:
        tag = _tag(content_type, variant)
        # The tag "*" stands for any answer, and it is not known yet if there is one.
        if not request.if_none_match.star_tag and request.if_none_match.contains_weak(tag):
            return _with_tag(Response(status=304), tag)
    return None


def tagged(response: Response, variant: str = "") -> Response:
    """Return `response` with its tag, or a 304 if the client has it already."""
    response = _with_tag(response, _tag(response.content_type or "", variant))
    if request.if_none_match:
        response.make_conditional(request)
    return response


def changes(query: str) -> bool:
    """Return True if the answer to `query` may be another one each time it is asked."""
    folded = query.casefold()
    # Most queries have none of the words, which is found out sooner than where one would count.
    return any(word in folded for word in _WORDS) and _CHANGING.search(query) is not None


def _tag(content_type: str, variant: str) -> str:
    # Putting the whole address together takes long; its parts identify it as well.
    parts = (
        current_site().state,
        content_type,
        variant,
        (request.scheme, request.host, request.root_path, request.path),
        request.query_string,
    )
    return sha256(repr(parts).encode()).hexdigest()[:32]


def _with_tag(response: Response, tag: str) -> Response:
    # Weak: the same rows may come in another order or under another compression.
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response
