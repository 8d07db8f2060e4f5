"""Queries that their client can stop: it gives each an id, and who knows the id may stop it.

An id that nobody else can know is a random one (`crypto.randomUUID()`). The headers of CORS name
neither the header nor the method: pages of other sites cannot use them.
"""

import re
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from cstokg.web.site import current_site

bp = Blueprint("cancellation", __name__)

HEADER: Final = "X-Query-Id"
_IN_ENVIRON: Final = "HTTP_X_QUERY_ID"
_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")


def query_id() -> str:
    """Return the id that the client gave its query, empty for none.

    Raises BadRequest for what is no id.
    """
    name: str = request.environ.get(_IN_ENVIRON, "")
    if name and not _ID.fullmatch(name):
        raise BadRequest(f"{HEADER} is 8 to 64 letters, digits and hyphens.")
    return name


@bp.delete("/query/<name>")
def stop(name: str) -> Response:
    """Stop the queries that are being answered under `name`."""
    if not _ID.fullmatch(name) or not current_site().service.stop(name):
        raise NotFound("No query is being answered under this id.")
    return Response(status=204)
