"""Who may write: clients with a bearer token (RFC 6750), where the server takes writes at all.

A token is read from the header alone. Pages of other sites cannot send it: what they are allowed
(CORS) does not include the header.
"""

from dataclasses import dataclass
from typing import Final, cast

from flask import Flask, current_app, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from cstokg.web.http.token_file import TokenFile

ONLY_FOR_READING: Final = "The dataset is only for reading: nothing can be written here."
_KEY: Final = "cstokg.writes"


@dataclass(frozen=True)
class Writes:
    """That a server takes writes: who may write, and how many bytes a request may have."""

    tokens: TokenFile
    max_upload: int


def install(app: Flask, writes: Writes | None) -> None:
    """Make `app` take writes, or none."""
    app.extensions[_KEY] = writes


def accepts_writes() -> bool:
    """Return True if the application takes writes from clients that may write."""
    return _writes() is not None


def may_write() -> bool:
    """Return True if the request comes with a valid token; then it may also be a long one."""
    writes, given = _writes(), request.authorization
    if writes is None or given is None or given.type != "bearer" or not given.token:
        return False
    if writes.tokens.holder(given.token) is None:
        return False
    request.max_content_length = writes.max_upload
    return True


def require_writer() -> None:
    """Raise Forbidden where nothing is written, Unauthorized for a request without a token."""
    if not accepts_writes():
        raise Forbidden(ONLY_FOR_READING)
    if may_write():
        return
    given = request.authorization
    # RFC 6750, section 3: an error is only named to a client that has sent a token.
    challenge = WWWAuthenticate("bearer", {"realm": "cstokg"})
    if given is None or given.type != "bearer":
        problem = "Writing needs a token, sent as 'Authorization: Bearer TOKEN'."
    else:
        challenge = WWWAuthenticate("bearer", {"realm": "cstokg", "error": "invalid_token"})
        problem = "The token is not one of this server's, or was revoked."
    raise Unauthorized(problem, www_authenticate=challenge)


def largest_body(app: Flask, authorization: bytes | None) -> int:
    """Return how many bytes the body of a request with that header may have, if its token holds."""
    writes = cast("Writes | None", app.extensions[_KEY])
    usual: int = app.config["MAX_CONTENT_LENGTH"]
    return usual if writes is None or authorization is None else max(usual, writes.max_upload)


def _writes() -> Writes | None:
    return cast("Writes | None", current_app.extensions[_KEY])
