"""What follows after a change, worked out from what followed before it and from what was changed.

The same as `derive` would come to, at the cost of the change: entailments by delete and rederive
(`store.closure`), bounds of the nodes whose times are others, and of the rules of links and ties
those that read what was changed.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice, permutations
from typing import Any, Final, NamedTuple

from cstokg.dataset.derive import (
    TIES,
    TIME_NAMES,
    bounds,
    close_others,
    close_shared,
    close_source,
    names_in,
    rules,
    tie_rules,
    with_iris,
)
from cstokg.dataset.sources import Graphs, consequences, find_graphs
from cstokg.namespaces import CKG, DERIVED_GRAPH, LINKS_GRAPH, SHARED_GRAPHS
from cstokg.store import Store
from cstokg.store.closure.clauses import TYPE, Program, find_program, is_named, name_of
from cstokg.store.closure.journal import Journal
from cstokg.store.closure.maintenance import Closure, is_step
from cstokg.store.sparql.reads import Read, find_nodes, find_reads
from cstokg.store.sparql.triple_patterns import read_patterns

_BOUNDS: Final = frozenset(
    f"{CKG}{name}{side}" for name in ("begin", "end", "date") for side in ("Earliest", "Latest")
)
_MUCH: Final = 1_000
"""With more triples changed, and more than half of a source, it is quicker to derive it anew."""

_MANY: Final = 1_000
"""With so many accounts all ties are asked for anew, which then takes no longer."""

_AT_ONCE: Final = 8
"""With more names than this a rule is worked out from all there is, and they are picked then."""


class _Shortcut(NamedTuple):
    """A rule of links, about the nodes that its first variable stands for."""

    rule: str
    variable: str
    reads: frozenset[Read] | None
    supports: frozenset[Read] | None
    """What it reads, and what it says: a link may rest on several nodes."""

    def about(self, nodes: Collection[str] | None) -> str:
        """Return the rule about some nodes alone, or about all."""
        return self.rule if nodes is None else _about(self.rule, self.variable, nodes)


@cache
def _shortcuts() -> tuple[_Shortcut, ...]:
    return tuple(map(_read_shortcut, rules("links")))


def _read_shortcut(rule: str) -> _Shortcut:
    head, _, body = with_iris(rule).partition("WHERE {")
    query, said = f"ASK {{ {body}", head.partition("CONSTRUCT")[2]
    with_links = f"ASK {{ {body.rstrip().removesuffix('}')} FILTER EXISTS {said} }}"
    variable = next(read_patterns(query))[2][0].subject.text
    return _Shortcut(rule, variable, *(find_reads(q, variable) for q in (query, with_links)))


def _about(rule: str, variable: str, nodes: Iterable[object]) -> str:
    values = f"VALUES {variable} {{ {' '.join(map(str, nodes))} }}"
    return rule.replace("WHERE {", f"WHERE {{ {values}", 1)


class Changed(NamedTuple):
    """Triples, of the engine's terms, that graphs say no more, and those that they say now."""

    gone: Collection[Any]
    new: Collection[Any]

    @classmethod
    def of(cls, journal: Journal, graphs: Collection[str] | None = None) -> "Changed":
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
    if Changed.of(journal).concerns("owl") or _other_kinds(before, after):
        return None
    withdrawn = Journal(store)
    if before.others:
        _withdraw_others(journal, withdrawn)
    judged = _revise_graphs(journal, before, after)
    journal.note(*withdrawn.delta())
    if judged is not None and after.others:
        # A source is not judged by what follows from them.
        judged = {graph: scope.copy(as_set=False) for graph, scope in judged.items()}
        together = store.copy([DERIVED_GRAPH, LINKS_GRAPH])
        close_others(store, after.others)
        journal.note(*together.difference(store, [DERIVED_GRAPH, LINKS_GRAPH]))
    return judged


def _revise_graphs(journal: Journal, before: Graphs, after: Graphs) -> dict[str, Store] | None:
    """Revise what follows from what all share and from sources; return what `revise_all` does."""
    store = journal.store
    shared = list(SHARED_GRAPHS)  # one may be empty now
    if any(Changed.of(journal, SHARED_GRAPHS)):
        revise(journal, shared, DERIVED_GRAPH, LINKS_GRAPH)
    if any(name_of(triple) not in TIES for triple in store.view([LINKS_GRAPH]).match()):
        return None  # what is no tie follows from what all share, and would be read with the ties
    shared.append(DERIVED_GRAPH)
    changed = journal.graphs()
    judged: dict[str, Store] = {g: store.view(shared) for g in SHARED_GRAPHS if g in changed}
    judged |= _revise_sources(journal, shared, after.sources)
    for source in set(before.sources).difference(after.sources):
        for graph in consequences(source):
            journal.remove(graph, list(store.view([graph]).match()))
    _revise_ties(journal, before, after)
    return judged


