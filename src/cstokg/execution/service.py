"""The client's side: a query service whose jobs are done by workers."""

import logging
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, cast

from cstokg.dataset.changes import Change
from cstokg.dataset.load import BuildInfo
from cstokg.dataset.query_service import Commit, QueryService
from cstokg.errors import (
    QueryCancelledError,
    QueryMemoryError,
    QueryTimeoutError,
    ReadOnlyDatasetError,
    StorageError,
    StoreUnavailableError,
    WorkerLostError,
    WorkersBusyError,
)
from cstokg.execution import wire
from cstokg.execution.cancellation import current_cancellation
from cstokg.execution.limits import Limits, WriteLimits
from cstokg.execution.scoreboard import Reason, Scoreboard, job_number
from cstokg.execution.worker import DescribeState, DescribeVersion, Job, Version
from cstokg.shacl.posted_graph import PostedGraph, ValidationResult
from cstokg.store import DEFAULT_OPTIONS, Answer, QueryOptions, SerializedResult

if TYPE_CHECKING:
    from cstokg.execution.writer import Committed

log = logging.getLogger(__name__)

_PATIENCE: Final = 5.0
"""Seconds that a query waits for a worker at least, however little it may take then."""

_GRACE: Final = 5.0
"""Seconds after its deadline in which a job's process is sure to be dead."""

_STORING: Final = 30.0
"""Seconds that it may take to make a change that has been worked out."""

_ATTEMPTS: Final = 8
"""How often a job is sent again where no worker had begun it."""

_RETRY_AFTER: Final = 2
_LAST_WORDS: Final = 400
_ALL_BUSY: Final = "all workers are busy, and the query waited {:g} seconds in vain"
_CROWDED: Final = "the query was stopped after {:.1f} seconds: many others wait, and it ran longest"
_TOO_MANY_FILES: Final = "the server has too many files and connections open"
_WRITE_WAITED: Final = "another write is being made, and this one waited {:g} seconds in vain"
_TOO_MANY_WAIT: Final = "too many requests wait already"


@dataclass(frozen=True)
class Addresses:
    """Where workers and writers are reached: sockets in a folder."""

    folder: Path

    def workers(self, version: int) -> str:
        """Return the address of the workers that have a version of the dataset."""
        return f"{self.folder}/workers-{version}"  # for each query: paths take their time

    @property
    def writer(self) -> str:
        """The address of the writer."""
        return str(self.folder / "writer")


