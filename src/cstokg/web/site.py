"""What the pages show and query: the dataset, its counts and the example questions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from flask import current_app

from cstokg.summary import Summary, summarize

if TYPE_CHECKING:
    from flask import Flask

    from cstokg.build import Dataset
    from cstokg.questions import Question

_KEY = "cstokg"


@dataclass(frozen=True)
class Site:
    """The state of one application; nothing in it changes while it runs."""

    dataset: Dataset
    questions: tuple[Question, ...]

    @cached_property
    def summary(self) -> Summary:
        """The counts of the dataset, taken when a page first shows them."""
        return summarize(self.dataset)

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that a query need not declare."""
        return self.dataset.prefixes


def install(app: Flask, site: Site) -> None:
    """Make `site` the state of `app`."""
    app.extensions[_KEY] = site


def current_site() -> Site:
    """Return the state of the application that answers the request."""
    return cast("Site", current_app.extensions[_KEY])
