"""What is told of single things, read when it is first asked for: a dataset may have millions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Generic, TypeVar

from cstokg.store.terms import is_iri

T = TypeVar("T")

_AT_ONCE: Final = 1_000
"""How many things one query asks for at most."""


class Lookup(Generic[T]):
    """What `read` tells of things by their IRIs; of which it tells nothing, there is None.

    Whatever is in `near` and not yet known is read together with what is asked for.
    """

    def __init__(
        self,
        read: Callable[[Sequence[str]], Mapping[str, T]],
        near: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._read = read
        self._near = near
        self._known: dict[str, T | None] = {}

    def read(self, iris: Iterable[str]) -> None:
        """Read what is told of `iris`, but for what is known."""
        asked = list({iri for iri in iris if iri not in self._known})
        for first in range(0, len(asked), _AT_ONCE):
            part = asked[first : first + _AT_ONCE]
            valid = [iri for iri in part if is_iri(iri)]
            found = self._read(valid) if valid else {}
            self._known.update((iri, found.get(iri)) for iri in part)

    def get(self, iri: str) -> T | None:
        """Return what is told of `iri`."""
        if iri not in self._known:
            self.read((iri, *self._near()))
        return self._known[iri]