@dataclass(frozen=True)
class ProcessQueryService(QueryService):
    """A version of a dataset whose queries are answered in processes that can be killed.

    Any thread, and any process forked after its scoreboard was made, may call it.
    """

    info: BuildInfo
    prefixes: Mapping[str, str] = field(repr=False)
    board: Scoreboard = field(repr=False, compare=False)
    addresses: Addresses
    limits: Limits
    write_limits: WriteLimits | None = None
    number: int = 0
    shared: bool = False
    """True where others write the dataset too, so that its version is asked for each time."""

    @property
    def writable(self) -> bool:
        """Return True if `apply` takes changes."""
        return self.write_limits is not None

    def answer(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> Answer:
        """Answer a query as `QueryService.answer` says, from the present version, within bounds."""
        if options.prefixes == self.prefixes:
            options = options._replace(prefixes=None)  # the worker has them
        if self.shared and options.prefixes is None:
            options = options._replace(prefixes=self.prefixes)  # the worker's may be older
        reply = self._do((text, tuple(options)), job_number(options.job))
        return SerializedResult._make(reply) if type(reply) is tuple else cast("Answer", reply)

    def validate(self, posted: PostedGraph) -> ValidationResult:
        """Validate a graph beside the present version, as `shacl.posted_graph` does, within bounds.

        Nothing is stored. Raises QueryStoppedError as well.
        """
        return cast("ValidationResult", self._do(posted, job_number()))

    @property
    def version(self) -> int:
        """The number of the version that queries are answered from now."""
        return self.board.version

    @property
    def is_current(self) -> bool:
        """Return True if nothing was written since."""
        if self.shared:
            return bool(self._do(DescribeState(), job_number()) == self.state)
        return self.board.version == self.number

    def current(self) -> Self:
        """Return the service for the dataset as it is now; itself where nothing was written."""
        if self.is_current:
            return self
        return self._of(self._do(DescribeVersion(), job_number()))

    def _of(self, version: Version) -> Self:
        info = replace(
            self.info,
            version=version.derived_by,
            source_sha256=version.source_sha256,
            revision=version.revision,
            triples=version.triples,
        )
        return replace(self, info=info, prefixes=version.prefixes, number=version.number)

    def stop(self, job: str) -> bool:
        """Stop the queries that run under the id `job`, asked in this process or in another."""
        return self.board.stop(job_number(job), Reason.CANCELLED)

    def apply(self, change: Change) -> Commit:
        """Make `change`, after those that were asked for before, as `QueryService.apply` says."""
        limits = self.write_limits
        if limits is None:
            raise ReadOnlyDatasetError
        number = job_number()
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                _send(connection, self.addresses.writer, (number, change), limits.seconds)
                reply = self._receive(
                    connection, number, limits.seconds, limits.seconds + _STORING, _WRITE_WAITED
                )
            except TimeoutError:
                raise StorageError(
                    "the change was not acknowledged in time, and may be made or not",
                    hint="Look whether it was made before you send it again.",
                ) from None
            except wire.ConnectionLostError as lost:
                raise (
                    self._cause_of_death(number, lost.words, limits) or WorkerLostError()
                ) from lost
        committed = cast("Committed", reply)
        service = self._of(committed.version)
        return Commit(committed.added, committed.removed, committed.created, service)

    def _do(self, job: Job, number: int) -> Any:
        """Have a worker do a job, and return its reply. Raises the error that the reply is."""
        cancellation = current_cancellation()
        patience, limit = max(self.limits.seconds, _PATIENCE), self.limits.seconds + _GRACE
        for _ in range(_ATTEMPTS):
            address = self.addresses.workers(self.board.version)
            with socket.socket(socket.AF_UNIX) as connection, cancellation.covering(connection):
                try:
                    _send(connection, address, (number, job), patience)
                    return self._receive(connection, number, patience, limit, _ALL_BUSY)
                except TimeoutError:
                    raise QueryTimeoutError(self.limits.seconds) from None
                except wire.ConnectionLostError as lost:
                    cause = self._cause_of_death(number, lost.words, self.limits)
                    if cause is not None or cancellation.cancelled:
                        raise cause or QueryCancelledError() from lost
        raise WorkerLostError

    def _receive(
        self, connection: socket.socket, number: int, patience: float, limit: float, busy: str
    ) -> Any:
        """Wait for the reply: for the job to begin for `patience` seconds, then for `limit`.

        Raises the error that the reply is, WorkersBusyError with the message `busy`, TimeoutError
        and ConnectionLostError.
        """
        try:
            try:
                reply = wire.receive(connection)  # for as long as `_send` has set: `patience`
            except TimeoutError:
                if self.board.find(number) is None:
                    waited = busy.format(patience)
                    raise WorkersBusyError(waited, retry_after=_RETRY_AFTER) from None
                connection.settimeout(limit)
                reply = wire.receive(connection)
        except wire.TooManyFilesError as error:
            raise WorkersBusyError(_TOO_MANY_FILES, retry_after=_RETRY_AFTER) from error
        if isinstance(reply, StoreUnavailableError):
            log.warning("the store at %s cannot be asked: %s", reply.url, reply.problem)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _cause_of_death(
        self, number: int, words: bytes, limits: Limits | WriteLimits
    ) -> Exception | None:
        """Return why the process died that worked on a job; None if none had begun it.

        `words` are the last ones that came from it.
        """
        row = self.board.find(number)
        if row is None:
            return None
        worked = time.monotonic() - row.began
        if row.stopped == number and row.reason == Reason.CANCELLED:
            return QueryCancelledError()
        if row.stopped == number and row.reason == Reason.CROWDED:
            return WorkersBusyError(_CROWDED.format(worked), retry_after=_RETRY_AFTER)
        if worked >= limits.seconds:
            return QueryTimeoutError(limits.seconds)
        said = words.decode(errors="replace").strip()
        if "memory allocation of" in said or "MemoryError" in said:
            return QueryMemoryError(limits.memory)
        # The first lines say what happened; the rest is a stack.
        log.warning(
            "a worker died: %s",
            " ".join(said.splitlines()[:2])[:_LAST_WORDS] or "it left no last words",
        )
        return WorkerLostError()


def _send(connection: socket.socket, address: str, message: object, patience: float) -> None:
    """Send a message to an address; the kernel keeps it until a process takes it.

    Raises WorkersBusyError where too many wait already, and ConnectionLostError where nobody is
    at the address any more.
    """
    connection.settimeout(patience)
    try:
        connection.connect(address)
        wire.send(connection, message)
    except BlockingIOError as error:
        raise WorkersBusyError(_TOO_MANY_WAIT, retry_after=_RETRY_AFTER) from error
    except (ConnectionError, FileNotFoundError) as error:
        raise wire.ConnectionLostError from error
