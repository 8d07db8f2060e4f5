"""Which version of the dataset the application shows and queries."""

from threading import Lock
from typing import Final, cast

from flask import Flask, current_app, g
from flask.globals import app_ctx

from cstokg.analysis.site.state import Site
from cstokg.dataset.changes import Change
from cstokg.dataset.query_service import Commit, QueryService

__all__ = ["Site", "apply_change", "current_site", "install", "service_of"]

_KEY: Final = "cstokg"
_LOCK: Final = Lock()


def install(app: Flask, site: Site) -> None:
    """Make `site` the state of `app`."""
    app.extensions[_KEY] = site


def current_site() -> Site:
    """Return the present version's state of the application that answers the request.

    Within one request it is always the same one: what a version answered may be taken for a later
    one's then, but never the other way round.
    """
    noted = app_ctx.g  # itself: the proxy takes its time each time
    site = noted.get("site")
    if site is None:
        site = noted.site = _latest(current_app)
    return cast("Site", site)


def apply_change(change: Change) -> Commit:
    """Make `change`; what is asked for afterwards, in this request too, is of the new version.

    Raises the errors of `QueryService.apply`.
    """
    commit = current_site().service.apply(change)
    with _LOCK:
        g.site = _replace(current_app, commit.service)
    return commit


def service_of(app: Flask) -> QueryService:
    """Return the service of `app`, which may be that of an earlier version of its dataset."""
    return _installed(app).service


def _installed(app: Flask) -> Site:
    site: Site = app.extensions[_KEY]
    return site


def _latest(app: Flask) -> Site:
    """Return the state of `app` for the present version of its dataset."""
    site = _installed(app)
    if site.service.is_current:
        return site
    with _LOCK:  # one thread asks for the new version, the others see it then
        return _replace(app, _installed(app).service.current())


def _replace(app: Flask, service: QueryService) -> Site:
    """Install and return the state for a version of the dataset."""
    old = _installed(app)
    if old.service is service:
        return old
    site = Site(service, old.questions)
    install(app, site)
    return site
