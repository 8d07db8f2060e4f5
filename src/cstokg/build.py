"""From the project's files to a dataset that can be queried, kept between runs.

load files -> derive -> describe, or the kept result of the same with the same files
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING

from cstokg.derive import derive
from cstokg.errors import UnknownGraphError
from cstokg.load import SourceFile, find_files, find_origins, load_files
from cstokg.namespaces import PREFIXES, short_graph_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from rdflib import Graph

    from cstokg.settings import Settings
    from cstokg.store import Result, SelectResult, Store

__all__ = ["BuildInfo", "Dataset", "SourceFile", "build", "build_dataset", "graph"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BuildInfo:
    """What a dataset was made from."""

    version: str
    """The version of cstokg that built it."""
    source_sha256: str
    """One hash over the names and contents of all files, in hexadecimal."""
    files: tuple[SourceFile, ...]
    triples: Mapping[str, int]
    """Each graph's IRI and number of triples."""
    from_cache: bool


@dataclass(frozen=True)
class Dataset:
    """The built knowledge graph: named graphs in a store, and where they came from."""

    store: Store
    info: BuildInfo

    def query(
        self,
        text: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Result:
        """Answer a SPARQL 1.1 query over the union of the named graphs.

        `prefixes` hold where the query declares none of that name (such as `PREFIXES`).
        `default_graphs` and `named_graphs` take the place of FROM and FROM NAMED (SPARQL 1.1
        Protocol 2.1.4).

        Raises QuerySyntaxError with its place, or QueryRefusedError for SERVICE and updates.
        """
        return self.store.query(
            text, prefixes=prefixes, default_graphs=default_graphs, named_graphs=named_graphs
        )

    def select(self, text: str) -> SelectResult:
        """Answer a SELECT query; the project's prefixes are known.

        Raises TypeError for another kind of query, and the errors of `query`.
        """
        result = self.query(text, prefixes=PREFIXES)
        if result.kind != "select":
            raise TypeError(f"not a SELECT query: {text}")
        return result

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


def build(
    settings: Settings,
    *,
    files: Sequence[Path] = (),
    with_data: bool = True,
    use_cache: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Dataset:
    """Build the dataset of a project.

    `files` are built in beside the project's data, or instead of it with `with_data=False`.
    `use_cache=False` neither reads nor writes what earlier builds kept. `progress` is told each
    step in a few words.

    Raises SourceError, MissingFolderError or MissingFileError.
    """
    tell = progress or log.info
    found = find_files(settings, files=files, with_data=with_data)
    tell(f"reading {len(found)} files")
    store = load_files(found)
    tell("deriving")
    derive(store)
    info = BuildInfo(version("cstokg"), _hash(found), found, store.graphs(), from_cache=False)
    return Dataset(store, info)


build_dataset = build


def graph(dataset: Dataset, name: str | None = None) -> Graph:
    """Return one graph, or the union of all, as a plain rdflib graph in memory.

    Literals keep their lexical form, valid or not. Raises UnknownGraphError.
    """
    from rdflib import Graph

    result = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        result.bind(prefix, namespace)
    chosen = None if name is None else [dataset.find_graph(name)]
    for triple in dataset.store.triples(chosen):
        result.add(triple)
    return result


def _hash(files: Sequence[SourceFile]) -> str:
    return sha256("".join(f"{file.sha256}  {file.name}\n" for file in files).encode()).hexdigest()
