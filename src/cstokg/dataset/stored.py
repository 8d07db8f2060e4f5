"""Datasets that are kept on disk, as datasets that can be queried.

What is on disk is served as it is: the project's files are read again only to check that they
are still those that it was made from.
"""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from cstokg import __version__
from cstokg.dataset.build import code_sha256, compute, hash_files
from cstokg.dataset.load import BuildInfo, SourceFile, find_files
from cstokg.dataset.metadata import DATASET, describe
from cstokg.dataset.model import Dataset
from cstokg.namespaces import BASE, CKG, META_GRAPH, PROV, RDFS, is_computed
from cstokg.settings import Settings
from cstokg.store import Store
from cstokg.store.disk import Contents, DiskStore, Origin

_FILES: Final = f"""
SELECT ?name ?sha256 ?graph WHERE {{
  GRAPH <{META_GRAPH}> {{
    <{DATASET}> <{PROV}wasDerivedFrom> ?file .
    ?file <{RDFS}label> ?name ; <{CKG}sha256> ?sha256 .
    FILTER STRSTARTS(STR(?file), "{BASE}file/")
    OPTIONAL {{ ?graph <{PROV}wasDerivedFrom> ?file FILTER (?graph != <{DATASET}>) }}
  }}
}}
ORDER BY DESC(STRSTARTS(?name, "ontology/")) ?name
"""


def load_stored(settings: Settings, contents: Contents) -> Dataset:
    """Return the dataset that was read from a disk; it is not built from the project's files.

    Its files are those that it was made from. Of those that the project has no longer, or not so,
    only the names and hashes are known, and what they said is not.
    """
    store = Store()
    store.load_dump(contents.nquads)
    info = BuildInfo(
        version=__version__,
        source_sha256=contents.origin.source_sha256,
        files=files_of(settings, store),
        triples=store.graphs(),
        from_cache=False,
        revision=contents.head.revision,
    )
    return Dataset(store, info)


def open_stored(settings: Settings, disk: DiskStore) -> Dataset | None:
    """Return the dataset on a disk as `load_stored` does, to be written; None where there is none.

    A change is worked out from what followed before it. So what other rules or other code derived
    is derived anew first, and put in its place. To be called within `exclusive`.
    """
    contents = disk.read()
    if contents is None:
        return None
    dataset = load_stored(settings, contents)
    if contents.derivation == code_sha256():
        return dataset
    store = dataset.store.copy([name for name in dataset.info.triples if not is_computed(name)])
    compute(store, dataset.info)
    info = dataset.info
    if store.dump() != contents.nquads:
        revision = sha256((info.revision + code_sha256()).encode()).hexdigest()
        info = replace(info, triples=store.graphs(), revision=revision)
        store.remove_graph(META_GRAPH)
        store.insert(META_GRAPH, describe(info, store.graphs()))
    seed(disk, Dataset(store, info), contents)
    return Dataset(store, info)


def seed(disk: DiskStore, dataset: Dataset, before: Contents | None = None) -> None:
    """Put a dataset on a disk, in the place of what was there `before`."""
    disk.seed(
        dataset.store.dump(),
        before.origin if before else origin_of(dataset),
        revision=dataset.info.revision,
        commits=before.head.commits if before else 0,
        derivation=code_sha256(),
        replace=before is not None,
    )


def origin_of(dataset: Dataset) -> Origin:
    """Return where a dataset came from, to be written beside it on disk."""
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    return Origin(dataset.info.version, dataset.info.source_sha256, now)


def is_of_project(dataset: Dataset, settings: Settings) -> bool:
    """Return True if the project's files are still those that the dataset was made from."""
    return hash_files(find_files(settings)) == dataset.info.source_sha256


def files_of(settings: Settings, store: Store) -> tuple[SourceFile, ...]:
    """Return the files that a dataset was made from, as its graph `meta` in `store` has them."""
    present = {(file.name, file.sha256): file for file in find_files(settings)}
    files = []
    for name, digest, graph in store.select(_FILES):
        lost = SourceFile(Path(str(name)), str(name), str(graph or ""), str(digest), content=b"")
        files.append(present.get((str(name), str(digest)), lost))
    return tuple(files)
