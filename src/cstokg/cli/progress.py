"""Long work on a terminal: the step that goes on, and a bar where that takes over two seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

_PATIENCE: Final = 2.0
"""Seconds that a step may take before a bar says how far it has come."""

_REDRAWN: Final = 200
"""How often a bar is drawn anew, at most."""


@contextmanager
def progress(step: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal how far a long work has come; give a function for its next step.

    Nothing is shown where stderr is no terminal.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from cstokg.rdf.progress import reported_to

    display = _Display()
    display.show(step)
    try:
        with reported_to(display.report):
            yield display.show
    finally:
        display.clear()


class _Display:
    """One line of a terminal, with a step in words or its bar."""

    def __init__(self) -> None:
        self._step = ""
        self._began = 0.0
        self._done = 0
        self._bar: Any = None

    def show(self, step: str) -> None:
        """Show that a step goes on."""
        self.clear()
        click.echo(f"{step} …", err=True, nl=False)

    def report(self, step: str, done: int, total: int) -> None:
        """Show how far a step has come, once it has taken long."""
        if done == 0 or step != self._step:
            self._step, self._began = step, time.time()
            self.show(step)
        elif self._bar is None and time.time() - self._began > _PATIENCE:
            self.clear()
            self._bar = click.progressbar(
                length=total,
                label=step,
                show_pos=True,
                update_min_steps=max(1, total // _REDRAWN),
                file=sys.stderr,
            )
            self._done = 0
            self._bar.start = self._began  # what remains is reckoned from the items before, too
            self._bar.__enter__()
        if self._bar is not None:
            self._bar.update(done - self._done)
            self._done = done

    def clear(self) -> None:
        """End the bar, which stays, or take away the words."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
        click.echo("\r\x1b[K", err=True, nl=False)
