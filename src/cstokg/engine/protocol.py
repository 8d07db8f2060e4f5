"""What the web server says to an engine and to its parent over a socket, and what they answer.

The server sends an engine one job after the other over the same connection, some before the last is
done, and the engine for each, in that order, a message with the result or the error. A change
travels to the parent with a connection of its own: the writer leaves what it comes to to the
parent, and the parent answers when that is done. Whoever dies in between may have left some last
words: standard error goes to the connection as well.
"""

from __future__ import annotations

import logging
import marshal
import os
from array import array
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from socket import CMSG_SPACE, MSG_DONTWAIT, MSG_PEEK, SCM_RIGHTS, SOL_SOCKET, send_fds
from struct import Struct
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cstokg.dataset.changes import Change
from cstokg.engine import changes, validation
from cstokg.engine.changes import Made, Proposal, Refusal, Version
from cstokg.errors import (
    AnswerTooLargeError,
    EngineLostError,
    QueryError,
    QueryMemoryError,
    QueryRefusedError,
    QueryStoppedError,
    QuerySyntaxError,
    ServiceFailedError,
)
from cstokg.shacl.posted_graph import PostedGraph, Verdict
from cstokg.store import BooleanResult, GraphResult, SelectResult, Written
from cstokg.store.serialization import Spool

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping, Sequence

    from cstokg.formats import Kind

log = logging.getLogger(__name__)

OFFER: Final = Struct("=HQ")
"""What the web server is handed with the two connections to a new engine: the engine's place on the
board, and the number of its version."""

MAX_DESCRIPTORS: Final = 2
"""The connections to an engine; or a connection, and a file with the change where that is large."""

REQUEST: Final = Struct("=cH")
"""What the parent is handed beside the connection: one of the two below, and the write's place."""

ASK_VERSION: Final = b"v"
ASK_WRITE: Final = b"w"

HEAD: Final = Struct("=c?IQ")
"""A byte that is in no text, whether it is the last message, and the lengths of its two parts."""

MARK: Final = b"\0"
_PIECE: Final = 64 * 1024
_ONE_FILE: Final = CMSG_SPACE(array("i").itemsize)
_SAID: Final = 400
_Header = tuple[Any, ...]
"""What a message is, and all of it but its content."""


class TooManyFilesError(Exception):
    """The file of a message was dropped by the kernel: this process has too many open."""


class ConnectionClosedError(Exception):
    """The other end was closed before a message was whole; `rest` is what came of it."""

    def __init__(self, rest: bytes) -> None:
        super().__init__("the connection was closed")
        self.rest = rest


class Query(NamedTuple):
    """Ask for the answer to a query, as the arguments of `Store.query` say it."""

    text: str
    prefixes: Mapping[str, str] | None
    """None for the dataset's own, which the engine knows: writing them out takes time."""
    default_graphs: Sequence[str] | None
    named_graphs: Sequence[str] | None
    formats: Mapping[Kind, str]
    """The names of the formats in which results of these kinds are wanted; others come as such."""


@dataclass(frozen=True)
class Conversion:
    """Ask for a result in another format."""

    result: SelectResult | GraphResult
    format_name: str


class Reply(NamedTuple):
    """A message, and whether whoever sent it sends no other."""

    message: Message
    last: bool


@dataclass(frozen=True)
class OutOfMemory:
    """The engine ran out of its memory, and could still say so."""


_OfChange = Change | Proposal | Version | Made | Refusal

Message = (
    Query
    | _OfChange
    | QueryError
    | Conversion
    | Written
    | PostedGraph
    | Verdict
    | OutOfMemory
    | SelectResult
    | BooleanResult
    | GraphResult
    | AnswerTooLargeError
    | ServiceFailedError
)


def diagnose(rest: bytes, memory: int) -> QueryStoppedError:
    """Return why a process died that could take `memory` bytes and left the last words `rest`."""
    words = rest.partition(MARK)[0].decode(errors="replace").strip()
    if "memory allocation of" in words or "MemoryError" in words:
        return QueryMemoryError(memory)
    # Its first lines say what happened; the rest is a stack.
    log.warning("an engine died: %s", " ".join(words.splitlines()[:2])[:_SAID] or "no last words")
    return EngineLostError()


def hand_over(queue: socket.socket, message: bytes, *descriptors: int) -> None:
    """Put `message` and `descriptors` into a queue. Raises OSError if it is full.

    `socket.send_fds` takes flags, and leaves them out (Python 3.11 to 3.13): it would wait.
    """
    rights = (SOL_SOCKET, SCM_RIGHTS, array("i", descriptors))
    queue.sendmsg([message], [rights], MSG_DONTWAIT)