def _is_much(changed: Changed, source: Store) -> bool:
    count = sum(map(len, changed))
    return count > _MUCH and count > sum(1 for _ in source.match()) / 2


def _other_kinds(before: Graphs, after: Graphs) -> bool:
    """Return True if a graph of no source has become one, or the other way round."""
    return any(
        set(one.sources).intersection(two.others) for one, two in permutations((before, after))
    )


def _revise_sources(
    journal: Journal, shared: Collection[str], sources: Iterable[str]
) -> dict[str, Store]:
    """Revise what follows from each source that was changed, or that names what all share says."""
    store = journal.store
    nodes = Changed.of(journal, shared).nodes()
    closed = cache(lambda: close_shared(store))  # the same for each source
    changed, judged = journal.graphs(), {}
    for source in sources:
        own = [source, *consequences(source)]
        if source in changed or any(store.mentions(each, nodes) for each in own):
            if _is_much(Changed.of(journal, [*shared, source]), store.view([source])):
                scope = close_source(store, source, closed())
                journal.note(*store.replace(scope, consequences(source)))
            else:
                revise(journal, [*shared, source], *consequences(source))
            judged[source] = store.view([*shared, *own])
    return judged


def _withdraw_others(journal: Journal, withdrawn: Journal) -> None:
    """Have `derived` and `links` say what followed from what all share, and ties, and no more.

    What followed from graphs of no source is among that. It is noted apart: a source never followed
    from it, and nothing else is changed by that.
    """
    shared = journal.store.copy(SHARED_GRAPHS, as_set=False)
    for graph in SHARED_GRAPHS:
        shared.remove(graph, journal.added([graph]))
        shared.add(graph, journal.removed([graph]))
    shared = close_shared(shared)
    for graph in (DERIVED_GRAPH, LINKS_GRAPH):
        implied = shared.view([graph])
        said = journal.store.view([graph]).match()
        gone = [t for t in said if name_of(t) not in TIES and not implied.says(t)]
        withdrawn.remove(graph, gone)
        withdrawn.add(graph, [triple for triple in implied.match() if not is_step(triple)])


def revise(journal: Journal, reads: Collection[str], derived: str, links: str) -> None:
    """Make the graphs `derived` and `links` what follows from the graphs `reads`.

    They are what followed before these changed, as the journal says, and no axiom did.
    """
    store, changed = journal.store, Changed.of(journal, reads)
    said, view = store.view(reads), store.view([*reads, derived, links])
    closure = Closure(view, _find_program(said), journal, derived)

    times = {t.subject for t in (*changed.gone, *changed.new) if t.predicate.value in TIME_NAMES}
    bounded = bounds(said, times)
    doubtful = {triple for triple in changed.gone if not said.says(triple)}
    for node in times:
        about = store.view([derived]).match(node, None, None)
        doubtful.update(t for t in about if t.predicate.value in _BOUNDS and t not in bounded)
    for graph in (derived, links):
        journal.remove(graph, changed.new)
    new = {*changed.new, *(triple for triple in bounded if not view.says(triple))}
    journal.add(derived, new.difference(changed.new))
    new |= closure.extend(new)  # before links are withdrawn that it tells against

    asked: dict[_Shortcut, set[str] | None] = {rule: set() for rule in _shortcuts()}
    suspects: set[Any] = set()
    found = {*changed.gone, *new}
    while found:
        ends, queries = _ends(found), []
        for rule, nodes in asked.items():
            more = find_nodes(rule.supports, ends, view.linked)
            if nodes is not None and more != set():
                asked[rule] = None if more is None else nodes | more
                queries.append(rule.about(more and find_nodes(rule.reads, ends, view.linked)))
        with journal.undone():
            old = {triple for query in queries for triple in view.constructed(query)}
        old = {triple for triple in old if store.view([links]).says(triple)}
        journal.remove(links, old)
        found = closure.overdelete(doubtful | old) - suspects
        suspects, doubtful = suspects | found, set()

    fresh = {
        triple
        for triple in suspects
        if not is_step(triple) and not view.says(triple)
        if closure.derives(triple)
        or (name_of(triple) in _BOUNDS and triple in bounds(said, [triple.subject]))
    }
    journal.add(derived, fresh)
    while fresh or any(nodes != set() for nodes in asked.values()):
        ends = _ends(fresh | closure.extend(fresh))
        fresh = set()
        for rule, known in asked.items():
            more = find_nodes(rule.supports, ends, view.linked)
            nodes = None if known is None or more is None else known | more
            asked[rule] = set()
            if nodes == set():
                continue
            found = {t for t in view.constructed(rule.about(nodes)) if not said.says(t)}
            fresh.update(triple for triple in found if not view.says(triple))
            # What the OWL rules found first belongs to the links all the same.
            journal.remove(derived, found)
            journal.add(links, found)


