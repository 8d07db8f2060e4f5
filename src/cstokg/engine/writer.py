"""A writer: a process that works out what one change comes to, and may be killed at any time.

What it finds against the change it answers itself. What the change comes to it leaves in a file in
memory, for its parent to make: only a writer that ends well has left all of it.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from cstokg.dataset.changes import Change, filled_graph
from cstokg.dataset.transaction import plan
from cstokg.engine import protocol
from cstokg.engine.budget import bound_memory, die_with_peer, start_timer
from cstokg.engine.changes import Proposal, Refusal
from cstokg.engine.worker import run_expendable
from cstokg.errors import QueryError

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from cstokg.dataset.model import Dataset
    from cstokg.engine.board import Board
    from cstokg.engine.budget import WriteBudget

_STDERR: Final = 2


@dataclass(frozen=True)
class Writer:
    """What a writer needs: the dataset, the board, and the file for what it finds."""

    dataset: Dataset
    board: Board
    budget: WriteBudget
    outcome: int
    """The descriptor of the file in memory."""

    def run(self, number: int, connection: socket.socket, files: Sequence[int]) -> None:
        """Work out in this process the change that was submitted with `connection` and `files`."""
        run_expendable(lambda: self._work(number, connection, files))

    def _work(self, number: int, connection: socket.socket, files: Sequence[int]) -> None:
        bound_memory(self.budget.memory)
        self.board.begin_write(number, time.monotonic())
        start_timer(self.budget.seconds)
        try:
            change = protocol.take(connection, files)
            # Its last words go to whoever asked, until it ends.
            os.dup2(connection.fileno(), _STDERR)
            die_with_peer(connection, on=True)
            if protocol.has_left(connection):  # before there was a signal for it
                return
            reply = self._plan(change)
            die_with_peer(connection, on=False)
            if isinstance(reply, Proposal):
                _write(self.outcome, protocol.pack(reply))
            else:
                protocol.send(connection, reply)
        except (OSError, protocol.ConnectionClosedError):
            pass  # Whoever asked has gone.

    def _plan(self, change: protocol.Message) -> protocol.Message:
        if not isinstance(change, Change):
            raise TypeError(f"not a change: {change}")
        try:
            delta = plan(self.dataset, change, self.budget.shapes)
            return Proposal(delta, filled_graph(change))
        except (QueryError, *get_args(Refusal)) as error:
            refusal: QueryError | Refusal = error
            return refusal
        except MemoryError:
            return protocol.OutOfMemory()


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
