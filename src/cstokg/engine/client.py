"""The web server's side: a dataset whose queries are answered by engines."""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, TypeVar

from cstokg.dataset.model import Commit, Dataset
from cstokg.engine import protocol
from cstokg.engine.board import IDLE, NEVER
from cstokg.engine.cancellation import Cancellation
from cstokg.engine.lines import Call, Lines
from cstokg.errors import EnginesBusyError, QueryMemoryError, QueryTimeoutError
from cstokg.formats import find_format
from cstokg.shacl.posted_graph import Verdict
from cstokg.store import BooleanResult, GraphResult, SelectResult, Written

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from cstokg.dataset.changes import Change
    from cstokg.engine.board import Board
    from cstokg.engine.budget import Budget
    from cstokg.engine.changes import Version
    from cstokg.engine.control import Control
    from cstokg.engine.protocol import Message
    from cstokg.formats import Kind
    from cstokg.shacl.posted_graph import PostedGraph
    from cstokg.store import Result

T = TypeVar("T")

_AT_ONCE: Final = 64 * 1024
"""Bytes of a result that are brought into another format without an engine's help."""

_PATIENCE: Final = 5.0
"""Seconds that a query waits for an engine at least, however little it may take then."""

_GRACE: Final = 0.5
"""Seconds that an engine may be late to die before it is given up."""

_RETRY_AFTER: Final = 2
_CROWDED: Final = "the query was stopped after {:.1f} seconds: many others wait, and it ran longest"
_TOO_MANY_FILES: Final = "the server has too many files and connections open"


class Engines:
    """Hands jobs to the engine processes that come over `offers`.

    Any thread may call it, but for that of the loop, where only `begin` does not wait.
    """

    def __init__(self, offers: socket.socket, board: Board, budget: Budget) -> None:
        self._board = board
        self._budget = budget
        patience, limit = max(budget.seconds, _PATIENCE), budget.seconds + _GRACE
        self._lines = Lines(offers, board, patience, limit, self._diagnose)
        self.cancellation = Cancellation()

    def run_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for the engines in `loop`, in whose thread this is called."""
        self._lines.run_in(loop)

    def begin(self, query: protocol.Query) -> asyncio.Future[Result | Written]:
        """Begin to answer a query, in the loop of `run_in`. Cancelling the future ends it."""
        answer: asyncio.Future[Result | Written] = asyncio.get_running_loop().create_future()
        self._lines.begin(Call(protocol.pack(query), answer, self._result))
        return answer

    def look(self) -> None:
        """Have what was begun answered before this returns, if that is quicker than to wait."""
        self._lines.look()

    def query(self, query: protocol.Query) -> Result | Written:
        """Answer `query`. Raises QueryError, or QueryStoppedError."""
        return self._ask(query, self._result)

    def convert(self, result: SelectResult | GraphResult, format_name: str) -> bytes:
        """Write `result` in another format. Raises QueryStoppedError."""
        return self._ask(protocol.Conversion(result, format_name), self._content)

    def check(self, posted: PostedGraph) -> Verdict:
        """Validate a graph. Raises the errors of `check.check`, and QueryStoppedError."""
        return self._ask(posted, self._verdict)

    def _ask(self, job: Message, read: Callable[[Message], T]) -> T:
        answer: concurrent.futures.Future[T] = concurrent.futures.Future()
        loop = self._lines.loop
        with self.cancellation.over(partial(loop.call_soon_threadsafe, answer.cancel)):
            call = Call(protocol.pack(job), answer, read)
            loop.call_soon_threadsafe(self._lines.begin, call)
            return answer.result()

    def _result(self, reply: Message) -> Result | Written:
        match reply:
            case Written() | BooleanResult():
                return reply
            case SelectResult(variables, payload):
                return _EngineRows(variables, payload, self)
            case GraphResult(payload):
                return _EngineGraph(payload, self)
            case _:
                raise self._error(reply)

    def _content(self, reply: Message) -> bytes:
        if isinstance(reply, Written):
            return reply.read()
        raise self._error(reply)

    def _verdict(self, reply: Message) -> Verdict:
        if isinstance(reply, Verdict):
            return replace(reply, report=_EngineGraph(reply.report.payload, self))
        raise self._error(reply)

    def _error(self, reply: Message) -> Exception:
        """Return the error that a reply is."""
        if isinstance(reply, protocol.OutOfMemory):
            return QueryMemoryError(self._budget.memory)
        if isinstance(reply, Exception):
            return reply
        return TypeError(f"not what was asked for: {reply}")

    def _diagnose(self, place: int, error: Exception) -> Exception | None:
        """Return why the engine at a place left its job undone; None if it had not begun."""
        match error:
            case TimeoutError():
                return QueryTimeoutError(self._budget.seconds)
            case protocol.TooManyFilesError():
                return EnginesBusyError(_TOO_MANY_FILES, retry_after=_RETRY_AFTER)
            case protocol.ConnectionClosedError(rest=rest):
                return self._cause_of_death(place, rest)
            case _:
                return error

    def _cause_of_death(self, place: int, rest: bytes) -> Exception | None:
        """Return why an engine died whose last words `rest` begins with."""
        since = self._board.since(place)
        if since in (NEVER, IDLE):
            return None
        worked = time.monotonic() - since
        if self._board.dismissed(place):
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

    def run_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for the engines in `loop`, as `Dataset.run_in` says."""
        self.engines.run_in(loop)

    def begin(self, text: str, formats: Mapping[Kind, str]) -> asyncio.Future[Result | Written]:
        """Begin to answer a query as `Dataset.begin` does, within the budget."""
        return self.engines.begin(protocol.Query(text, None, None, None, formats))

    def look(self) -> None:
        """Have what was begun answered before this returns, as `Dataset.look` says."""
        self.engines.look()

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
