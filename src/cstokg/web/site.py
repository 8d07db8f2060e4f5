"""What the pages show and query: the dataset, its counts and the example questions."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from flask import current_app, g, request

from cstokg.errors import CstokgError
from cstokg.store import SelectResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask import Flask

    from cstokg.dataset.changes import Change
    from cstokg.dataset.model import Commit, Dataset
    from cstokg.formats import Kind
    from cstokg.quality.competency_questions import Question
    from cstokg.store import Result, Written

_KEY = "cstokg"
_LOCK = Lock()
T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """The state of one application; nothing in it changes while it runs."""

    dataset: Dataset
    questions: tuple[Question, ...]
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _locks: dict[Any, Lock] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that a query need not declare."""
        return self.dataset.prefixes

    @property
    def graphs(self) -> Mapping[str, int]:
        """The IRI of each named graph, and its triples."""
        return self.dataset.info.triples

    @property
    def state(self) -> str:
        """A text that is another one whenever an answer may be."""
        return self.dataset.state

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Result:
        """Answer a query in which the dataset's prefixes are known, as `Dataset.query` does."""
        return self.dataset.query(
            text, prefixes=self.prefixes, default_graphs=default_graphs, named_graphs=named_graphs
        )

    def select(self, text: str) -> SelectResult:
        """Answer a SELECT query as `query` does. Raises TypeError for another kind of query."""
        result = self.query(text)
        if not isinstance(result, SelectResult):
            raise TypeError(f"not a SELECT query: {text}")
        return result

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


@dataclass(frozen=True)
class Asked:
    """What became of a request's query before the application saw the request."""

    KEY: ClassVar = "cstokg.asked"
    """Where it is in the WSGI environment."""
    ANSWERED: ClassVar = "cstokg.answered"
    """Where the application leaves what it answered with (`Answered`)."""

    site: Site
    outcome: Result | Written | CstokgError


@dataclass(frozen=True)
class Answered:
    """What a request was answered with, for whoever keeps answers."""

    kind: Kind
    formats: Mapping[Kind, str]
    """The name of the format for each kind of result that would not have been a page."""
    query: str
    place: tuple[str, ...]
    """The address, but for its query, as its tag has it (`caching.place`)."""
    state: str
    """That of the version that answered."""


def install(app: Flask, site: Site) -> None:
    """Make `site` the state of `app`."""
    app.extensions[_KEY] = site


def current_site() -> Site:
    """Return the present version's state of the application that answers the request.

    Within one request it is always the same one: what a version answered may be taken for a later
    one's then, but never the other way round.
    """
    if "site" not in g:
        known = cast("Asked | None", request.environ.get(Asked.KEY))
        g.site = latest(current_app) if known is None else known.site
    return cast("Site", g.site)


def write(change: Change) -> Commit:
    """Make `change`; what is asked for afterwards, in this request too, is of the new version.

    Raises the errors of `Dataset.write`.
    """
    commit = current_site().dataset.write(change)
    g.site = _replace(current_app, commit.dataset)
    return commit


def ask(
    text: str,
    formats: Mapping[Kind, str],
    default_graphs: Sequence[str] | None,
    named_graphs: Sequence[str] | None,
) -> Result | Written:
    """Answer the query of the request, as `Dataset.answer` does, if it was not answered already."""
    known = cast("Asked | None", request.environ.get(Asked.KEY))
    if known is None:
        return current_site().dataset.answer(
            text, formats, default_graphs=default_graphs, named_graphs=named_graphs
        )
    if isinstance(known.outcome, CstokgError):
        raise known.outcome
    return known.outcome


def note_answer(answered: Answered) -> None:
    """Leave word of what the request is answered with."""
    request.environ[Asked.ANSWERED] = answered


def installed(app: Flask) -> Site:
    """Return the state of `app`, which may be that of an earlier version of its dataset."""
    site: Site = app.extensions[_KEY]
    return site


def latest(app: Flask) -> Site:
    """Return the state of `app` for the present version of its dataset; that may take its time."""
    site = installed(app)
    if site.dataset.is_current:
        return site
    with _LOCK:  # one thread asks for the new version, the others see it then
        site = installed(app)
        return site if site.dataset.is_current else _replace(app, site.dataset.current())


def _replace(app: Flask, dataset: Dataset) -> Site:
    """Install and return the state for a version of the dataset."""
    old = installed(app)
    if old.dataset is dataset:
        return old
    site = Site(dataset, old.questions)
    install(app, site)
    return site
