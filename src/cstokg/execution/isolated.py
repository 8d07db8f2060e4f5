"""One piece of work in a process of its own, for a program that has no workers."""

import os
import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

from cstokg.dataset.model import Dataset
from cstokg.errors import CstokgError, WorkerLostError
from cstokg.execution import wire
from cstokg.execution.limits import die_with_parent
from cstokg.store import Result

_T = TypeVar("_T")


def query_isolated(dataset: Dataset, text: str) -> Result:
    """Answer a query as `Dataset.query` does, so that a crash of the engine spares the caller.

    Raises QueryError, and WorkerLostError where the engine ended without an answer.
    """
    return run_isolated(partial(dataset.query, text))


def run_isolated(work: Callable[[], _T]) -> _T:
    """Return what `work` returns; what it changes, or breaks, ends with the process that did it.

    Raises its CstokgError, and WorkerLostError where that process ended without an answer.
    """
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        _answer(work, theirs)
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
    if isinstance(reply, Exception):
        raise reply
    return cast("_T", reply)


def _answer(work: Callable[[], object], connection: socket.socket) -> None:
    """Send the answer and end the process, whatever happens."""
    try:
        die_with_parent(signal.SIGKILL)
        # The engine's last words are a stack for its makers.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        reply: object
        try:
            reply = work()
        except CstokgError as error:
            reply = error
        except Exception as error:  # noqa: BLE001 - a fault of ours is told as one
            reply = wire.fault(error)
        wire.send(connection, reply)
    finally:
        os._exit(0)
