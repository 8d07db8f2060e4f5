"""A change to a dataset: planned apart from it, checked, and made all at once.

`plan` carries a change out on a copy and returns what it comes to, `apply` does it. What follows
from a source that the change touches is computed anew, so that a dataset never says what does not
follow; what follows from the others stays as it is.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from cstokg.dataset.changes import (
    Change,
    Delta,
    DropGraph,
    PostGraph,
    PutGraph,
    PutGraphs,
    SparqlUpdate,
    filled_graph,
)
from cstokg.dataset.derive import close_shared, close_source, tie_sources
from cstokg.dataset.incremental import revise_all
from cstokg.dataset.metadata import describe
from cstokg.dataset.model import Dataset
from cstokg.dataset.query_service import Commit
from cstokg.dataset.sources import consequences, find_graphs, find_others, find_sources
from cstokg.errors import (
    ReadOnlyGraphError,
    UnknownGraphError,
)
from cstokg.namespaces import (
    DEFAULT_GRAPH,
    DERIVED_GRAPH,
    LINKS_GRAPH,
    META_GRAPH,
    SHARED_GRAPHS,
    is_computed,
    short_graph_name,
)
from cstokg.store import Store
from cstokg.store.closure.journal import Journal
from cstokg.store.parsing import graph_of

Check = Callable[[Dataset, Mapping[str, Store], tuple[bytes, bytes]], None]
"""Refuses a dataset that must not be, such as one that violates its shapes, by an error.

