"""Which queries run under which name, so that somebody who knows the name can stop them.

What stops one ends its wait, and the line to its engine, which the kernel kills then.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from cstokg.errors import QueryCancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(eq=False)
class _Asking:
    """What one thread asks, and how whatever it waits for now is ended."""

    end: Callable[[], object] | None = None
    stopped: bool = False


@dataclass
class Cancellation:
    """The names that are in use; any thread may call it."""

    _named: defaultdict[str, set[_Asking]] = field(default_factory=lambda: defaultdict(set))
    _mine: ContextVar[_Asking | None] = field(default_factory=lambda: ContextVar("asking"))
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def named(self, name: str) -> Iterator[None]:
        """Let `stop(name)` stop what this thread asks within the context.

        Within another such context, the other's name does so as well.
        """
        asking = self._mine.get(None) or _Asking()
        with self._lock:
            self._named[name].add(asking)
        token = self._mine.set(asking)
        try:
            yield
        finally:
            self._mine.reset(token)
            with self._lock:
                self._named[name].discard(asking)
                if not self._named[name]:
                    del self._named[name]

    @contextmanager
    def over(self, end: Callable[[], object]) -> Iterator[None]:
        """Say that this thread waits for what any thread can bring to an end by `end`.

        Raises QueryCancelledError for whatever goes wrong once it was stopped.
        """
        asking = self._mine.get(None)
        if asking is None:
            yield
            return
        with self._lock:
            if asking.stopped:
                raise QueryCancelledError
            asking.end = end
        try:
            yield
        except Exception as error:
            if asking.stopped:
                raise QueryCancelledError from error
            raise
        finally:
            with self._lock:
                asking.end = None

    def stop(self, name: str) -> bool:
        """Stop what is asked under `name`; return whether anything was."""
        with self._lock:
            found = self._named.get(name, set())
            for asking in found:
                asking.stopped = True
                if asking.end is not None:
                    asking.end()
            return bool(found)