def _revise_ties(journal: Journal, before: Graphs, after: Graphs) -> None:
    """Make the graph `links` what ties the accounts of several sources."""
    store, changed = journal.store, Changed.of(journal)
    were_tied, are_tied = (len(graphs.sources) > 1 for graphs in (before, after))
    if were_tied != are_tied:
        accounts = None
    elif are_tied and changed.concerns("across"):
        accounts = _accounts(store, changed)
    else:
        return
    same_matter, conflict = TIES
    were = accounts and _find_tied(store, accounts)
    _tie_again(journal, same_matter, accounts, again=are_tied)
    tied = accounts and {*(were or ()), *_find_tied(store, accounts)}
    _tie_again(journal, conflict, tied, again=are_tied)


def _accounts(store: Store, changed: Changed) -> set[Any] | None:
    """Return the accounts that rules of ties may say others of; None where these are many.

    A tie rests on what is said of accounts, and of nodes that these name, such as a passage; and on
    accounts of the same matter as one that it ties.
    """
    concerning = frozenset[str]().union(*map(names_in, rules("across")))
    found = {triple.subject for triple in chain(*changed) if name_of(triple) in concerning}
    for node in list(found):
        naming = (t.subject for t in store.match(None, None, node) if name_of(t) not in TIES)
        found |= set(islice(naming, _MANY))
        if len(found) >= _MANY:
            return None
    return found if all(map(is_named, found)) else None


def _find_tied(store: Store, accounts: Iterable[Any]) -> set[Any]:
    """Return those of accounts that have ties, and those that they are tied to."""
    triples = chain.from_iterable(
        chain(store.match(account), store.match(None, None, account)) for account in accounts
    )
    ties = (triple for triple in triples if name_of(triple) in TIES)
    return {end for tie in ties for end in (tie.subject, tie.object)}


def _tie_again(journal: Journal, tie: str, accounts: set[Any] | None, *, again: bool) -> None:
    """Remove the ties of a kind from accounts, or from all, and add what rules say of them."""
    store, links = journal.store, journal.store.view([LINKS_GRAPH])
    found = [links.match()]
    if accounts is not None:
        found = [m for a in accounts for m in (links.match(a), links.match(None, None, a))]
    old = [triple for triple in chain.from_iterable(found) if name_of(triple) == tie]
    journal.remove(LINKS_GRAPH, old)
    for rule in tie_rules(tie) if again else ():
        for query in [rule] if accounts is None else _about_accounts(rule, tie, list(accounts)):
            new = [triple for triple in store.constructed(query) if not store.says(triple)]
            journal.add(LINKS_GRAPH, new)


def _about_accounts(rule: str, tie: str, accounts: Sequence[Any]) -> Iterator[str]:
    """Iterate over queries that find what a rule ties to any of `accounts`."""
    # What is of one matter is so both ways. Other rules begin with these ties, which are few.
    first = tie == TIES[0]
    step = _AT_ONCE if first else len(accounts)
    for begin in range(0, len(accounts), step or 1):
        for end in ("?one",) if first else ("?one", "?other"):
            yield _about(rule, end, accounts[begin : begin + step])


def _ends(triples: Iterable[Any]) -> dict[str, list[tuple[str, str]]]:
    """Return the ends of triples by their predicates, as `find_nodes` takes them."""
    ends: dict[str, list[tuple[str, str]]] = {}
    for triple in triples:
        pair = str(triple.subject), str(triple.object)
        ends.setdefault(str(triple.predicate), []).append(pair)
    return ends


def _find_program(axioms: Store) -> Program:
    names = frozenset[str]().union(*map(names_in, rules("owl")))
    return find_program(rules("owl"), names, axioms)


def prepare(store: Store) -> None:
    """Work out what the ontology comes to, for processes that are forked to revise a store."""
    _find_program(store.view([*SHARED_GRAPHS, DERIVED_GRAPH]))
    _shortcuts()
