"""What is written to a store, kept as the difference that it makes."""

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field

import pyoxigraph as ox

from cstokg.store.oxigraph import Store, sorted_lines


@dataclass(frozen=True)
class Journal:
    """Writes triples, of the engine's terms, to the graphs of a store, and keeps the difference."""

    store: Store
    _removed: set[ox.Quad] = field(default_factory=set)
    _added: set[ox.Quad] = field(default_factory=set)

    def add(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Add to `graph` those of `triples` that it does not say."""
        self._note(set(), self.store.add(graph, triples))

    def remove(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Remove from `graph` those of `triples` that it says."""
        self._note(self.store.remove(graph, triples), set())

    def note(self, removed: bytes, added: bytes) -> None:
        """Take up what was removed from the store and added to it, as `Store.difference` has it."""
        self._note(*(set(ox.parse(q, format=ox.RdfFormat.N_QUADS)) for q in (removed, added)))

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Have the store as it was before the difference, for as long as nothing is written."""
        removed, added = self.delta()
        self.store.amend(added, removed)
        yield
        self.store.amend(removed, added)

    def _note(self, removed: AbstractSet[ox.Quad], added: AbstractSet[ox.Quad]) -> None:
        self._removed.update(removed - self._added)
        self._added.difference_update(removed)
        self._added.update(added - self._removed)
        self._removed.difference_update(added)

    def delta(self) -> tuple[bytes, bytes]:
        """Return what was removed and added, as `Store.difference` does."""
        return sorted_lines(self._removed), sorted_lines(self._added)

    def graphs(self) -> set[str]:
        """Return the graphs that triples were removed from or added to."""
        names = {quad.graph_name for quad in self._removed | self._added}
        return {name.value for name in names if isinstance(name, ox.NamedNode)}

    def removed(self, graphs: Collection[str] | None = None) -> set[ox.Triple]:
        """Return the triples that were removed from `graphs`, or from any."""
        return _triples(self._removed, graphs)

    def added(self, graphs: Collection[str] | None = None) -> set[ox.Triple]:
        """Return the triples that were added to `graphs`, or to any."""
        return _triples(self._added, graphs)


def _triples(quads: Iterable[ox.Quad], graphs: Collection[str] | None) -> set[ox.Triple]:
    names = None if graphs is None else set(map(ox.NamedNode, graphs))
    return {quad.triple for quad in quads if names is None or quad.graph_name in names}
