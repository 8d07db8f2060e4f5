"""The one seam between those who ask and what answers them.

`Dataset` answers in the process, `execution.ProcessQueryService` in processes that can be killed.
Web, command line, exports and views know this protocol alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self

from cstokg.errors import ReadOnlyDatasetError
from cstokg.store import (
    DEFAULT_OPTIONS,
    BooleanResult,
    GraphResult,
    SelectResult,
    SerializedResult,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cstokg.dataset.changes import Change
    from cstokg.dataset.load import BuildInfo
    from cstokg.store import Answer, QueryOptions, Result


@dataclass(frozen=True)
class Commit:
    """What became of a change that was made.

    `added` and `removed` count quads of the graphs that can be written. `created` is True if the
    graph that a PutGraph or PostGraph names is new. `service` answers from the dataset as it is
    from now on.
    """

    added: int
    removed: int
    created: bool
    service: QueryService = field(repr=False, compare=False)

    @property
    def state(self) -> str:
        """The name of the version from now on: another one after each change."""
        return self.service.state


class QueryService(Protocol):
    """One version of a dataset that answers queries.

    A service whose dataset is written elsewhere answers from the present version, and says by
    `current` which that is.
    """

    if TYPE_CHECKING:
        # Not at run time, when a data class would take a property for the default of its field.

        @property
        def info(self) -> BuildInfo:
            """What the dataset was made from, and what its graphs are."""

        @property
        def prefixes(self) -> Mapping[str, str]:
            """The prefixes that a query need not declare."""

    def answer(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> Answer:
        """Answer a SPARQL 1.1 query over the union of the named graphs.

        The answer is a SerializedResult where `options.formats` has a format for its kind.
        Raises QuerySyntaxError with its place, QueryRefusedError for SERVICE and updates, and
        QueryStoppedError where a bound ended it.
        """

    @property
    def state(self) -> str:
        """A text that is another one whenever an answer may be."""
        return self.info.state

    @property
    def writable(self) -> bool:
        """Return True if `apply` takes changes."""
        return False

    def query(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> Result:
        """Answer a query as `answer` does, as a result to read, whatever `options.formats` says."""
        answer = self.answer(text, options._replace(formats={}) if options.formats else options)
        if isinstance(answer, SerializedResult):
            raise TypeError("an answer came in a format that was not asked for")
        return answer

    def select(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> SelectResult:
        """Answer a SELECT query as `query` does; raises TypeError for another kind of query."""
        answer = self.query(text, options)
        if not isinstance(answer, SelectResult):
            raise TypeError(f"not a SELECT query: {text}")
        return answer

    def ask(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> bool:
        """Answer an ASK query as `query` does; raises TypeError for another kind of query."""
        answer = self.query(text, options)
        if not isinstance(answer, BooleanResult):
            raise TypeError(f"not an ASK query: {text}")
        return answer.value

    def graph(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> GraphResult:
        """Answer a CONSTRUCT or DESCRIBE query as `query` does; raises TypeError for another."""
        answer = self.query(text, options)
        if not isinstance(answer, GraphResult):
            raise TypeError(f"not a CONSTRUCT or DESCRIBE query: {text}")
        return answer

    def apply(self, change: Change) -> Commit:  # noqa: ARG002
        """Make `change` and return what became of it; nothing of it is made after an error.

        Raises ReadOnlyDatasetError where nothing may be written, and the errors of
        `transaction.plan`, QueryStoppedError and StorageError where it may.
        """
        raise ReadOnlyDatasetError

    @property
    def version(self) -> int:
        """The number of the version that queries are answered from now; it costs nothing to ask."""
        return 0

    @property
    def is_current(self) -> bool:
        """Return True if `info` and `prefixes` are those of the version answered from now."""
        return True

    def current(self) -> Self:
        """Return the service for the dataset as it is now; itself where nothing was written."""
        return self

    def stop(self, job: str) -> bool:  # noqa: ARG002
        """Stop the queries that run under the id `job`; return True if there was any."""
        return False