def take_all(queue: socket.socket) -> Iterator[tuple[bytes, list[int]]]:
    """Take every message out of a queue, with its descriptors, without waiting for another.

    An empty one says that nobody is left who could send any.
    """
    # Not `socket.recv_fds`, which leaves out the flags as well.
    space = CMSG_SPACE(MAX_DESCRIPTORS * array("i").itemsize)
    with suppress(BlockingIOError):
        message = b"before the first"
        while message:
            message, rights, _, _ = queue.recvmsg(OFFER.size, space, MSG_DONTWAIT)
            yield message, [each for _, _, content in rights for each in array("i", content)]


def submit(
    queue: socket.socket, name: bytes, ours: socket.socket, theirs: socket.socket, job: Message
) -> None:
    """Put `theirs` into a queue with `job`, which its taker finds whole: in it, or in a file.

    Were the job sent afterwards, the kernel might still be about to tell of its arrival when it has
    been read already, and a process that is to die when it hears from `theirs` (`die_with_peer`)
    would do so. Raises OSError if the queue is full.
    """
    head, payload = _written(job, last=False)
    if len(head) + len(payload) <= _PIECE:
        ours.sendall(head + payload)
        hand_over(queue, name, theirs.fileno())
        return
    with os.fdopen(os.memfd_create("cstokg-job"), "wb") as file:
        file.write(head)
        file.write(payload)
        file.flush()
        hand_over(queue, name, theirs.fileno(), file.fileno())


def take(connection: socket.socket, files: Sequence[int]) -> Message:
    """Return the job that was submitted with `connection` and perhaps a file, which is closed.

    Raises ConnectionClosedError, or TimeoutError.
    """
    if not files:
        return receive(connection)
    with os.fdopen(files[0], "rb") as file:
        file.seek(0)
        return unpack(file.read())


def send(connection: socket.socket, message: Message, *, last: bool = False) -> None:
    """Send `message`; with `last` the other end learns that no other comes.

    Of a result in a file only the file is handed over: it has to stay as it is.
    """
    head, payload = _written(message, last)
    if isinstance(message, Written) and isinstance(message.content, Spool):
        send_fds(connection, [head], [message.content.descriptor])
    elif len(payload) < _PIECE:
        connection.sendall(head + payload)
    else:
        connection.sendall(head)
        connection.sendall(payload)


def pack(message: Message) -> bytes:
    """Return `message` as it is sent."""
    head, payload = _written(message, last=False)
    return head + payload


def unpack(content: bytes) -> Message:
    """Return the message that `content` is. Raises ConnectionClosedError if it is not whole."""
    if len(content) < HEAD.size:
        raise ConnectionClosedError(content)
    _, _, text_length, payload_length = HEAD.unpack_from(content)
    payload_start = HEAD.size + text_length
    if len(content) != payload_start + payload_length:
        raise ConnectionClosedError(content)
    header = marshal.loads(content[HEAD.size : payload_start])  # noqa: S302 - see `_written`
    return _decode(header, content[payload_start:], [])


def receive(connection: socket.socket) -> Message:
    """Wait for a message.

    Raises ConnectionClosedError, TooManyFilesError, TimeoutError or BlockingIOError.
    """
    return Incoming().wait(connection)


class Incoming:
    """One message after the other, of which more or less than one may have come yet.

    Text before one is left out: whoever sends a message has left no last words.
    """

    def __init__(self) -> None:
        self.begun = bytearray()
        self.ahead = b""
        """What was read after the last message, and is looked at before anything is read."""
        self._length = 0
        self._waited = inf
        self._files: list[Spool] = []

    def wait(self, connection: socket.socket, shortly: float = 0.0) -> Message:
        """Wait for the next message. Raises the errors of `receive`.

        Where the last one was there in less than `shortly` seconds, this one is looked for again
        and again for as long: to fall asleep and be woken takes longer than most of them do.
        """
        begin = perf_counter()
        reply: Reply | None = None
        if self._waited < shortly:
            while reply is None and perf_counter() - begin < shortly:
                try:
                    reply = self.read(connection, MSG_DONTWAIT)
                except BlockingIOError:
                    os.sched_yield()  # whoever is to send it may need this processor
        while reply is None:
            reply = self.read(connection)
        self._waited = perf_counter() - begin
        return reply.message

    def read(self, connection: socket.socket, flags: int = 0) -> Reply | None:
        """Read what has come, or wait for it; return the message once it is whole.

        Raises the errors of `receive`.
        """
        if self.ahead:
            read, self.ahead = self.ahead, b""
        else:
            read, rights, _, _ = connection.recvmsg(_PIECE, _ONE_FILE, flags)
            if rights:
                self._files += map(Spool, array("i", rights[0][2]))
            if not read:
                raise ConnectionClosedError(bytes(self.begun))
        if self.begun:
            self.begun += read
            if len(self.begun) < self._length:
                return None
            read = bytes(self.begun)
            self.begun, self._length = bytearray(), 0
        start = read.find(MARK)
        text_start = start + HEAD.size
        if start < 0 or len(read) < text_start:
            self.begun += read
            return None
        _, last, text_length, payload_length = HEAD.unpack_from(read, start)
        payload_start = text_start + text_length
        end = payload_start + payload_length
        if len(read) < end:
            self.begun += read
            self._length = end
            return None
        self.ahead = read[end:]
        header = marshal.loads(read[text_start:payload_start])  # noqa: S302 - see `_written`
        return Reply(_decode(header, read[payload_start:end], self._files), last)


