"""What the pages show and query: the dataset, its counts and the example questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from flask import current_app, g

from cstokg.store import DEFAULT_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from cstokg.dataset.changes import Change
    from cstokg.dataset.query_service import Commit, QueryService
    from cstokg.quality.competency_questions import Question
    from cstokg.store import QueryOptions, Result, SelectResult

_KEY: Final = "cstokg"
_LOCK: Final = Lock()
T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """The state of one application; nothing in it changes while it runs."""

    service: QueryService
    questions: tuple[Question, ...]
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _locks: dict[Any, Lock] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that a query need not declare."""
        return self.service.prefixes

    @property
    def graphs(self) -> Mapping[str, int]:
        """The IRI of each named graph, and its triples."""
        return self.service.info.triples

    @property
    def state(self) -> str:
        """A text that is another one whenever an answer may be."""
        return self.service.state

    def query(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> Result:
        """Answer a query as `QueryService.query` does."""
        return self.service.query(text, options)

    def select(self, text: str) -> SelectResult:
        """Answer a SELECT query as `query` does. Raises TypeError for another kind of query."""
        return self.service.select(text)

    def once(self, make: Callable[[Site], T]) -> T:
        """Return what `make` makes of this site, made when it is first asked for.

        Who asks meanwhile waits for it; what fails is tried again by the next who asks.
        """
        with self._lock:
            lock = self._locks.setdefault(make, Lock())
        with lock:
            if make not in self._made:
                self._made[make] = make(self)
        return cast("T", self._made[make])


def install(app: Flask, site: Site) -> None:
    """Make `site` the state of `app`."""
    app.extensions[_KEY] = site


def current_site() -> Site:
    """Return the present version's state of the application that answers the request.

    Within one request it is always the same one: what a version answered may be taken for a later
    one's then, but never the other way round.
    """
    if "site" not in g:
        g.site = _latest(current_app)
    return cast("Site", g.site)


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
