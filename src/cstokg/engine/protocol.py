"""What the web server and an engine say to each other over a socket, one job a connection.

The server sends a message with a job, the engine one with the result or the error. An engine that
dies in between may have left some last words: its standard error goes to the connection as well.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

from cstokg.errors import (
    AnswerTooLargeError,
    QueryError,
    QueryRefusedError,
    QuerySyntaxError,
)
from cstokg.store import BooleanResult, GraphResult, SelectResult

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence


NUMBER: Final = Struct("=H")
"""What an engine is handed beside the connection: the job's place on the board."""

HEAD: Final = Struct("=cIQ")
"""A byte that is in no text, then the lengths of a message's two parts."""

MARK: Final = b"\0"
_PIECE: Final = 64 * 1024


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


@dataclass(frozen=True)
class Conversion:
    """Ask for a result in another format."""

    result: SelectResult | GraphResult
    format_name: str


@dataclass(frozen=True)
class Written:
    """A result in the format that was asked for."""

    content: bytes


@dataclass(frozen=True)
class OutOfMemory:
    """The engine ran out of its memory, and could still say so."""


Message = (
    Query
    | Conversion
    | Written
    | OutOfMemory
    | SelectResult
    | BooleanResult
    | GraphResult
    | QueryError
    | AnswerTooLargeError
)


def send(connection: socket.socket, message: Message) -> None:
    """Send `message`."""
    header, payload = _encode(message)
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode(
        errors="surrogatepass"
    )
    head = HEAD.pack(MARK, len(text), len(payload)) + text
    if len(payload) < _PIECE:
        connection.sendall(head + payload)
    else:
        connection.sendall(head)
        connection.sendall(payload)


def receive(connection: socket.socket) -> Message:
    """Wait for a message. Raises ConnectionClosedError, or TimeoutError.

    Text before the message is left out: an engine that lives has no last words.
    """
    buffer = bytearray()
    while (start := buffer.find(MARK)) < 0 or len(buffer) < start + HEAD.size:
        _read_more(connection, buffer)
    _, text_length, payload_length = HEAD.unpack_from(buffer, start)
    text_start = start + HEAD.size
    payload_start = text_start + text_length
    while len(buffer) < payload_start:
        _read_more(connection, buffer)
    header = json.loads(buffer[text_start:payload_start].decode(errors="surrogatepass"))
    payload = bytearray(payload_length)
    filled = len(buffer) - payload_start
    payload[:filled] = buffer[payload_start:]
    view = memoryview(payload)
    while filled < payload_length:
        count = connection.recv_into(view[filled:])
        if not count:
            raise ConnectionClosedError(b"")
        filled += count
    return _decode(header, bytes(payload))


def _read_more(connection: socket.socket, buffer: bytearray) -> None:
    piece = connection.recv(_PIECE)
    if not piece:
        raise ConnectionClosedError(bytes(buffer))
    buffer += piece


def _encode(message: Message) -> tuple[dict[str, Any], bytes]:
    match message:
        case Query(text, prefixes, default_graphs, named_graphs):
            return {"query": [text, prefixes, default_graphs, named_graphs]}, b""
        case Conversion(result, format_name):
            return {"convert": format_name, **_describe(result)}, result.payload
        case Written(content):
            return {"written": True}, content
        case OutOfMemory():
            return {"memory": True}, b""
        case SelectResult() | GraphResult():
            return _describe(message), message.payload
        case BooleanResult(value):
            return {"ask": value}, b""
        case QuerySyntaxError(problem=problem, line=line, column=column, hint=hint):
            return {"syntax": [problem, line, column, hint]}, b""
        case AnswerTooLargeError(max_rows=max_rows):
            return {"rows": max_rows}, b""
        case QueryError(message=problem, hint=hint):
            return {"refused": [problem, hint]}, b""


def _decode(header: dict[str, Any], payload: bytes) -> Message:
    match header:
        case {"query": arguments}:
            return Query(*arguments)
        case {"convert": str(format_name)}:
            return Conversion(_result(header, payload), format_name)
        case {"written": True}:
            return Written(payload)
        case {"memory": True}:
            return OutOfMemory()
        case {"ask": bool(value)}:
            return BooleanResult(value)
        case {"syntax": [str(problem), int(line), int(column), str(hint)]}:
            return QuerySyntaxError(problem, line=line, column=column, hint=hint)
        case {"rows": int(max_rows)}:
            return AnswerTooLargeError(max_rows)
        case {"refused": [str(problem), str(hint)]}:
            return QueryRefusedError(problem, hint=hint)
        case _:
            return _result(header, payload)


def _describe(result: SelectResult | GraphResult) -> dict[str, Any]:
    return {"select": result.variables} if isinstance(result, SelectResult) else {"graph": True}


def _result(header: dict[str, Any], payload: bytes) -> SelectResult | GraphResult:
    if "graph" in header:
        return GraphResult(payload)
    return SelectResult(tuple(header["select"]), payload)
