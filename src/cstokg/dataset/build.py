"""From the project's files to a dataset that can be queried, kept between runs.

load files -> derive -> describe, or the kept result of the same with the same files
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from rdflib import Graph

from cstokg import __version__
from cstokg.dataset import cache
from cstokg.dataset.derive import derive
from cstokg.dataset.imports import unmet_imports
from cstokg.dataset.load import BuildInfo, SourceFile, find_files, find_origins, load_files
from cstokg.dataset.metadata import describe
from cstokg.dataset.model import Dataset
from cstokg.dataset.times import find_bad_dates, find_times
from cstokg.errors import SourceError
from cstokg.namespaces import META_GRAPH
from cstokg.rdf.locations import Locations
from cstokg.rdf.progress import track
from cstokg.settings import PACKAGE, Settings
from cstokg.store import Store, plain_graph

__all__ = ["BuildInfo", "Dataset", "SourceFile", "build_dataset", "graph"]

log = logging.getLogger(__name__)


def build_dataset(
    settings: Settings,
    *,
    files: Sequence[Path] = (),
    with_data: bool = True,
    use_cache: bool = True,
    check_dates: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Dataset:
    """Build the dataset of a project.

    `files` are built in beside the project's data, or instead of it with `with_data=False`.
    `use_cache=False` neither reads nor writes what is kept of earlier builds, and does not read the
    build that the package carries. With `check_dates=False` nothing follows from a time that is no
    date, and a validation reports it. `progress` is called with each step in a few words. An import
    of what was not read is a warning.

    Raises SourceError, also for a time that is no date, MissingFolderError or MissingFileError.
    """
    report = progress or log.info
    found = find_files(settings, files=files, with_data=with_data)
    source_sha256 = hash_files(found)
    key = sha256((source_sha256 + code_sha256()).encode()).hexdigest()
    kept = None
    if use_cache:
        kept = cache.read(settings.carried, key) or cache.read(settings.cache, key)
    info = BuildInfo(__version__, source_sha256, found, {}, from_cache=kept is not None)
    if kept is not None:
        report("loading the kept build of the same files")
        store = Store()
        store.load_dump(kept)
    else:
        report(f"reading {len(found)} files")
        store = load_files(track("reading", found))
        report("deriving bounds of dates, links and entailments")
        compute(store, info)
        report("labelling blank nodes")
        store.label_blank_nodes()
        store.keep_union()
        if use_cache:
            cache.write(settings.cache, key, store.dump())
    for note in unmet_imports(store):
        log.warning("%s", note)
    if check_dates:
        for bad in find_bad_dates(find_times(store)):
            names = find_origins(info.files).get(str(bad.node), ())
            locations = Locations({file.name: file.content for file in info.files})
            name, line = locations.place(names, *map(str, bad[:3]))
            raise SourceError(
                name or "(unknown file)",
                f"in the description of {bad.node}: {bad.error.message}",
                line=line,
                hint=bad.error.hint,
            )
    return Dataset(store, replace(info, triples=store.graphs()))


def compute(store: Store, info: BuildInfo) -> None:
    """Add to the graphs in `store` those that follow from them; `info.triples` is not read."""
    derive(store)
    store.insert(META_GRAPH, describe(info, store.graphs()))


def graph(dataset: Dataset, name: str | None = None) -> Graph:
    """Return one graph, or the union of all, as a plain rdflib graph in memory.

    Literals keep their lexical form, valid or not. Raises UnknownGraphError.
    """
    chosen = None if name is None else [dataset.find_graph(name)]
    return plain_graph(dataset.store.triples(chosen))


def hash_files(files: Iterable[SourceFile]) -> str:
    """Return one hash over the names and contents of files, in hexadecimal."""
    return _hash((file.sha256, file.name) for file in files)


def _hash(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the SHA-256 of lines of hash and name, as `sha256sum` writes them."""
    return sha256("".join(f"{digest}  {name}\n" for digest, name in pairs).encode()).hexdigest()


@lru_cache
def code_sha256() -> str:
    """Return a hash over the code and the rules that derive, and that turn files into a dataset.

    A process has the code that it has read, whatever becomes of the files.
    """
    package = PACKAGE
    code = [
        *package.glob("*.py"),
        *package.glob("store/*.py"),
        *package.glob("store/closure/*.py"),
        *package.glob("rdf/edtf.py"),
        *package.glob("dataset/**/*.py"),
        *package.glob("dataset/rules/**/*.rq"),
    ]
    return _hash(
        (sha256(path.read_bytes()).hexdigest(), path.relative_to(package).as_posix())
        for path in sorted(code)
    )
