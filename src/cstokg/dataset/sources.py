"""Which graphs are sources, and what each is judged by.

A source is a document, and the graph with what it says: `source/<slug>` that describes the document
`source:<slug>` as a ckg:SourceDocument. It stands by itself, beside what all share. A graph that is
neither, such as that of a file that a user names, may speak of all of them.
"""

from typing import Final, NamedTuple

from cstokg.namespaces import (
    CKG,
    DERIVED_GRAPH,
    LINKS_GRAPH,
    RESOURCE,
    SHARED_GRAPHS,
    SOURCE_GRAPHS,
    is_computed,
)
from cstokg.store import Store

_SOURCES: Final = f"""
SELECT DISTINCT ?graph WHERE {{
  GRAPH ?graph {{ ?document a <{CKG}SourceDocument> }}
  FILTER(STR(?graph) = CONCAT("{SOURCE_GRAPHS}", STRAFTER(STR(?document), "{RESOURCE}source/")))
}}
ORDER BY ?graph
"""


def find_sources(store: Store) -> list[str]:
    """Return the graphs of the sources, sorted."""
    return [str(graph) for (graph,) in store.select(_SOURCES) if str(graph) not in SHARED_GRAPHS]


def find_shared(store: Store) -> list[str]:
    """Return those graphs that belong to no source and that every source builds on."""
    return [graph for graph in store.graph_names() if graph in SHARED_GRAPHS]


class Graphs(NamedTuple):
    """The graphs of the sources, and those that belong to none and are not shared."""

    sources: list[str]
    others: list[str]


def find_graphs(store: Store) -> Graphs:
    """Return what graphs there are that can be written, beside those that all share."""
    sources = find_sources(store)
    known = {*sources, *SHARED_GRAPHS}
    names = store.graph_names()
    return Graphs(sources, [name for name in names if name not in known and not is_computed(name)])


def find_others(store: Store) -> list[str]:
    """Return the graphs that can be written, belong to no source, and are not shared."""
    return find_graphs(store).others


def consequences(source: str) -> tuple[str, str]:
    """Return the graphs that follow from that of a source: entailments and bounds, shortcuts."""
    slug = source.removeprefix(SOURCE_GRAPHS)
    return f"{DERIVED_GRAPH}/{slug}", f"{LINKS_GRAPH}/{slug}"
