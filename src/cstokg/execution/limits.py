"""What one query may take, and how the kernel is told to enforce it."""

import ctypes
import fcntl
import multiprocessing
import os
import resource
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_DATA: Final = 5
"""The column of /proc/self/statm with the private writable memory, in pages (proc(5))."""


@dataclass(frozen=True)
class Limits:
    """The bounds of one query."""

    seconds: float
    """The time from the start of its answering to the end of its sending."""
    memory: int
    """The bytes that its process may take beyond the dataset itself."""
    max_rows: int
    """The rows, or triples, of its answer."""
    services: frozenset[str] = frozenset()
    """The hosts (`name` or `name:port`) that SERVICE may ask."""


@dataclass(frozen=True)
class WriteLimits:
    """The bounds of one write."""

    seconds: float
    """The time that it may take to work out what a change comes to."""
    memory: int
    """The bytes that may take beyond the dataset itself."""


def die_with_parent(number: signal.Signals) -> None:
    """Have the kernel send this process the signal `number` when its parent ends, even by -9."""
    if ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number)):
        raise OSError("prctl cannot set the signal of the parent's death")
    parent = multiprocessing.parent_process()
    if parent is not None and os.getppid() != parent.pid:
        os.kill(os.getpid(), number)  # It ended between the fork and now, and nobody will tell.


def offer_to_oom_killer() -> None:
    """Have the kernel end this process before others when the machine's memory is full.

    Where a container forbids it, the process is as likely to be ended as any other.
    """
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", "ascii")


def bound_memory(more: int) -> None:
    """Let this process take no more than `more` bytes beyond what it has."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[_DATA])
    # Private writable memory, not address space: allocators reserve far more than they use.
    limit = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def start_timer(seconds: float) -> None:
    """Have the kernel kill this process in `seconds`; 0 calls it off.

    SIGALRM must have its default action: a handler in Python would only run after the query.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)


def die_with_peer(connection: socket.socket, *, on: bool) -> None:
    """Have the kernel kill this process when the other end of `connection` is closed.

    SIGIO must have its default action. Switch it off before anything more is sent or received,
    which would be a reason for the signal as well.
    """
    if on:
        fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
    # It has no other flag: it is waited for, and how it was opened cannot be changed.
    fcntl.fcntl(connection, fcntl.F_SETFL, os.O_ASYNC if on else 0)
