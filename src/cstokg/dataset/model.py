"""A built dataset: its named graphs, and where they came from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Self

from cstokg.dataset.load import BuildInfo, find_origins
from cstokg.dataset.query_service import QueryService
from cstokg.errors import UnknownGraphError
from cstokg.namespaces import (
    ONTOLOGY_GRAPH,
    OWL,
    PREFIXES,
    RDF,
    RESOURCE,
    SOURCE_GRAPHS,
    short_graph_name,
)
from cstokg.store import DEFAULT_OPTIONS, Answer, QueryOptions, Store
from cstokg.store.serialization import serialize

_INDIVIDUAL: Final = re.compile(
    rf"^<{re.escape(RESOURCE)}([^/>]+)/[^>]*> <{RDF}type> <{OWL}NamedIndividual> ".encode(),
    re.MULTILINE,
)
_KINDS: Final = f"""
SELECT DISTINCT (STRBEFORE(STRAFTER(STR(?node), "{RESOURCE}"), "/") AS ?kind) WHERE {{
  ?node a owl:NamedIndividual
}}
"""


@dataclass(frozen=True)
class Dataset(QueryService):
    """The built knowledge graph: named graphs in a store, and where they came from.

    It answers queries in this process, without bounds.
    """

    store: Store
    info: BuildInfo

    @cached_property
    def state(self) -> str:
        """A text that is another one whenever an answer may be."""
        return self.info.state

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The project's prefixes, and one for each kind of resource: `state:armenia`."""
        rows = self.store.select(_KINDS, prefixes=PREFIXES)
        return _prefixes(str(kind) for (kind,) in rows if kind)

    def changed(self, info: BuildInfo, removed: bytes, added: bytes) -> Self:
        """Return the dataset with another description, after a change of its store in N-Quads.

        It has its prefixes from this one, since finding them takes time with the number of nodes.
        """
        gone, new = ({kind.decode() for kind in _INDIVIDUAL.findall(q)} for q in (removed, added))
        kinds = {*self.prefixes} - {*PREFIXES} | new
        kinds -= {kind for kind in gone - new if not self._has(kind)}
        after = replace(self, info=info)
        vars(after)["prefixes"] = _prefixes(kinds)  # where the property keeps what it has found
        return after

    def _has(self, kind: str) -> bool:
        is_one = f'FILTER(STRSTARTS(STR(?node), "{RESOURCE}{kind}/"))'
        return self.store.holds(f"ASK {{ ?node a <{OWL}NamedIndividual> {is_one} }}")

    @property
    def asserted_graphs(self) -> list[str]:
        """The IRIs of the graphs that are written by hand: the ontology and the sources."""
        return [
            iri
            for iri in self.info.triples
            if iri == ONTOLOGY_GRAPH or iri.startswith(SOURCE_GRAPHS)
        ]

    def answer(self, text: str, options: QueryOptions = DEFAULT_OPTIONS) -> Answer:
        """Answer a SPARQL 1.1 query as `QueryService.answer` says, in this process."""
        if options.prefixes is None:
            options = options._replace(prefixes=self.prefixes)
        return serialize(self.store.query(text, options), options)

    def origins(self) -> dict[str, tuple[str, ...]]:
        """Return for the IRI of each subject the names of the files that describe it."""
        return find_origins(self.info.files)

    def find_graph(self, name: str) -> str:
        """Return the IRI of the graph that `name` (`links`, or a whole IRI) means.

        Raises UnknownGraphError, which lists the graphs.
        """
        for iri in self.info.triples:
            if name in (iri, short_graph_name(iri)):
                return iri
        raise UnknownGraphError(name, map(short_graph_name, self.info.triples))


def _prefixes(kinds: Iterable[str]) -> dict[str, str]:
    return {kind: f"{RESOURCE}{kind}/" for kind in sorted({*kinds} - {*PREFIXES})} | PREFIXES
