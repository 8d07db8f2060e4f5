"""What follows from the files: OWL RL entailments, shortcut links and bounds of dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cstokg.store import Store


def derive(store: Store) -> None:
    """Add to `store` the graphs `links` and `derived`."""
