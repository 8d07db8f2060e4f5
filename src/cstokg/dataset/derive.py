"""What follows from the files: bounds of dates, OWL RL entailments and shortcut links.

Each source stands by itself. What follows from what all share (the ontology, the things, their
identifiers) is in the graphs `derived` and `links`; what follows from a source beside these is in
`derived/<slug>` and `links/<slug>`. What needs several sources, or follows from a graph that is no
source, joins the first two.

Each rule is a CONSTRUCT query in a file of its own, and a new file is a new rule: `rules/owl/*.rq`
for entailments, `rules/links/*.rq` for shortcuts, `rules/across/*.rq` for what ties the accounts of
several sources. The OWL rules are those of OWL 2 Profiles 4.3 that say something about individuals.
Rules for equality (keys, functional properties) are left out on purpose: here two IRIs are two
things, and where an axiom says otherwise the reasoner reports it.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any, Final

from rdflib.term import Node

from cstokg.dataset.sources import consequences, find_others, find_shared, find_sources
from cstokg.dataset.times import TIMES
from cstokg.errors import DateError
from cstokg.namespaces import (
    CKG,
    DERIVED_GRAPH,
    LINKS_GRAPH,
    META_GRAPH,
    ONTOLOGY_GRAPH,
    XSD,
)
from cstokg.rdf.edtf import Bounds, parse_bounds, span
from cstokg.rdf.progress import track
from cstokg.store import Store, Triple
from cstokg.store.closure.clauses import name_of
from cstokg.store.terms import from_rdflib, triple_from_rdflib, triple_to_rdflib

Dates = dict[Node, dict[str, list[str]]]
"""The times of each node, as texts, by the name of their property."""

_ALL_OF: Final = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{}> {{ ?s ?p ?o }} }}"

_PREFIX: Final = re.compile(r"PREFIX ([\w-]+): <([^>]*)>")
_NAME: Final = re.compile(r"([\w-]+):([\w-]+)")
TIME_NAMES: Final = frozenset(map(str, TIMES))
TIES: Final = (f"{CKG}sameMatterAs", f"{CKG}conflictsWith")
"""What ties accounts of several sources: the rules of the first read no ties, the others that."""

_AXIOMS: Final = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?term WHERE {
  VALUES ?property {
    rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range owl:equivalentClass
    owl:equivalentProperty owl:inverseOf owl:propertyChainAxiom owl:onProperty owl:unionOf
    owl:intersectionOf owl:oneOf
  }
  ?term ?property ?other
}
LIMIT 1
"""

_NAMELESS_CLASSES: Final = """
CONSTRUCT {{ ?s a ?class }}
WHERE {{ GRAPH <{}> {{ ?s a ?class FILTER isBlank(?class) }} }}
"""


def derive(store: Store) -> None:
    """Add to `store` the graphs that follow from those in it.

    A triple is not repeated that a graph says from which it follows, nor one of links among what
    is derived. From a time that is not EDTF nothing follows.
    """
    shared = close_shared(store)
    for source in track("deriving", find_sources(store)):
        store.extend(close_source(store, source, shared), consequences(source))
    tie_sources(store, shared)


def close_shared(store: Store) -> Store:
    """Return a store with the graphs that all share, and what follows from them alone.

    That something is in a class without a name is in it as well, until `tie_sources`: with what a
    source says more may follow from it.
    """
    shared = store.copy(find_shared(store), as_set=False)
    _close(shared, DERIVED_GRAPH, LINKS_GRAPH)
    return shared


def close_source(store: Store, source: str, shared: Store) -> Store:
    """Return what a source is judged by: what all share, itself, and what follows from both."""
    scope = _beside(shared, store, [source])
    _close(scope, *consequences(source), since=[source])
    _discard_nameless(scope, DERIVED_GRAPH)
    return scope


def tie_sources(store: Store, shared: Store) -> None:
    """Add the graphs `derived` and `links`: of what all share, of several sources, of no source."""
    _discard_nameless(shared, DERIVED_GRAPH)
    store.extend(shared, [DERIVED_GRAPH, LINKS_GRAPH])
    if len(find_sources(store)) > 1:
        for rule in chain.from_iterable(map(tie_rules, TIES)):
            store.construct(rule, LINKS_GRAPH)
    if others := find_others(store):
        close_others(store, others)


def close_others(store: Store, others: Collection[str]) -> None:
    """Add to the graphs `derived` and `links` what follows from graphs of no source, beside all."""
    _close(store, DERIVED_GRAPH, LINKS_GRAPH, since=others)


def scopes(store: Store) -> Iterator[tuple[str, Store]]:
    """Iterate over the graphs that can be written, each with the store that it is judged in.

    What all share comes as one, the ontology; what is no source is judged beside everything.
    """
    shared = close_shared(store)
    _discard_nameless(shared, DERIVED_GRAPH)
    yield ONTOLOGY_GRAPH, shared
    for source in find_sources(store):
        yield source, _beside(shared, store, [source, *consequences(source)])
    for graph in find_others(store):
        yield graph, store.copy([name for name in store.graph_names() if name != META_GRAPH])


