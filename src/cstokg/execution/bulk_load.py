"""Files of RDF into a dataset that can be written: each source in one step.

What a file says, or the files of a folder, is one change: from then on the graphs that it names say
that and nothing else. It is made whole, or the file is set aside. What has been loaded is no change
any more, so that a load that was ended goes on when it is asked for again.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from cstokg.dataset.changes import PutGraphs
from cstokg.dataset.load import folder_graph, slug_of
from cstokg.dataset.query_service import QueryService
from cstokg.errors import (
    CstokgError,
    MissingFolderError,
    ShapeViolationError,
    SourceError,
    StorageError,
)
from cstokg.namespaces import (
    CKG,
    ONTOLOGY_GRAPH,
    RDF,
    RESOURCE,
    SOURCE_GRAPHS,
    short_graph_name,
    shorten,
    source_graph,
)
from cstokg.rdf.locations import Locations
from cstokg.rdf.progress import track
from cstokg.settings import Settings
from cstokg.store.parsing import READABLE, is_readable, parse_quads, read_file

_DOCUMENT: Final = re.compile(
    rf"^<{RESOURCE}source/([^>]+)> <{RDF}type> <{CKG}SourceDocument> <([^>]+)> \.$".encode(),
    re.MULTILINE,
)


@dataclass(frozen=True)
class Problem:
    """Why a file was set aside, and how to mend it. `place` is a file, with a line if known."""

    place: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Loaded:
    """What became of a file or a folder; `added` and `removed` count statements of its graphs."""

    name: str
    graphs: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def status(self) -> Literal["loaded", "unchanged", "set aside"]:
        """What is to be said of it in a word or two."""
        if self.problems:
            return "set aside"
        return "loaded" if self.added or self.removed else "unchanged"


def load_paths(
    service: QueryService, paths: Collection[Path], settings: Settings
) -> Iterator[Loaded]:
    """Load files and folders one after the other, and tell of each what became of it.

    No more than one is in memory. One that cannot be read or must not be is set aside; nothing of
    it is in the dataset. Raises StorageError where the dataset can take nothing more.
    """
    filled: dict[str, Path] = {}
    for path in track("loading", paths):
        contents: dict[Path, bytes] = {}
        try:
            graph, contents = _read(path.absolute(), settings)
            change = _parse(contents, graph)
            _refuse(path, graph, change, filled)
            commit = service.apply(change)
        except StorageError:
            raise
        except CstokgError as error:
            yield Loaded(str(path), problems=tuple(_problems(path, error, contents)))
            continue
        service = commit.service
        filled |= dict.fromkeys(change.graphs, path)
        yield Loaded(str(path), change.graphs, commit.added, commit.removed)


def _read(path: Path, settings: Settings) -> tuple[str, dict[Path, bytes]]:
    """Return the graph of what stands in no other, and the contents of the files."""
    if path.is_dir():
        graph = ONTOLOGY_GRAPH if path == settings.ontology else folder_graph(path)
        files = [each for each in sorted(path.rglob("*")) if is_readable(each)]
        if not files:
            raise MissingFolderError(path, f"has no file in it that ends in {', '.join(READABLE)}")
        return graph, {file: read_file(file) for file in files}
    if path.is_relative_to(settings.data):
        raise SourceError(
            path, "this is one of the files of a source", hint="Load its folder, with all of them."
        )
    return source_graph(slug_of(path)), {path: read_file(path)}


def _parse(contents: Mapping[Path, bytes], graph: str) -> PutGraphs:
    """Return what files say as a change; what is in no graph is put into `graph`."""
    graphs: set[str] = set()
    lines: set[bytes] = set()
    for file, content in contents.items():
        said = parse_quads(content, file, graph)
        graphs.update(said)
        for nquads in said.values():
            lines.update(nquads.splitlines(keepends=True))
    return PutGraphs(tuple(sorted(graphs)), b"".join(sorted(lines)))


def _refuse(path: Path, own: str, change: PutGraphs, filled: Mapping[str, Path]) -> None:
    """Raise SourceError for graphs that must not be filled so."""
    if not change.graphs:
        raise SourceError(path, "it says nothing")
    for graph in change.graphs:
        if other := filled.get(graph):
            raise SourceError(
                path,
                f"it is to be the graph {short_graph_name(graph)}, as {other} is already",
                hint="Put all that a graph says into one file, or into the files of one folder.",
            )
    slug = own.removeprefix(SOURCE_GRAPHS)
    described = [
        name.decode() for name, graph in _DOCUMENT.findall(change.nquads) if graph.decode() == own
    ]
    if described and slug not in described:
        raise SourceError(
            path,
            f"it describes source:{described[0]}, and would be the graph source/{slug}",
            hint=f"Name it {described[0]}, as the source is.",
        )


def _problems(path: Path, error: CstokgError, contents: Mapping[Path, bytes]) -> Iterator[Problem]:
    if isinstance(error, ShapeViolationError):
        locations = Locations({str(file): content for file, content in contents.items()})
        for finding in error.findings:
            focus, about = str(finding["focus"]), filter(None, [str(finding["path"])])
            place = locations.find(list(map(str, contents)), focus, *about)
            yield Problem(place, f"{shorten(focus)}: {finding['message']}")
    elif isinstance(error, SourceError):
        parts = (error.path, error.line, error.column)
        place = ":".join(str(part) for part in parts if part is not None)
        yield Problem(place, error.problem, error.hint)
    else:
        yield Problem(str(path), error.message, error.hint)
