"""Messages between processes of this program: pickled, over a Unix socket, one connection a job.

Pickle must never read what others have written. Both ends of a connection are this program, forked,
and the sockets stand in a folder that no other user may enter.

Before its reply a worker's standard error goes to the connection, so that the last words of one
that dies reach the client: a message begins with a byte that is in no text.
"""

import pickle
import socket
import traceback
from array import array
from select import POLLIN, poll
from socket import CMSG_SPACE, MSG_PEEK, send_fds
from struct import Struct
from typing import Any, Final, NamedTuple

from cstokg.store.serialization import SerializedResult, Spool

_MARK: Final = b"\0"
_HEAD: Final = Struct("=cQ")
_PIECE: Final = 64 * 1024
_ONE_FILE: Final = CMSG_SPACE(array("i").itemsize)


class ConnectionLostError(Exception):
    """The other end was closed before a message was whole; `words` is what came of it."""

    def __init__(self, words: bytes = b"") -> None:
        super().__init__("the connection was closed")
        self.words = words


class TooManyFilesError(Exception):
    """The file of a message was dropped by the kernel: this process has too many open."""


class _InFile(NamedTuple):
    """A result whose content is in the file that comes with the message."""

    result: SerializedResult


def send(connection: socket.socket, message: object) -> None:
    """Send a message; of a result in a file only the file is handed over."""
    if isinstance(message, SerializedResult) and isinstance(message.content, Spool):
        spool = message.content
        packed = _packed(_InFile(message._replace(content=b"")))
        send_fds(connection, [packed], [spool.descriptor])
    else:
        connection.sendall(_packed(message))


def receive(connection: socket.socket) -> Any:
    """Wait for a message and return it.

    Raises ConnectionLostError, TooManyFilesError, and TimeoutError where the connection has a
    timeout and nothing has come for so long.
    """
    received = bytearray()
    files: list[Spool] = []
    start, end = -1, 0
    while start < 0 or len(received) < end:
        try:
            piece, rights, _, _ = connection.recvmsg(_PIECE, _ONE_FILE)
        except ConnectionResetError:
            piece, rights = b"", []
        for _, _, content in rights:
            files += map(Spool, array("i", content))
        if not piece:
            raise ConnectionLostError(bytes(received))
        received += piece
        if start < 0:
            start = received.find(_MARK)
            if start >= 0 and len(received) < start + _HEAD.size:
                start = -1  # the rest of the head comes with the next piece
            if start >= 0:
                end = start + _HEAD.size + _HEAD.unpack_from(received, start)[1]
    message = pickle.loads(memoryview(received)[start + _HEAD.size : end])  # noqa: S301 - see above
    if not isinstance(message, _InFile):
        return message
    if not files:  # the kernel has dropped it: this process has too many open
        raise TooManyFilesError
    return message.result._replace(content=files[0])


def fault(error: Exception) -> Exception:
    """Return a fault of this program as an error that can be sent, whatever it has in it."""
    return RuntimeError("".join(traceback.format_exception(error)))


def has_left(connection: socket.socket) -> bool:
    """Return True if the other end of `connection` is closed, and nothing came before."""
    readable = poll()  # an error to say that nothing came would take several times as long
    readable.register(connection, POLLIN)
    try:
        return bool(readable.poll(0)) and not connection.recv(1, MSG_PEEK)
    except ConnectionResetError:
        return True


def _packed(message: object) -> bytes:
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(_MARK, len(content)) + content
