"""What follows from the files: bounds of dates, OWL RL entailments and shortcut links.

Each rule is a CONSTRUCT query in a file of its own, `rules/owl/*.rq` for the graph `derived` and
`rules/links/*.rq` for the graph `links`; a new file is a new rule. The OWL rules are those of OWL 2
Profiles 4.3 that say something about individuals. Rules for equality (keys, functional properties)
are left out on purpose: here two IRIs are two things, and where an axiom says otherwise the
reasoner reports it.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from cstokg.errors import DateError, SourceError
from cstokg.namespaces import CKG, DERIVED_GRAPH, LINKS_GRAPH, XSD
from cstokg.rdf.edtf import Bounds, parse_bounds, span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rdflib import URIRef

    from cstokg.store import Store, Triple

_DATES: Final = f"""
PREFIX ckg: <{CKG}>
SELECT ?node ?property ?text WHERE {{
  VALUES ?property {{ ckg:date ckg:dateWritten ckg:datePublished ckg:begin ckg:end ckg:attestedOn }}
  ?node ?property ?text
}}
ORDER BY ?node ?property ?text
"""

_LINKS: Final = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{LINKS_GRAPH}> {{ ?s ?p ?o }} }}"

_NAMELESS_CLASSES: Final = f"""
CONSTRUCT {{ ?s a ?class }}
WHERE {{ GRAPH <{DERIVED_GRAPH}> {{ ?s a ?class FILTER isBlank(?class) }} }}
"""


def derive(store: Store, locate: Callable[[str], str]) -> None:
    """Add to `store` the graphs `derived` and `links`.

    A triple that a file says is not repeated in them, nor one of `links` in `derived`. `locate`
    returns the name of the file that describes a node, for the message about a date in it.

    Raises SourceError for a date that is not EDTF.
    """
    asserted = list(store.graphs())
    store.insert(DERIVED_GRAPH, _date_bounds(store, locate))
    while True:
        _apply_owl(store)
        for rule in rules("links"):
            store.construct(rule, LINKS_GRAPH, unless_in=asserted)
        # What the OWL rules found first belongs to the links all the same.
        store.discard(DERIVED_GRAPH, _LINKS)
        if not _apply_owl(store):
            break
    # The classes of OWL's expressions have no name to ask for them by: they were only steps.
    store.discard(DERIVED_GRAPH, _NAMELESS_CLASSES)


def rules(kind: str) -> list[str]:
    """Return the texts of the rules of a kind (`owl` or `links`), in the order of their files."""
    folder = files("cstokg.dataset") / "rules" / kind
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return [entry.read_text("utf-8") for entry in entries if entry.name.endswith(".rq")]


def _apply_owl(store: Store) -> int:
    """Apply the rules of OWL until they find nothing new; return how many triples were new."""
    texts = rules("owl")
    total = 0
    while found := sum(store.construct(rule, DERIVED_GRAPH) for rule in texts):
        total += found
    return total


def _date_bounds(store: Store, locate: Callable[[str], str]) -> Iterator[Triple]:
    from rdflib import URIRef

    for node, texts in _dates_by_node(store).items():
        try:
            bounds = [
                ("date", parse_bounds(text))
                for name in ("date", "dateWritten" if "dateWritten" in texts else "datePublished")
                for text in texts.get(name, ())
            ]
            held = span(texts.get("begin", ()), texts.get("end", ()), texts.get("attestedOn", ()))
        except DateError as error:
            raise SourceError(
                locate(node), f"in the description of {node}: {error.message}", hint=error.hint
            ) from error
        for name, pair in (*bounds, ("begin", held.begin), ("end", held.end)):
            yield from _bound_triples(URIRef(node), name, pair)


def _dates_by_node(store: Store) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for node, name, text in store.select(_DATES):
        texts = found.setdefault(str(node), {})
        texts.setdefault(str(name).removeprefix(CKG), []).append(str(text))
    return found


def _bound_triples(node: URIRef, name: str, bounds: Bounds) -> Iterator[Triple]:
    from rdflib import Literal, URIRef

    for side, day in (("Earliest", bounds.earliest), ("Latest", bounds.latest)):
        if day is not None:
            value = Literal(day.isoformat(), datatype=URIRef(XSD + "date"))
            yield node, URIRef(f"{CKG}{name}{side}"), value
