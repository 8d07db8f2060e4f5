"""The tools for language models over streamable HTTP: each message is a POST, answered at once."""

from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import Forbidden

from cstokg.web.site import current_site

bp = Blueprint("mcp", __name__)

_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


@bp.post("/mcp")
def endpoint() -> Response:
    """Answer one message. Raises Forbidden for one that a page of another site sends."""
    # The SDK takes long to import, and many servers are never asked for it.
    from cstokg.mcp.server import answer_http

    # Of a name that was bound anew to this address Host and Origin are the same: only names that
    # cannot be bound anew are let in.
    # https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#security-warning
    origin = request.headers.get("Origin", "http://localhost")
    own = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    if urlsplit(origin).hostname not in (*_LOCAL, own):
        raise Forbidden(f"Pages of {origin[:80]!r} may not use the tools; those of --base-url may.")
    return Response(*answer_http(current_site(), dict(request.headers), request.get_data()))
