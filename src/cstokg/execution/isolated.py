"""One query in a process of its own, for a program that has no workers."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING, cast

from cstokg.errors import QueryError, WorkerLostError
from cstokg.execution import wire

if TYPE_CHECKING:
    from cstokg.dataset.model import Dataset
    from cstokg.store import Result


def query_isolated(dataset: Dataset, text: str) -> Result:
    """Answer a query as `Dataset.query` does, so that a crash of the engine spares the caller.

    Raises QueryError, and WorkerLostError where the engine ended without an answer.
    """
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        _answer(dataset, text, theirs)
    theirs.close()
    try:
        with ours:
            reply = wire.receive(ours)
    except wire.ConnectionLostError:
        raise WorkerLostError from None
    finally:
        # It has answered, is lost, or is no longer waited for (Ctrl-C).
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if isinstance(reply, QueryError):
        raise reply
    return cast("Result", reply)


def _answer(dataset: Dataset, text: str, connection: socket.socket) -> None:
    """Send the answer and end the process, whatever happens."""
    try:
        # The engine's last words are a stack for its makers.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        reply: object
        try:
            reply = dataset.query(text)
        except QueryError as error:
            reply = error
        wire.send(connection, reply)
    finally:
        os._exit(0)
