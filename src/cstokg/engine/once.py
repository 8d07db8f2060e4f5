"""One query in a process of its own, for a program that has no server to spare."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING, cast

from cstokg.engine import protocol
from cstokg.errors import EngineLostError, QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cstokg.dataset.model import Dataset
    from cstokg.store import Result


def query_apart(dataset: Dataset, text: str, *, prefixes: Mapping[str, str]) -> Result:
    """Answer a query as `Dataset.query` does, so that what ends the engine spares the caller.

    Raises QueryError, and EngineLostError where the engine ended without an answer.
    """
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        _answer(dataset, text, prefixes, theirs)
    theirs.close()
    try:
        with ours:
            reply = protocol.receive(ours)
    except (protocol.ConnectionClosedError, ConnectionResetError):
        raise EngineLostError from None
    finally:
        # It has answered, is lost, or is no longer waited for (Ctrl-C).
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if isinstance(reply, QueryError):
        raise reply
    return cast("Result", reply)


def _answer(
    dataset: Dataset, text: str, prefixes: Mapping[str, str], connection: socket.socket
) -> None:
    """Send the answer and end the process, whatever happens."""
    try:
        # The engine's last words are a stack for its makers.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        reply: protocol.Message
        try:
            reply = dataset.query(text, prefixes=prefixes)
        except QueryError as error:
            reply = error
        protocol.send(connection, reply)
    finally:
        os._exit(0)
