"""The parameters of a request, read without guessing.

Flask replaces what is not UTF-8 by a mark; a query or the IRI of a graph that was changed so would
be answered all the same. Here it is the client's mistake.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final, cast
from urllib.parse import parse_qsl

from flask import request
from flask.globals import app_ctx
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from cstokg.web.http.tables import MARK

MAX_PARAMETERS: Final = 1000
"""How many parameters a request may have; a dataset of many graphs names each."""

FORMAT_PARAMETERS: Final = ("format", "output", "results")
"""What names a format, here and at other endpoints."""

_OF_ALL: Final = (MARK, *FORMAT_PARAMETERS)
_TRACKING: Final = re.compile(r"utm_\w+|\w*clid")
"""What newsletters and social networks put behind an address."""

LONGEST_SEARCH: Final = 500
"""How many characters a search may have."""

Parameters = MultiDict[str, str]


def of_address() -> Parameters:
    """Return the parameters in the request's address, which is read once. Raises BadRequest.

    What others put behind addresses that are passed on is left out.
    """
    noted = app_ctx.g  # itself: the proxy takes its time each time
    address = noted.get("address")
    if address is None:
        address = noted.address = _parse(request.query_string, "address")
        for name in list(filter(_TRACKING.fullmatch, address)):
            del address[name]
    return cast("Parameters", address)


def format_name(values: Mapping[str, str] | None = None) -> str:
    """Return the name of the format that `values`, or else the address, ask for; empty for none.

    Of more than one name, as SPARQLWrapper and Fuseki have them, the first counts.
    """
    values = of_address() if values is None else values
    # A MultiDict makes an error of each name that it is asked for in vain.
    named = (values[each] for each in FORMAT_PARAMETERS if each in values)
    return next(filter(None, named), "")


def search_text(values: Mapping[str, str]) -> str:
    """Return the words of `q`, single blanks between them. Raises BadRequest if it is too long."""
    asked = " ".join(values.get("q", "").split())
    if len(asked) > LONGEST_SEARCH:
        raise BadRequest(
            f"A search may have {LONGEST_SEARCH} characters; this one has {len(asked)}."
        )
    return asked


def refuse_others(known: Collection[str]) -> None:
    """Raise BadRequest for a parameter in the address that is neither `known` nor of all answers.

    An answer to less than was asked would be one to another question.
    """
    for name in of_address():
        if name not in known and name not in _OF_ALL:
            raise BadRequest(
                f"There is no parameter {name[:80]!r} here; there are: {', '.join(known)}."
            )


def of_form() -> Parameters:
    """Return the parameters of a URL-encoded form in the request's body. Raises BadRequest."""
    return _parse(request.get_data(), "form")


def _parse(encoded: bytes, place: str) -> Parameters:
    if not encoded:
        return MultiDict()
    try:
        pairs = parse_qsl(
            encoded.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except UnicodeDecodeError:
        raise BadRequest(f"The parameters in the {place} are not UTF-8.") from None
    except ValueError:
        raise BadRequest(
            f"There are more than {MAX_PARAMETERS} parameters in the {place}."
        ) from None
    return MultiDict(pairs)
