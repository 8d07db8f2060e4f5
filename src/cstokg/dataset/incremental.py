"""What follows after a change, worked out from what followed before it and from what was changed.

The same as `derive` would come to, at the cost of the change: entailments by delete and rederive
(`store.closure`), bounds of the nodes whose times are others, and of the rules of links and ties
those that read what was changed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cstokg.dataset.derive import date_bounds, dates_by_node, rules
from cstokg.dataset.sources import consequences, find_graphs, find_shared
from cstokg.dataset.times import TIMES
from cstokg.namespaces import CKG, DERIVED_GRAPH, LINKS_GRAPH, SHARED_GRAPHS
from cstokg.store.closure.clauses import TYPE, Program, name_of, read_clauses
from cstokg.store.closure.maintenance import Closure, is_step
from cstokg.store.terms import triple_from_rdflib, triple_to_rdflib

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cstokg.dataset.sources import Graphs
    from cstokg.store import Store
    from cstokg.store.closure.journal import Journal

_TIMES: Final = frozenset(map(str, TIMES))
_BOUNDS: Final = frozenset(
    f"{CKG}{name}{side}" for name in ("begin", "end", "date") for side in ("Earliest", "Latest")
)
_TIES: Final = frozenset(f"{CKG}{name}" for name in ("sameMatterAs", "conflictsWith"))
_PREFIX: Final = re.compile(r"PREFIX ([\w-]+): <([^>]*)>")
_NAME: Final = re.compile(r"([\w-]+):([\w-]+)")


class Changed(NamedTuple):
    """Triples, of the engine's terms, that graphs say no more, and those that they say now."""

    gone: Collection[Any]
    new: Collection[Any]

    @classmethod
    def of(cls, journal: Journal, graphs: Collection[str] | None = None) -> Changed:
        """Return how `graphs`, or all, were changed."""
        return cls(journal.removed(graphs), journal.added(graphs))

    def names(self) -> set[str]:
        """Return the predicates of the triples, and the classes of those that name one."""
        return {name_of(triple) for triple in chain(*self)}

    def nodes(self) -> set[str]:
        """Return the nodes that the triples are about, as N-Triples."""
        return {str(triple.subject) for triple in chain(*self)} | {
            str(triple.object) for triple in chain(*self) if triple.predicate != TYPE
        }

    def concerns(self, kind: str) -> bool:
        """Return True if a rule of this kind names what was changed."""
        names = self.names()
        return any(names & names_in(rule) for rule in rules(kind))


def revise_all(journal: Journal, before: Graphs) -> dict[str, Store] | None:
    """Make the computed graphs of a store what follows from the others.

    The journal has how these changed since the computed ones followed from them; they were those of
    `before`. Returns the graphs that may be others than they were, with the stores that they are
    judged in; None where all must be derived anew, of which a part may be done then.
    """
    store = journal.store
    after = find_graphs(store)
    if before.others or after.others or Changed.of(journal).concerns("owl"):
        return None
    shared = find_shared(store)
    if any(Changed.of(journal, SHARED_GRAPHS)):
        revise(journal, shared, DERIVED_GRAPH, LINKS_GRAPH)
    if any(name_of(triple) not in _TIES for triple in store.view([LINKS_GRAPH]).match()):
        return None  # what is no tie follows from what all share, and would be read with the ties
    shared.append(DERIVED_GRAPH)
    nodes = Changed.of(journal, shared).nodes()
    judged = {graph: store.view(shared) for graph in shared if any(Changed.of(journal, [graph]))}
    for source in after.sources:
        own = [source, *consequences(source)]
        if not any(Changed.of(journal, [source])) and not any(
            store.mentions(graph, nodes) for graph in own
        ):
            continue
        revise(journal, [*shared, source], *consequences(source))
        judged[source] = store.view([*shared, *own])
    for source in set(before.sources).difference(after.sources):
        for graph in consequences(source):
            journal.remove(graph, list(store.view([graph]).match()))
    if Changed.of(journal).concerns("across"):
        _tie_again(journal, after.sources)
    return judged


