"""The web server's side: a dataset whose queries are answered by engines."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cstokg.build import Dataset
from cstokg.change import Commit
from cstokg.check import Verdict
from cstokg.engine import protocol
from cstokg.engine.board import IDLE, NEVER
from cstokg.engine.cancellation import Cancellation
from cstokg.errors import (
    AnswerTooLargeError,
    EngineLostError,
    EnginesBusyError,
    QueryError,
    QueryMemoryError,
    QueryTimeoutError,
    ServiceFailedError,
    SourceError,
    UnknownFormatError,
)
from cstokg.formats import find_format
from cstokg.store import BooleanResult, GraphResult, SelectResult, Written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from cstokg.change import Change
    from cstokg.check import PostedGraph
    from cstokg.engine.board import Board
    from cstokg.engine.budget import Budget
    from cstokg.engine.changes import Version
    from cstokg.engine.control import Control
    from cstokg.engine.lines import Line, Lines
    from cstokg.engine.protocol import Message
    from cstokg.formats import Kind
    from cstokg.store import Result

log = logging.getLogger(__name__)

_AT_ONCE: Final = 64 * 1024
"""Bytes of a result that are brought into another format without an engine's help."""

_ATTEMPTS: Final = 16
"""How many engines may die before they begin, such as those that were killed while they rested."""

_PATIENCE: Final = 5.0
"""Seconds that a query waits for an engine at least, however little it may take then."""

_RETRY_AFTER: Final = 2
_CROWDED: Final = "the query was stopped after {:.1f} seconds: many others wait, and it ran longest"
_TOO_MANY_FILES: Final = "the server has too many files and connections open"


class _NotBegunError(Exception):
    """The engine died before it began."""


class Engines:
    """Hands jobs to the engine processes; any thread may call it."""

    def __init__(self, lines: Lines, board: Board, budget: Budget) -> None:
        self._lines = lines
        self._board = board
        self._budget = budget
        self.cancellation = Cancellation()

    def query(self, query: protocol.Query) -> Result | Written:
        """Answer `query`. Raises QueryError, or QueryStoppedError."""
        match self._ask(query):
            case SelectResult(variables, payload):
                return _EngineRows(variables, payload, self)
            case GraphResult(payload):
                return _EngineGraph(payload, self)
            case BooleanResult() | Written() as result:
                return result
            case reply:
                raise TypeError(f"not an answer: {reply}")

    def convert(self, result: SelectResult | GraphResult, format_name: str) -> bytes:
        """Write `result` in another format. Raises QueryStoppedError."""
        reply = self._ask(protocol.Conversion(result, format_name))
        if not isinstance(reply, Written):
            raise TypeError(f"not a result in another format: {reply}")
        return reply.read()

    def check(self, posted: PostedGraph) -> Verdict:
        """Validate a graph. Raises the errors of `check.check`, and QueryStoppedError."""
        reply = self._ask(posted)
        if isinstance(reply, SourceError | UnknownFormatError):
            raise reply
        if not isinstance(reply, Verdict):
            raise TypeError(f"not a verdict: {reply}")
        return replace(reply, report=_EngineGraph(reply.report.payload, self))

    def _ask(self, job: Message) -> Message:
        for _ in range(_ATTEMPTS):
            try:
                reply = self._ask_once(job)
            except _NotBegunError:
                log.info("an engine died as it was handed a job; the job goes to another")
                continue
            if isinstance(reply, protocol.OutOfMemory):
                raise QueryMemoryError(self._budget.memory)
            if isinstance(reply, QueryError | AnswerTooLargeError | ServiceFailedError):
                raise reply
            return reply
        raise EngineLostError

    def _ask_once(self, job: Message) -> Message:
        line = self._lines.take(max(self._budget.seconds, _PATIENCE), self.cancellation)
        last = True
        try:
            with self.cancellation.over(line.cut):
                reply = self._exchange(line, job)
            last = reply.last
        finally:
            if last:
                line.close()
            else:
                self._lines.give_back(line)
        return reply.message

    def _exchange(self, line: Line, job: Message) -> protocol.Reply:
        # What its last job left on the board is of no account to this one.
        self._board.rest(line.place)
        try:
            protocol.send(line.talk, job)
            return protocol.receive_reply(line.talk)
        except BlockingIOError:  # the line's patience is over
            raise QueryTimeoutError(self._budget.seconds) from None
        except protocol.TooManyFilesError:
            raise EnginesBusyError(_TOO_MANY_FILES, retry_after=_RETRY_AFTER) from None
        except (BrokenPipeError, ConnectionResetError):
            raise self._diagnose(line, b"") from None
        except protocol.ConnectionClosedError as closed:
            raise self._diagnose(line, closed.rest) from None

    def _diagnose(self, line: Line, rest: bytes) -> Exception:
        """Return why an engine died; `rest` begins with its last words."""
        since = self._board.since(line.place)
        if since in (NEVER, IDLE):
            return _NotBegunError()
        worked = time.monotonic() - since
        if self._board.dismissed(line.place):
            return EnginesBusyError(_CROWDED.format(worked), retry_after=_RETRY_AFTER)
        if worked >= self._budget.seconds:
            return QueryTimeoutError(self._budget.seconds)
        return protocol.diagnose(rest, self._budget.memory)


