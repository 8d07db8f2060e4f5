"""Queries that their client can stop: it names each as it asks, and whoever knows the name may.

A name that nobody else can know is a random one (`crypto.randomUUID()`). The headers of CORS name
neither the header nor the method: pages of other sites cannot use them.
"""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from cstokg.web.site import current_site

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

bp = Blueprint("stopping", __name__)

HEADER: Final = "X-Query-Id"
_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")


def stoppable() -> AbstractContextManager[None]:
    """Let the client stop what it asks within the context, if it gave it a name.

    Raises BadRequest for what is no name.
    """
    name = request.headers.get(HEADER)
    if name is None:
        return nullcontext()
    if not _ID.fullmatch(name):
        raise BadRequest(f"{HEADER} is 8 to 64 letters, digits and hyphens.")
    return current_site().dataset.stoppable(name)


@bp.delete("/query/<name>")
def stop(name: str) -> Response:
    """Stop the queries that are being answered under `name`."""
    if not _ID.fullmatch(name) or not current_site().dataset.stop(name):
        raise NotFound("No query is being answered under this id.")
    return Response(status=204)
