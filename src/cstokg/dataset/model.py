"""A built dataset: its named graphs, and where they came from."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cstokg.dataset.load import find_origins
from cstokg.errors import ReadOnlyDatasetError, UnknownGraphError
from cstokg.namespaces import (
    ONTOLOGY_GRAPH,
    PREFIXES,
    RESOURCE,
    SOURCE_GRAPHS,
    short_graph_name,
)
from cstokg.store.serialization import write

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from cstokg.dataset.changes import Change
    from cstokg.dataset.load import SourceFile
    from cstokg.formats import Kind
    from cstokg.store import Result, SelectResult, Store, Written

_KINDS: Final = f"""
SELECT DISTINCT (STRBEFORE(STRAFTER(STR(?node), "{RESOURCE}"), "/") AS ?kind) WHERE {{
  ?node a owl:NamedIndividual
}}
"""


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
    revision: str = ""
    """Which of the versions that were written since; empty where nothing was."""


@dataclass(frozen=True)
class Dataset:
    """The built knowledge graph: named graphs in a store, and where they came from."""

    store: Store
    info: BuildInfo

    @cached_property
    def state(self) -> str:
        """A text that is another one whenever an answer may be."""
        info = self.info
        return " ".join(filter(None, (info.version, info.source_sha256, info.revision)))

    @property
    def writable(self) -> bool:
        """Whether `write` takes changes."""
        return False

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The project's prefixes, and one for each kind of resource: `state:armenia`."""
        rows = self.store.select(_KINDS, prefixes=PREFIXES)
        kinds = sorted(str(kind) for (kind,) in rows if kind)
        return {kind: f"{RESOURCE}{kind}/" for kind in kinds} | PREFIXES

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
        """Answer a SELECT query; the dataset's prefixes are known.

        Raises TypeError for another kind of query, and the errors of `query`.
        """
        return self.store.select(text, prefixes=self.prefixes)

    def answer(
        self,
        text: str,
        formats: Mapping[Kind, str],
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Result | Written:
        """Answer a query as it is sent: the dataset's prefixes are known.

        `formats` has the name of a format for each kind of result that is to be written in one; a
        result of another kind is returned as it is. Raises the errors of `query`.
        """
        result = self.query(
            text,
            prefixes=self.prefixes,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )
        return write(result, formats)

    def run_in(self, loop: AbstractEventLoop) -> None:
        """Let `loop` do what waiting there is, before anything is asked; called in its thread."""

    def begin(self, text: str, formats: Mapping[Kind, str]) -> Future[Result | Written]:
        """Begin to answer a query as `answer` does, in the thread of an event loop.

        Cancelling the future ends the query, where it can be ended.
        """
        from asyncio import get_running_loop

        return get_running_loop().run_in_executor(None, self.answer, text, formats)

    def look(self) -> None:
        """Have what was begun answered before this returns, if that is quicker than to wait."""

    def stoppable(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002
        """Let `stop(name)` stop the queries that this thread asks within the context.

        They raise QueryCancelledError. Here nothing is stopped: only engines can be.
        """
        return nullcontext()

    def stop(self, name: str) -> bool:  # noqa: ARG002
        """Stop what is asked under `name`; return whether anything was."""
        return False

    def write(self, change: Change) -> Commit:  # noqa: ARG002
        """Make `change`; the commit has the dataset from now on.

        Raises ReadOnlyDatasetError here: `transaction.WritableDataset` takes changes.
        """
        raise ReadOnlyDatasetError

    @property
    def is_current(self) -> bool:
        """Whether the dataset was not written since; it costs nothing to ask."""
        return True

    def current(self) -> Dataset:
        """Return the dataset as it is now: another one where this one was written since."""
        return self

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

    @property
    def asserted_graphs(self) -> list[str]:
        """The IRIs of the graphs that contain what the files say."""
        return [g for g in self.info.triples if g == ONTOLOGY_GRAPH or g.startswith(SOURCE_GRAPHS)]


@dataclass(frozen=True)
class Commit:
    """What became of a change that was made.

    `added` and `removed` count quads of the graphs that can be written. `created` says whether
    the graph that a PutGraph or PostGraph names is new. `dataset` is the dataset from now on, and
    `state` names that version of it: it is another one after each change.
    """

    state: str
    added: int
    removed: int
    created: bool
    dataset: Dataset = field(repr=False, compare=False)
