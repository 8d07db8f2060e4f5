"""How far a long piece of work has come, for a caller who wants to show it.

Work goes through its items by `track`; nobody hears of it but who asked, by `reported_to`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, TypeVar

Report = Callable[[str, int, int], None]
"""Is told of a step by its name: how many items are done, and how many there are."""

_T = TypeVar("_T")


@dataclass
class _Listener:
    report: Report
    is_busy: bool = False
    """A step goes on; those that it consists of are not reported."""


_LISTENER: Final[ContextVar[_Listener | None]] = ContextVar("progress", default=None)


@contextmanager
def reported_to(report: Report) -> Iterator[None]:
    """Have `report` told of the steps that are made inside."""
    token = _LISTENER.set(_Listener(report))
    try:
        yield
    finally:
        _LISTENER.reset(token)


def track(step: str, items: Collection[_T]) -> Iterable[_T]:
    """Return what iterates over `items` and reports how many are done."""
    return track_all(step, items, len(items))


def track_all(step: str, items: Iterable[_T], total: int) -> Iterable[_T]:
    """Return what iterates over `items`, of which there are `total`, and reports as `track`."""
    listener = _LISTENER.get()
    return items if listener is None else _reported(listener, step, items, total)


def _reported(listener: _Listener, step: str, items: Iterable[_T], total: int) -> Iterator[_T]:
    if listener.is_busy:
        yield from items
        return
    listener.is_busy = True
    try:
        for done, item in enumerate(items):
            listener.report(step, done, total)
            yield item
        listener.report(step, total, total)
    finally:
        listener.is_busy = False
