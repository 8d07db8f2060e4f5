"""Health: does the server live, and does it answer queries? For programs that watch over it."""

import logging

from flask import Blueprint, Response

from cstokg.errors import CstokgError
from cstokg.web.site import current_site

bp = Blueprint("health", __name__)
log = logging.getLogger(__name__)


@bp.get("/healthz")
def alive() -> Response:
    """Say that this process answers requests."""
    return _say("alive", 200)


@bp.get("/readyz")
def ready() -> Response:
    """Say whether a query is answered; 503 keeps others from being sent here."""
    try:
        answered = bool(current_site().query("ASK { ?s ?p ?o }"))
    except CstokgError as error:
        log.warning("not ready: %s", error.message)
        answered = False
    return _say("ready", 200) if answered else _say("not ready", 503)


def _say(state: str, status: int) -> Response:
    return Response(
        f"{state}\n", status, mimetype="text/plain", headers={"Cache-Control": "no-store"}
    )
