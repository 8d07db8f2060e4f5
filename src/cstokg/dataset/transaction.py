"""A change to a dataset: planned apart from it, checked, and made all at once.

`plan` works on a copy and returns what the change comes to, `apply` does it. What can be computed
is computed anew from what the change leaves, so that a dataset never says what does not follow.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from cstokg.dataset.build import compute
from cstokg.dataset.changes import Delta, DropGraph, PostGraph, PutGraph, SparqlUpdate, filled_graph
from cstokg.dataset.model import Dataset
from cstokg.dataset.query_service import Commit
from cstokg.errors import (
    QueryRefusedError,
    ReadOnlyGraphError,
    SourceError,
    UnknownGraphError,
)
from cstokg.namespaces import COMPUTED_GRAPHS, DEFAULT_GRAPH, short_graph_name
from cstokg.store import has_new_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cstokg.dataset.changes import Change
    from cstokg.dataset.load import BuildInfo
    from cstokg.store import Store

    Check = Callable[[Dataset], None]
    """Refuses a dataset that must not be, such as one that violates its shapes, by an error."""


def plan(dataset: Dataset, change: Change, check: Check) -> Delta:
    """Return what `change` comes to; the dataset stays as it is.

    `check` is called with the dataset as it would be. Raises its errors, QuerySyntaxError,
    QueryRefusedError, UnknownGraphError for a graph to drop that is not there, SourceError and
    UnknownFormatError for content, and ReadOnlyGraphError for a computed graph.
    """
    store = dataset.store.copy()
    _carry_out(store, dataset, change)
    for graph in COMPUTED_GRAPHS:
        if any(dataset.store.difference(store, [graph])):
            raise ReadOnlyGraphError(graph)
    asserted = {*dataset.info.triples, *store.graphs()}.difference(COMPUTED_GRAPHS)
    difference = dataset.store.difference(store, sorted(asserted))
    if not any(difference):
        return Delta(b"", b"")
    if has_new_terms(difference[1]):
        raise QueryRefusedError("the data have terms of RDF 1.2, and the dataset is in RDF 1.1")
    info = replace(dataset.info, revision=_revision(dataset, *difference))
    _recompute(store, info)
    check(Dataset(store, replace(info, triples=store.graphs())))
    return Delta(*dataset.store.difference(store))


def apply(dataset: Dataset, delta: Delta) -> Dataset:
    """Make a change that was planned for `dataset`, and return the dataset from now on.

    The store itself is changed: the content of `dataset` is in it no more.
    """
    if not delta:
        return dataset
    dataset.store.amend(delta.removed, delta.added)
    triples = dict(dataset.info.triples)
    for nquads, sign in ((delta.removed, -1), (delta.added, 1)):
        for graph, count in _count(nquads).items():
            triples[graph] = triples.get(graph, 0) + sign * count
    there = {graph: count for graph, count in sorted(triples.items()) if count}
    info = replace(dataset.info, triples=there, revision=revision_after(dataset, delta))
    return replace(dataset, info=info)


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
        delta = plan(self, change, self.check)
        after = apply(replace(self, store=self.store.copy()), delta) if delta else self
        return commit(self, after, delta, filled_graph(change))


def commit(before: Dataset, after: Dataset, delta: Delta, filled: str | None) -> Commit:
    """Return what became of a change that `delta` is and that put content into `filled`."""
    return Commit(
        added=_asserted(delta.added).count(b"\n"),
        removed=_asserted(delta.removed).count(b"\n"),
        created=filled in after.info.triples and filled not in before.info.triples,
        service=after,
    )


def _carry_out(store: Store, dataset: Dataset, change: Change) -> None:
    if not isinstance(change, SparqlUpdate) and change.graph in COMPUTED_GRAPHS:
        raise ReadOnlyGraphError(change.graph)
    match change:
        case SparqlUpdate(text, using_graphs, using_named_graphs):
            store.update(
                text,
                default_graph=DEFAULT_GRAPH,
                protected=COMPUTED_GRAPHS,
                prefixes=dataset.prefixes,
                using_graphs=using_graphs,
                using_named_graphs=using_named_graphs,
            )
        case PutGraph(graph, content, media_type):
            store.remove_graph(graph)
            store.load_content(content, media_type, graph)
        case PostGraph(graph, content, media_type):
            store.load_content(content, media_type, graph)
        case DropGraph(graph):
            if graph not in dataset.info.triples:
                raise UnknownGraphError(graph, map(short_graph_name, dataset.info.triples))
            store.remove_graph(graph)


def _recompute(store: Store, info: BuildInfo) -> None:
    """Compute anew in `store` what follows from the graphs that can be written."""
    for graph in COMPUTED_GRAPHS:
        store.remove_graph(graph)
    try:
        compute(store, info)
    except SourceError as error:  # a date that is none
        raise QueryRefusedError(error.problem, hint=error.hint) from error


def _revision(dataset: Dataset, removed: bytes, added: bytes) -> str:
    """Return the name of the version that comes after `dataset` by a change of such quads."""
    steps = (dataset.state.encode(), removed, added)
    return sha256(b"".join(sha256(step).digest() for step in steps)).hexdigest()


def _graph_of(line: bytes) -> str:
    """Return the graph of a line of N-Quads."""
    return line.rsplit(b" ", 2)[-2][1:-1].decode()


def _count(nquads: bytes) -> Mapping[str, int]:
    return Counter(map(_graph_of, nquads.splitlines()))


def _asserted(nquads: bytes) -> bytes:
    """Return the lines of sorted N-Quads that are in graphs that can be written."""
    lines = nquads.splitlines(keepends=True)
    return b"".join(line for line in lines if _graph_of(line) not in COMPUTED_GRAPHS)
