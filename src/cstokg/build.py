"""From the project's files to a dataset that can be queried, kept between runs.

load files -> derive -> describe, or the kept result of the same with the same files
"""

from __future__ import annotations

import logging
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cstokg import __version__, cache
from cstokg.derive import derive
from cstokg.describe import describe
from cstokg.errors import ReadOnlyDatasetError, UnknownGraphError
from cstokg.load import SourceFile, find_files, find_origins, load_files
from cstokg.namespaces import META_GRAPH, PREFIXES, RESOURCE, short_graph_name
from cstokg.store import open_store
from cstokg.store.written import write

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from rdflib import Graph

    from cstokg.change import Change, Commit
    from cstokg.formats import Kind
    from cstokg.settings import Settings
    from cstokg.store import Result, SelectResult, Store, Written

__all__ = ["BuildInfo", "Dataset", "SourceFile", "build_dataset", "graph"]

log = logging.getLogger(__name__)

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


def build_dataset(
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
    source_sha256 = hash_files(found)
    key = sha256((source_sha256 + _code_sha256()).encode()).hexdigest()
    kept = cache.read(settings.cache, key) if use_cache else None
    info = BuildInfo(__version__, source_sha256, found, {}, from_cache=kept is not None)
    if kept is not None:
        tell("loading the kept build of the same files")
        store = open_store()
        store.load_dump(kept)
    else:
        tell(f"reading {len(found)} files")
        store = load_files(found)
        tell("deriving bounds of dates, links and entailments")
        compute(store, info)
        store.label_blank_nodes()
        if use_cache:
            cache.write(settings.cache, key, store.dump())
    return Dataset(store, replace(info, triples=store.graphs()))


def compute(store: Store, info: BuildInfo) -> None:
    """Add to the graphs in `store` those that follow from them; `info.triples` is not read.

    Raises SourceError for a date that is not EDTF.
    """
    derive(store, lambda node: ", ".join(find_origins(info.files).get(node, ["(unknown file)"])))
    description = describe(
        info.files,
        store.graphs(),
        version=info.version,
        source_sha256=info.source_sha256,
        revision=info.revision,
    )
    store.insert(META_GRAPH, description)


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


def hash_files(files: Iterable[SourceFile]) -> str:
    """Return one hash over the names and contents of files, in hexadecimal."""
    return _hash((file.sha256, file.name) for file in files)


def _hash(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of lines of hash and name, as `sha256sum` writes them."""
    return sha256("".join(f"{digest}  {name}\n" for digest, name in pairs).encode()).hexdigest()


def _code_sha256() -> str:
    """Return a hash over the code and the rules that turn files into a dataset."""
    package = Path(__file__).parent
    code = [*package.glob("*.py"), *package.glob("store/*.py"), *package.glob("rules/**/*.rq")]
    return _hash(
        (sha256(path.read_bytes()).hexdigest(), path.relative_to(package).as_posix())
        for path in sorted(code)
    )