def has_left(connection: socket.socket) -> bool:
    """Whether the other end of `connection` is closed, and nothing came from it before."""
    try:
        return not connection.recv(1, MSG_PEEK | MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def _written(message: Message, last: bool) -> tuple[bytes, bytes]:
    """Return the two parts that are sent of a message: what says what it is, and its content."""
    header, payload = _encode(message)
    # In a tenth of the time of JSON. It must never read what others have written: both ends of a
    # connection are this program, forked, and there is no name by which another could open it.
    text = marshal.dumps(header)
    return HEAD.pack(MARK, last, len(text), len(payload)) + text, payload


def _encode(message: Message) -> tuple[_Header, bytes]:
    match message:
        case Query(text, prefixes, default_graphs, named_graphs, formats):
            return ("query", text, prefixes, default_graphs, named_graphs, formats), b""
        case Written(kind, format_name, content):
            if isinstance(content, Spool):
                return ("written", kind, format_name, True), b""
            return ("written", kind, format_name, False), content
        case BooleanResult(value):
            return ("ask", value), b""
        case SelectResult() | GraphResult():
            return _describe(message), message.payload
        case Conversion(result, format_name):
            return ("convert", format_name, _describe(result)), result.payload
        case OutOfMemory():
            return ("memory",), b""
        case PostedGraph() | Verdict():
            described, payload = validation.encode(message)
            return ("validation", described), payload
        case _:
            return _encode_other(message)


def _encode_other(
    message: QueryError | AnswerTooLargeError | ServiceFailedError | _OfChange,
) -> tuple[_Header, bytes]:
    match message:
        case QuerySyntaxError(problem=problem, line=line, column=column, hint=hint, what=what):
            return ("syntax", problem, line, column, hint, what), b""
        case QueryError(message=problem, hint=hint):
            return ("refused", problem, hint), b""
        case AnswerTooLargeError(max_rows=max_rows):
            return ("rows", max_rows), b""
        case ServiceFailedError(problem=problem):
            return ("service", problem), b""
        case _:
            described, payload = changes.encode(message)
            return ("change", described), payload


def _decode(header: _Header, payload: bytes, files: list[Spool]) -> Message:
    """Return the message of which these are the parts; its file is taken out of `files`."""
    match header:
        case ("query", *arguments):
            return Query(*arguments)
        case ("written", kind, format_name, spooled):
            return Written(kind, format_name, _taken(files) if spooled else payload)
        case ("ask", value):
            return BooleanResult(value)
        case ("select", _) | ("graph",):
            return _result(header, payload)
        case ("convert", format_name, described):
            return Conversion(_result(described, payload), format_name)
        case ("memory",):
            return OutOfMemory()
        case ("validation", described):
            return validation.decode(described, payload)
        case _:
            return _decode_other(header, payload)


def _decode_other(
    header: _Header, payload: bytes
) -> QueryError | AnswerTooLargeError | ServiceFailedError | _OfChange:
    match header:
        case ("syntax", problem, line, column, hint, what):
            return QuerySyntaxError(problem, line=line, column=column, hint=hint, what=what)
        case ("refused", problem, hint):
            return QueryRefusedError(problem, hint=hint)
        case ("rows", max_rows):
            return AnswerTooLargeError(max_rows)
        case ("service", problem):
            return ServiceFailedError(problem)
        case ("change", described):
            return changes.decode(described, payload)
        case _:
            raise TypeError(f"not a message: {header[0]}")


def _describe(result: SelectResult | GraphResult) -> _Header:
    return ("select", result.variables) if isinstance(result, SelectResult) else ("graph",)


def _result(described: _Header, payload: bytes) -> SelectResult | GraphResult:
    if described[0] == "graph":
        return GraphResult(payload)
    return SelectResult(described[1], payload)


def _taken(files: list[Spool]) -> Spool:
    if not files:
        raise TooManyFilesError
    return files.pop(0)
