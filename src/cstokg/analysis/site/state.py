"""What pages and tools show and query: one version of a dataset, and what was made of it once."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, Final, Self, TypeVar, cast

from rdflib import URIRef

from cstokg.analysis.labels import Labels
from cstokg.analysis.questions.answering import Choices, read_choices
from cstokg.analysis.search.index import Hit, Index, Match, build_index
from cstokg.dataset.query_service import QueryService
from cstokg.namespaces import expand
from cstokg.quality.competency_questions import Question
from cstokg.store import DEFAULT_OPTIONS, QueryOptions, Result, SelectResult

T = TypeVar("T")

NEAR: Final = 1_000
"""How many things are expected at most, the last ones."""


@dataclass(frozen=True)
class Site:
    """The state of one application; nothing in it changes while it runs."""

    service: QueryService
    questions: tuple[Question, ...]
    _named: deque[str] = field(
        default_factory=lambda: deque(maxlen=NEAR), init=False, repr=False, compare=False
    )
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
        """Answer a SELECT query as `query` does. Raises TypeError for another kind of query.

        What it names is expected.
        """
        found = self.service.select(text)
        if len(found) <= NEAR:
            self.expect({str(term) for row in found for term in row if isinstance(term, URIRef)})
        return found

    def expect(self, iris: Iterable[str]) -> None:
        """Note that names and claims of these are asked for next, to read them together."""
        self._named.extend(iris)

    def near(self) -> Sequence[str]:
        """Return the IRIs of the things that are expected."""
        return tuple(self._named.copy())

    @cached_property
    def labels(self) -> Labels:
        """What things are called."""
        return Labels(self.service, self.near)

    def label(self, iri: str) -> str:
        """Return the English name of `iri`."""
        return self.labels.name(iri)

    def once(self, make: Callable[[Self], T]) -> T:
        """Return what `make` makes of this site, made when it is first asked for.

        Who asks meanwhile waits for it; what fails is tried again by the next who asks.
        """
        if make in self._made:
            return cast("T", self._made[make])
        with self._lock:
            lock = self._locks.setdefault(make, Lock())
        with lock:
            if make not in self._made:
                self._made[make] = make(self)
        return cast("T", self._made[make])


def choices_of(site: Site) -> Choices:
    """Return what the parameters of the site's questions may be; ask for it by `site.once`."""
    return read_choices(site, site.questions, site.labels)


def search_index(site: Site) -> Index:
    """Return the index of the names in `site`; ask for it by `site.once`."""
    return build_index(site, site.labels)


def find(site: Site, asked: str) -> list[Hit]:
    """Return what `asked` may mean, the best first; an IRI or a prefixed name is the thing."""
    index = site.once(search_index)
    iri = asked.removeprefix("<").removesuffix(">")
    for each in (iri, expand(asked, site.prefixes)):
        if (entry := index.entries.get(each)) is not None:
            return [Hit(entry, Match.IRI, entry.names[0])]
    return index.search(asked)
