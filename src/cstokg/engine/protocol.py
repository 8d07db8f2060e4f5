"""What the web server says to an engine and to its parent over a socket, and what they answer.

The server sends an engine one job after the other over the same connection, and the engine for each
a message with the result or the error. A change travels to the parent with a connection of its own:
the writer leaves what it comes to to the parent, and the parent answers when that is done. Whoever
dies in between may have left some last words: standard error goes to the connection as well.
"""

from __future__ import annotations

import logging
import marshal
import os
from array import array
from contextlib import suppress
from dataclasses import dataclass
from socket import CMSG_SPACE, MSG_DONTWAIT, MSG_PEEK, SCM_RIGHTS, SOL_SOCKET, recv_fds, send_fds
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

from cstokg.change import Change
from cstokg.check import PostedGraph, Verdict
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
from cstokg.store import BooleanResult, GraphResult, SelectResult, Written
from cstokg.store.written import Spool

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
_SAID: Final = 400
_SPOOL: Final = "spool"
"""Where a message's file is in its header, once it was received."""


class TooManyFilesError(Exception):
    """The file of a message was dropped by the kernel: this process has too many open."""


class ConnectionClosedError(Exception):
    """The other end was closed in the middle of a message; `rest` is what came of it."""

    def __init__(self, rest: bytes) -> None:
        super().__init__("the connection was closed")
        self.rest = rest


@dataclass(frozen=True)
class Query:
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


@dataclass(frozen=True)
class Reply:
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


def take_back(queue: socket.socket) -> Iterator[int]:
    """Take every message out of a queue, and iterate over the descriptors that were in them."""
    # Not `socket.recv_fds`, which leaves out the flags as well.
    space = CMSG_SPACE(MAX_DESCRIPTORS * array("i").itemsize)
    with suppress(BlockingIOError):
        while True:
            for _, _, content in queue.recvmsg(OFFER.size, space, MSG_DONTWAIT)[1]:
                yield from array("i", content)


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
    return b"".join(_written(message, last=False))


def unpack(content: bytes) -> Message:
    """Return the message that `content` is. Raises ConnectionClosedError if it is not whole."""
    if len(content) < HEAD.size:
        raise ConnectionClosedError(content)
    _, _, text_length, payload_length = HEAD.unpack_from(content)
    payload_start = HEAD.size + text_length
    if len(content) != payload_start + payload_length:
        raise ConnectionClosedError(content)
    return _decode(_read_header(content[HEAD.size : payload_start]), content[payload_start:])


def receive(connection: socket.socket) -> Message:
    """Wait for a message, as `receive_reply` does."""
    return receive_reply(connection).message


def receive_reply(connection: socket.socket) -> Reply:
    """Wait for a message.

    Raises ConnectionClosedError, TooManyFilesError, TimeoutError or BlockingIOError.

    Text before the message is left out: an engine that lives has no last words.
    """
    files: list[Spool] = []
    read = _read(connection, files)
    while (start := read.find(MARK)) < 0 or len(read) < start + HEAD.size:
        read += _read(connection, files, read)
    _, last, text_length, payload_length = HEAD.unpack_from(read, start)
    text_start = start + HEAD.size
    payload_start = text_start + text_length
    while len(read) < payload_start:
        read += _read(connection, files, read)
    header = _read_header(read[text_start:payload_start])
    if files:
        header[_SPOOL] = files[0]
    payload = read[payload_start:]
    if len(payload) < payload_length:
        payload = _fill(connection, payload, payload_length)
    return Reply(_decode(header, payload), last)


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
    text = marshal.dumps(header)
    return HEAD.pack(MARK, last, len(text), len(payload)) + text, payload


def _read_header(text: bytes) -> dict[str, Any]:
    # In a tenth of the time of JSON. It must never read what others have written: both ends of a
    # connection are this program, forked, and there is no name by which another could open it.
    header: dict[str, Any] = marshal.loads(text)  # noqa: S302
    return header