@dataclass(frozen=True)
class _EngineRows(SelectResult):
    """Rows that came from an engine; large ones are brought into other formats by one too."""

    engines: Engines = field(repr=False, compare=False)

    def serialize(self, format_name: str) -> bytes:
        if len(self.payload) < _AT_ONCE or find_format(format_name, self.kind).name == "json":
            return super().serialize(format_name)
        return self.engines.convert(self, format_name)


@dataclass(frozen=True)
class _EngineGraph(GraphResult):
    """A graph that came from an engine; a large one is brought into other formats by one too."""

    engines: Engines = field(repr=False, compare=False)

    def serialize(self, format_name: str) -> bytes:
        if len(self.payload) < _AT_ONCE or find_format(format_name, self.kind).name == "ntriples":
            return super().serialize(format_name)
        return self.engines.convert(self, format_name)


@dataclass(frozen=True)
class BoundedDataset(Dataset):
    """A version of a dataset whose queries are answered by engines, and whose writes by writers.

    Its `store` is that of the first version, and only there for what its type promises.
    """

    engines: Engines
    control: Control
    known_prefixes: Mapping[str, str] = field(repr=False, compare=False)
    number: int = 0

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The project's prefixes, and one for each kind of resource: `state:armenia`."""
        return dict(self.known_prefixes)

    @property
    def writable(self) -> bool:
        """Whether `write` takes changes."""
        return self.control.writable

    def query(
        self,
        text: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Result:
        """Answer a SPARQL 1.1 query as `Dataset.query` does, within the budget.

        It is answered from the present version of the dataset, if this is not that any more.
        Raises QueryStoppedError as well.
        """
        sent = None if prefixes == self.prefixes else prefixes or {}
        query = protocol.Query(text, sent, default_graphs, named_graphs, {})
        result = self.engines.query(query)
        if isinstance(result, Written):
            raise TypeError("an answer came in a format that nobody asked for")
        return result

    def answer(
        self,
        text: str,
        formats: Mapping[Kind, str],
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Result | Written:
        """Answer a query as `Dataset.answer` does, within the budget."""
        return self.engines.query(protocol.Query(text, None, default_graphs, named_graphs, formats))

    def select(self, text: str) -> SelectResult:
        """Answer a SELECT query as `Dataset.select` does, within the budget."""
        result = self.query(text, prefixes=self.prefixes)
        if not isinstance(result, SelectResult):
            raise TypeError(f"not a SELECT query: {text}")
        return result

    def stoppable(self, name: str) -> AbstractContextManager[None]:
        """Let `stop(name)` stop the queries that this thread asks within the context."""
        return self.engines.cancellation.named(name)

    def stop(self, name: str) -> bool:
        """Stop what is asked under `name`; return whether anything was."""
        return self.engines.cancellation.stop(name)

    def check(self, posted: PostedGraph) -> Verdict:
        """Validate a graph against the shapes that the engines have, within the budget.

        Beside the dataset, that is its present version. Nothing is stored. Raises the errors of
        `check.check`, and QueryStoppedError.
        """
        return self.engines.check(posted)

    def write(self, change: Change) -> Commit:
        """Make `change` and return what became of it, with the dataset from now on.

        Raises the errors of `transaction.plan`, QueryStoppedError, ReadOnlyDatasetError and
        StorageError.
        """
        made = self.control.write(change)
        after = self._version(made.version)
        return Commit(after.state, made.added, made.removed, made.created, after)

    @property
    def is_current(self) -> bool:
        """Whether the dataset was not written since; it costs nothing to ask."""
        return self.control.number == self.number

    def current(self) -> BoundedDataset:
        """Return the dataset as it is now: another one where this one was written since."""
        return self if self.is_current else self._version(self.control.version())

    def _version(self, version: Version) -> BoundedDataset:
        if version.number == self.number:
            return self
        info = replace(self.info, revision=version.revision, triples=version.triples)
        return replace(self, info=info, known_prefixes=version.prefixes, number=version.number)