It is handed the graphs as well that a change may have broken, each with the store that it is
judged in (`derive.scopes`), and the quads that were removed and added.
"""


def plan(dataset: Dataset, change: Change, check: Check) -> Delta:
    """Return what `change` comes to. The store of `dataset` is changed: hand over a copy.

    `check` is called with the dataset as it would be. Raises its errors, QuerySyntaxError,
    QueryRefusedError, UnknownGraphError for a graph to drop that is not there, SourceError and
    UnknownFormatError for content, and ReadOnlyGraphError for a computed graph.
    """
    store = dataset.store
    before = find_graphs(store)
    removed, added = _carry_out(store, dataset, change)
    if not (removed or added):
        return Delta(b"", b"")
    touched = set(map(graph_of, (removed + added).splitlines()))
    for graph in filter(is_computed, sorted(touched)):
        raise ReadOnlyGraphError(graph)
    info = replace(dataset.info, revision=_revision(dataset, removed, added))
    journal = Journal(store)
    journal.note(removed, added)
    judged = revise_all(journal, before)
    if judged is None:
        judged = _derive_anew(journal, touched)
    judged |= {graph: store for graph in find_others(store) if graph in touched}
    removed, added = journal.delta()
    check(Dataset(store, info), judged, (removed, added))
    triples = _counts(info.triples, removed, added)
    triples.pop(META_GRAPH, None)
    described = store.copy([META_GRAPH])
    store.remove_graph(META_GRAPH)
    store.insert(META_GRAPH, describe(info, triples))
    journal.note(*described.difference(store, [META_GRAPH]))
    return Delta(*journal.delta())


def _derive_anew(journal: Journal, touched: set[str]) -> dict[str, Store]:
    """Derive anew what follows from the graphs `touched`; return what `revise_all` does."""
    store = journal.store
    of_all = touched.intersection(SHARED_GRAPHS)
    sources = [source for source in find_sources(store) if of_all or source in touched]
    shared = close_shared(store)
    judged = {source: close_source(store, source, shared) for source in sources}
    for source in touched.union(sources):
        journal.note(*store.replace(judged.get(source, shared), consequences(source)))
    together = [DERIVED_GRAPH, LINKS_GRAPH]
    before = store.copy(together)
    for graph in together:
        store.remove_graph(graph)
    tie_sources(store, shared)
    journal.note(*before.difference(store, together))
    return judged | dict.fromkeys(of_all, shared)


def apply(dataset: Dataset, delta: Delta) -> Dataset:
    """Make a change that was planned for `dataset`, and return the dataset from now on.

    The store itself is changed: the content of `dataset` is in it no more.
    """
    if not delta:
        return dataset
    dataset.store.amend(delta.removed, delta.added)
    return _after(dataset, delta)


def _after(dataset: Dataset, delta: Delta) -> Dataset:
    """Return the dataset that `delta` makes of one, whose store has been changed already."""
    triples = _counts(dataset.info.triples, delta.removed, delta.added)
    info = replace(dataset.info, triples=triples, revision=revision_after(dataset, delta))
    return dataset.changed(info, delta.removed, delta.added)


def revision_after(dataset: Dataset, delta: Delta) -> str:
    """Return the name of the version that `apply` makes."""
    return _revision(dataset, _asserted(delta.removed), _asserted(delta.added))


@dataclass(frozen=True)
class WritableDataset(Dataset):
    """A dataset in this process that can be written; `check` refuses what must not be."""

    check: Check = field(repr=False)

    @property
    def writable(self) -> bool:
        """Return True: `apply` takes changes."""
        return True

    def apply(self, change: Change) -> Commit:
        """Make `change` and return what became of it, with the dataset from now on.

        This one stays as it is. Raises the errors of `plan`.
        """
        copy = replace(self, store=self.store.copy())
        delta = plan(copy, change, self.check)
        return commit(self, _after(copy, delta) if delta else self, delta, filled_graph(change))


def commit(before: Dataset, after: Dataset, delta: Delta, filled: str | None) -> Commit:
    """Return what became of a change that `delta` is and that put content into `filled`."""
    return Commit(
        added=_asserted(delta.added).count(b"\n"),
        removed=_asserted(delta.removed).count(b"\n"),
        created=filled in after.info.triples and filled not in before.info.triples,
        service=after,
    )


def _carry_out(store: Store, dataset: Dataset, change: Change) -> tuple[bytes, bytes]:
    """Carry a change out, and return what it removed and added, as `Store.difference` does."""
    if isinstance(change, SparqlUpdate):
        return store.update(
            change.text,
            default_graph=DEFAULT_GRAPH,
            protected=list(filter(is_computed, dataset.info.triples)),
            prefixes=dataset.prefixes,
            base=change.base,
            using_graphs=change.using_graphs,
            using_named_graphs=change.using_named_graphs,
        )
    graphs = change.graphs if isinstance(change, PutGraphs) else (change.graph,)
    for graph in filter(is_computed, graphs):
        raise ReadOnlyGraphError(graph)
    before = store.copy(graphs)
    match change:
        case PutGraphs(_, nquads):
            if (said := before.dump()) != nquads:
                store.amend(said, nquads)
        case PutGraph(graph, content, media_type):
            store.remove_graph(graph)
            store.load_content(content, media_type, graph)
        case PostGraph(graph):
            for content, media_type in ((change.content, change.media_type), *change.more):
                store.load_content(content, media_type, graph)
        case DropGraph(graph):
            if graph not in dataset.info.triples:
                raise UnknownGraphError(graph, map(short_graph_name, dataset.info.triples))
            store.remove_graph(graph)
    return before.difference(store, graphs)


def _revision(dataset: Dataset, removed: bytes, added: bytes) -> str:
    """Return the name of the version that comes after `dataset` by a change of such quads."""
    steps = (dataset.state.encode(), removed, added)
    return sha256(b"".join(sha256(step).digest() for step in steps)).hexdigest()


def _counts(before: Mapping[str, int], removed: bytes, added: bytes) -> dict[str, int]:
    """Return the numbers of triples of graphs after quads were removed and added."""
    counts = Counter(before)
    counts.subtract(map(graph_of, removed.splitlines()))
    counts.update(map(graph_of, added.splitlines()))
    return {graph: count for graph, count in sorted(counts.items()) if count}


def _asserted(nquads: bytes) -> bytes:
    """Return the lines of sorted N-Quads that are in graphs that can be written."""
    lines = nquads.splitlines(keepends=True)
    return b"".join(line for line in lines if not is_computed(graph_of(line)))
