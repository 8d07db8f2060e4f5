"""A writer: a process that works out what one change comes to, and may be killed at any time.

What it finds against the change it answers itself. What the change comes to it hands to its parent,
which makes it.
"""

import socket
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, cast

from cstokg.dataset.changes import Change, Delta, filled_graph
from cstokg.dataset.model import Dataset
from cstokg.dataset.shared import SharedDataset, SharedProposal
from cstokg.dataset.transaction import Check, plan
from cstokg.errors import CstokgError, QueryMemoryError
from cstokg.execution import wire
from cstokg.execution.limits import WriteLimits, bound_memory, die_with_peer, start_timer
from cstokg.execution.scoreboard import Scoreboard
from cstokg.execution.worker import Version, begin_job, describe_version, run_expendable


class Proposal(NamedTuple):
    """What a change comes to, and the graph that it puts content into."""

    delta: Delta
    filled: str | None


class Committed(NamedTuple):
    """What became of a change that was made."""

    added: int
    removed: int
    created: bool
    version: Version


@dataclass(frozen=True)
class Writer:
    """What a writer needs: the dataset, where changes come from, and the way to its parent."""

    dataset: Dataset
    listener: socket.socket
    parent: Connection
    board: Scoreboard
    row: int
    limits: WriteLimits
    check: Check

    def run(self) -> None:
        """Wait for a change in this process, work it out, and end."""
        run_expendable(self._work)

    def _work(self) -> None:
        bound_memory(self.limits.memory)
        connection, _ = self.listener.accept()
        with connection, suppress(OSError, wire.ConnectionLostError):  # the client has left
            change: Any = begin_job(connection, self.board, self.row, self.limits.seconds)
            reply: object
            try:
                reply = self._plan(change)
            except CstokgError as error:
                reply = error
            except MemoryError:
                reply = QueryMemoryError(self.limits.memory)
            except Exception as error:  # noqa: BLE001 - a fault of ours is told as one, to be logged
                reply = wire.fault(error)
            die_with_peer(connection, on=False)
            start_timer(0)
            if isinstance(reply, SharedProposal):
                reply = _make(reply)
            elif isinstance(reply, Proposal):
                self.parent.send(reply)
                reply = self.parent.recv()
            wire.send(connection, reply)

    def _plan(self, change: Change) -> Proposal | SharedProposal:
        if isinstance(self.dataset, SharedDataset):
            return self.dataset.propose(change, self.check)
        return Proposal(plan(self.dataset, change, self.check), filled_graph(change))


def _make(proposal: SharedProposal) -> Committed | CstokgError:
    """Make a change on the server that has the dataset, or return why it is not made."""
    try:
        made = proposal.make()
    except CstokgError as error:
        return error
    version = describe_version(cast("Dataset", made.service), 0)
    return Committed(made.added, made.removed, made.created, version)