@cache
def named_rules(kind: str) -> dict[str, str]:
    """Return the texts of the rules of a kind (`owl`, `links`, `across`) by name, in order."""
    folder = files("cstokg.dataset") / "rules" / kind
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return {
        entry.name.removesuffix(".rq"): entry.read_text("utf-8")
        for entry in entries
        if entry.name.endswith(".rq")
    }


def rules(kind: str) -> list[str]:
    """Return the texts of the rules of a kind, in their order."""
    return list(named_rules(kind).values())


def tie_rules(tie: str) -> list[str]:
    """Return the rules that say which accounts are tied so."""
    return [rule for rule in rules("across") if tie in names_in(rule.partition("WHERE")[0])]


def _beside(shared: Store, store: Store, graphs: Collection[str]) -> Store:
    """Return a store with what all share and with `graphs` of another store."""
    scope = shared.copy(as_set=False)
    scope.extend(store, graphs)
    return scope


@cache
def with_iris(rule: str) -> str:
    """Return a rule with its names as IRIs in full."""
    prefixes = dict(_PREFIX.findall(rule))
    return _NAME.sub(lambda m: f"<{prefixes[m[1]]}{m[2]}>" if m[1] in prefixes else m[0], rule)


@lru_cache(maxsize=256)
def names_in(rule: str) -> frozenset[str]:
    """Return the IRIs that a rule names."""
    prefixes = dict(_PREFIX.findall(rule))
    names = (prefixes[prefix] + name for prefix, name in _NAME.findall(rule) if prefix in prefixes)
    return frozenset(names)


def _close(store: Store, derived: str, links: str, since: Collection[str] | None = None) -> None:
    """Add to `store` all that follows from it: to the graph `links` what rules of links say.

    With `since` only what these graphs bring is followed up: the others have been closed before.
    """
    said = [graph for graph in store.graph_names() if graph not in (derived, links)]
    brought = store.view(said if since is None else since)
    nodes = {each.subject for name in TIMES for each in brought.match(None, from_rdflib(name))}
    bounded = [each for each in bounds(store, nodes) if not store.says(each)]
    store.add(derived, bounded)
    names = {*brought.names(), *map(name_of, bounded)}
    owl, shortcuts = rules("owl"), rules("links")
    # What is said of classes or properties is said of all individuals.
    new = [*(said if since is None or brought.select(_AXIOMS) else since), derived]
    while True:
        names.update(map(name_of, store.close(owl, derived, new)), store.view([links]).names())
        asked = [rule for rule in shortcuts if names & names_in(rule)]
        found = sum(store.construct(rule, links, unless_in=said) for rule in asked)
        # What the OWL rules found first belongs to the links all the same.
        store.discard(derived, _ALL_OF.format(links))
        if not found:
            break
        new = [links]
    if since is not None:
        _discard_nameless(store, derived)


def _discard_nameless(store: Store, graph: str) -> None:
    """Take out of `graph` what is in classes without a name to ask for them by: only steps."""
    store.discard(graph, _NAMELESS_CLASSES.format(graph))


def bounds(store: Store, nodes: Iterable[Any]) -> set[Any]:
    """Return the bounds that follow from the times of `nodes`, as triples of the engine's terms."""
    times = (
        triple_to_rdflib(triple)
        for node in nodes
        for triple in store.match(node, None, None)
        if triple.predicate.value in TIME_NAMES
    )
    return set(map(triple_from_rdflib, date_bounds(dates_by_node(times))))


def date_bounds(dates: Dates) -> Iterator[Triple]:
    """Iterate over the bounds that follow from the times of nodes."""
    for node, texts in dates.items():
        bounds = [
            ("date", parse_bounds(text))
            for name in ("date", "dateWritten" if "dateWritten" in texts else "datePublished")
            for text in texts.get(name, ())
        ]
        held = span(texts.get("begin", ()), texts.get("end", ()), texts.get("attestedOn", ()))
        for name, pair in (*bounds, ("begin", held.begin), ("end", held.end)):
            yield from _bound_triples(node, name, pair)


def dates_by_node(times: Iterable[Triple]) -> Dates:
    """Return the times of each node that are dates."""
    found: Dates = {}
    for node, name, text in times:
        with suppress(DateError):
            parse_bounds(str(text))
            texts = found.setdefault(node, {})
            texts.setdefault(str(name).removeprefix(CKG), []).append(str(text))
    return found


def _bound_triples(node: Node, name: str, bounds: Bounds) -> Iterator[Triple]:
    from rdflib import Literal, URIRef

    for side, day in (("Earliest", bounds.earliest), ("Latest", bounds.latest)):
        if day is not None:
            value = Literal(day.isoformat(), datatype=URIRef(XSD + "date"))
            yield node, URIRef(f"{CKG}{name}{side}"), value
