"""Answers in fewer bytes, for clients that can read them (RFC 9110, section 12.5.3)."""

from functools import lru_cache

from flask import Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from cstokg.store.serialization import CODINGS, MIN_COMPRESSED, Spool, compress


def best_coding() -> str:
    """Return the coding that the request accepts most, of those that we have; empty for none."""
    return _best(request.environ.get("HTTP_ACCEPT_ENCODING", ""))


# Most requests carry one of a handful of headers.
@lru_cache(maxsize=256)
def _best(accepted: str) -> str:
    best = parse_accept_header(accepted, Accept).best_match([*CODINGS, "identity"])
    return best if best in CODINGS else ""


def compress_response(response: Response) -> Response:
    """Compress what `response` says, if the client accepts it and there is enough to say."""
    if response.status_code != 200 or "Content-Encoding" in response.headers:
        return response
    coding = best_coding()
    if not coding or isinstance(response.response, Spool):
        return response
    response.direct_passthrough = False  # of a static file
    content = response.get_data()
    if len(content) >= MIN_COMPRESSED:
        response.set_data(compress(content, coding))
        response.headers["Content-Encoding"] = coding
    return response