def revise(journal: Journal, reads: Collection[str], derived: str, links: str) -> None:
    """Make the graphs `derived` and `links` what follows from the graphs `reads`.

    They are what followed before these changed, as the journal says, and no axiom did.
    """
    store, changed = journal.store, Changed.of(journal, reads)
    said, view = store.view(reads), store.view([*reads, derived, links])
    program = Program(read_clauses(rules("owl"), said))
    closure = Closure(view, program, journal, derived)
    names = _reached(changed.names(), program)
    shortcuts = [rule for rule in rules("links") if names & names_in(rule)]

    times = {t.subject for t in (*changed.gone, *changed.new) if t.predicate.value in _TIMES}
    doubtful = {triple for triple in changed.gone if not said.says(triple)}
    for node in times:
        about = store.view([derived]).match(node, None, None)
        doubtful.update(triple for triple in about if triple.predicate.value in _BOUNDS)
    concluded = set().union(*map(_concluded_by, shortcuts))
    old = [t for t in store.view([links]).match(None, None, None) if t.predicate.value in concluded]
    journal.remove(links, old)
    doubtful = closure.overdelete(doubtful.union(old))

    back = [
        triple
        for triple in doubtful
        if not is_step(triple) and not view.says(triple)
        if triple in _bounds(said, [triple.subject]) or closure.derives(triple)
    ]
    back += [triple for triple in _bounds(said, times) if not view.says(triple)]
    journal.remove(derived, changed.new)
    journal.add(derived, back)
    fresh = {*back, *changed.new}
    while fresh:
        closure.extend(fresh)
        fresh = set()
        for rule in shortcuts:
            found = {triple for triple in view.constructed(rule) if not said.says(triple)}
            fresh.update(triple for triple in found if not view.says(triple))
            # What the OWL rules found first belongs to the links all the same.
            journal.remove(derived, found)
            journal.add(links, found)


def _tie_again(journal: Journal, sources: Collection[str]) -> None:
    """Make the graph `links` what ties the accounts of several sources."""
    store = journal.store
    links = store.view([LINKS_GRAPH])
    journal.remove(LINKS_GRAPH, list(links.match()))
    if len(sources) > 1:
        while True:
            ties = {triple for rule in rules("across") for triple in store.constructed(rule)}
            new = {triple for triple in ties if not store.says(triple)}
            if not new:
                break
            journal.add(LINKS_GRAPH, new)


def _bounds(store: Store, nodes: Iterable[Any]) -> set[Any]:
    """Return the bounds that follow from the times of `nodes`, as triples of the engine's terms."""
    times = (
        triple_to_rdflib(triple)
        for node in nodes
        for triple in store.match(node, None, None)
        if triple.predicate.value in _TIMES
    )
    dates = dates_by_node(times)
    return set(map(triple_from_rdflib, date_bounds(dates, dates)))


def _reached(names: Iterable[str], program: Program) -> set[str]:
    """Return the predicates and classes of all that may follow from triples with `names`."""
    reached, queue = set(names), list(names)
    while queue:
        name = queue.pop()
        found = set(program.leads_to.get(name, ()))
        found |= _BOUNDS if name in _TIMES else set()
        for rule in rules("links"):
            if name in names_in(rule):
                found |= _concluded_by(rule)
        queue += found - reached
        reached |= found
    return reached


@lru_cache(maxsize=256)
def names_in(rule: str) -> frozenset[str]:
    """Return the IRIs that a rule names."""
    prefixes = dict(_PREFIX.findall(rule))
    names = (prefixes[prefix] + name for prefix, name in _NAME.findall(rule) if prefix in prefixes)
    return frozenset(names)


@lru_cache(maxsize=256)
def _concluded_by(rule: str) -> frozenset[str]:
    """Return the IRIs in what a rule says if its condition holds."""
    return names_in(rule.partition("WHERE {")[0])