def _read(connection: socket.socket, files: list[Spool], before: bytes = b"") -> bytes:
    """Return what comes next, after `before`; a file that comes with it is added to `files`."""
    piece, descriptors, _, _ = recv_fds(connection, _PIECE, 1)
    files += map(Spool, descriptors)
    if not piece:
        raise ConnectionClosedError(before)
    return piece


def _fill(connection: socket.socket, begun: bytes, length: int) -> bytes:
    """Return `length` bytes of which the first were read already."""
    content = bytearray(length)
    filled = len(begun)
    content[:filled] = begun
    view = memoryview(content)
    while filled < length:
        count = connection.recv_into(view[filled:])
        if not count:
            raise ConnectionClosedError(b"")
        filled += count
    return bytes(content)


def _encode(message: Message) -> tuple[dict[str, Any], bytes]:
    match message:
        case Query(text, prefixes, default_graphs, named_graphs, formats):
            return {"query": [text, prefixes, default_graphs, named_graphs, formats]}, b""
        case Conversion(result, format_name):
            return {"convert": format_name, **_describe(result)}, result.payload
        case Written(kind, format_name, content):
            inline = b"" if isinstance(content, Spool) else content
            return {"written": [kind, format_name, isinstance(content, Spool)]}, inline
        case OutOfMemory():
            return {"memory": True}, b""
        case SelectResult() | GraphResult():
            return _describe(message), message.payload
        case BooleanResult(value):
            return {"ask": value}, b""
        case QuerySyntaxError(problem=problem, line=line, column=column, hint=hint, what=what):
            return {"syntax": [problem, (line, column), hint, what]}, b""
        case QueryError(message=problem, hint=hint):
            return {"refused": [problem, hint]}, b""
        case _:
            return _encode_other(message)


def _encode_other(
    message: AnswerTooLargeError | ServiceFailedError | PostedGraph | Verdict | _OfChange,
) -> tuple[dict[str, Any], bytes]:
    if isinstance(message, AnswerTooLargeError):
        return {"rows": message.max_rows}, b""
    if isinstance(message, ServiceFailedError):
        return {"service": message.problem}, b""
    if isinstance(message, PostedGraph | Verdict):
        return validation.encode(message)
    return changes.encode(message)


def _decode(header: dict[str, Any], payload: bytes) -> Message:
    match header:
        case {"query": arguments}:
            return Query(*arguments)
        case {"convert": str(format_name)}:
            return Conversion(_result(header, payload), format_name)
        case {"written": [kind, str(format_name), bool(spooled)]}:
            return Written(kind, format_name, _spool(header) if spooled else payload)
        case {"memory": True}:
            return OutOfMemory()
        case {"ask": bool(value)}:
            return BooleanResult(value)
        case {"syntax": [str(problem), place, str(hint), "query" | "update" as what]}:
            line, column = place
            return QuerySyntaxError(problem, line=line, column=column, hint=hint, what=what)
        case {"refused": [str(problem), str(hint)]}:
            return QueryRefusedError(problem, hint=hint)
        case {"select": _} | {"graph": _}:
            return _result(header, payload)
        case _:
            return _decode_other(header, payload)


def _decode_other(header: dict[str, Any], payload: bytes) -> Message:
    if "rows" in header:
        return AnswerTooLargeError(header["rows"])
    if "service" in header:
        return ServiceFailedError(header["service"])
    return (validation.decode if validation.KEY in header else changes.decode)(header, payload)


def _describe(result: SelectResult | GraphResult) -> dict[str, Any]:
    return {"select": result.variables} if isinstance(result, SelectResult) else {"graph": True}


def _spool(header: dict[str, Any]) -> Spool:
    if _SPOOL not in header:
        raise TooManyFilesError
    spool: Spool = header[_SPOOL]
    return spool


def _result(header: dict[str, Any], payload: bytes) -> SelectResult | GraphResult:
    if "graph" in header:
        return GraphResult(payload)
    return SelectResult(tuple(header["select"]), payload)
