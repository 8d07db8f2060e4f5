"""The artefacts of a release: what people download, cite and load, with a manifest and hashes.

A release is refused where its parts disagree on the version, or where a term of the release before
is gone: a term that is no longer wanted is deprecated and keeps its IRI.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cstokg.dataset.model import Dataset
from cstokg.errors import CstokgError
from cstokg.namespaces import META_GRAPH, ONTOLOGY_GRAPH
from cstokg.publish.export import export_dataset, export_formats, write_checksums
from cstokg.publish.formats.ro_crate import write_crate
from cstokg.quality.query_files import read_query
from cstokg.rdf.diff import NodeDifference, compare_paths
from cstokg.store import Store

MANIFEST: Final = "release.json"


@dataclass(frozen=True)
class Variant:
    """One selection of the graphs, in the formats that fit it."""

    name: str
    title: str
    graphs: tuple[str, ...]
    keeps_graphs: bool = False
    """True for the formats that keep the graphs apart and those of tools, False for the others."""


def variants(dataset: Dataset) -> tuple[Variant, ...]:
    """Return what a release of `dataset` consists of."""
    every = tuple(dataset.info.triples)
    return (
        Variant("cstokg", "Everything, in its named graphs", every, keeps_graphs=True),
        Variant(
            "cstokg-ontology",
            "The ontology, its value lists and its alignments",
            (ONTOLOGY_GRAPH,),
        ),
        Variant(
            "cstokg-asserted",
            "Ontology and facts merged, as the files say them: OWL 2 DL, for Protégé and reasoners",
            tuple(dataset.asserted_graphs),
        ),
        Variant(
            "cstokg-reasoned",
            "The same with all that follows: shortcuts, bounds of dates, entailments",
            tuple(iri for iri in every if iri != META_GRAPH),
        ),
    )


def require_empty(folder: Path) -> None:
    """Raise CstokgError for a folder that has something in it."""
    if folder.exists() and any(folder.iterdir()):
        raise CstokgError(
            f"the folder {folder} is not empty",
            hint="Name one that is empty or not there yet: nothing is overwritten.",
        )


def check_versions(dataset: Dataset, changelog: str | None = None) -> None:
    """Raise CstokgError where the ontology or the changelog is of another version than the package.

    `changelog` is the text of CHANGELOG.md, where there is one.
    """
    version = dataset.info.version
    wrong = [
        str(iri)
        for iri, info, version_iri in dataset.select(read_query(__file__, "versions"))
        if str(info) != version or str(version_iri) != f"{iri}/{version}"
    ]
    if wrong:
        raise CstokgError(
            f"not of version {version}, which the package has: {', '.join(wrong)}",
            hint="Set owl:versionInfo and owl:versionIRI there; docs/releasing.md has the steps.",
        )
    if changelog is not None and f"## [{version}]" not in changelog:
        raise CstokgError(
            f"CHANGELOG.md has no section for version {version}",
            hint=f"Name what is under [Unreleased] '## [{version}] - <date>'.",
        )


def changed_terms(old: Path, new: Path) -> tuple[NodeDifference, ...]:
    """Return how the terms in the folder or file `new` differ from those in `old`.

    Raises CstokgError where a term of `old` is gone, and the errors of `compare_paths`.
    """
    terms = tuple(node for node in compare_paths(old, new) if node.is_term)
    gone = [node.name for node in terms if node.change == "removed"]
    if gone:
        raise CstokgError(
            f"terms of the release before are gone: {', '.join(gone)}",
            hint="Keep each with owl:deprecated true and dcterms:isReplacedBy; its IRI stays.",
        )
    return terms


def write_release(
    dataset: Dataset,
    folder: Path,
    *,
    others: Mapping[str, bytes] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Path, ...]:
    """Write every variant in its formats, a manifest and hashes, as an RO-Crate; return the paths.

    `others` are further files by name, such as the documentation. The same dataset gives the same
    bytes. Raises CstokgError for a folder that has something in it.
    """
    require_empty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    files = []
    for variant in variants(dataset):
        part = _only(dataset, variant.graphs)
        for row in export_formats():
            if bool(row.kinds & {"dataset", "tool"}) != variant.keeps_graphs:
                continue
            path = folder / f"{variant.name}.{row.extension}"
            progress(path.name)
            path.write_bytes(export_dataset(part, row.name))
            paths.append(path)
            title = f"Everything, as {row.title}" if "tool" in row.kinds else variant.title
            size = path.stat().st_size
            what = {"title": title, "media_type": row.media_type, "bytes": size}
            files.append({"name": path.name, **what})
    for name, content in sorted((others or {}).items()):
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    manifest = {
        "name": "cstokg",
        "version": dataset.info.version,
        "source_sha256": dataset.info.source_sha256,
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "triples": dict(dataset.info.triples),
        "files": files,
    }
    paths.append(folder / MANIFEST)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    paths[-1].write_text(text, encoding="utf-8")
    paths.append(write_crate(dataset, folder, paths))
    return (*paths, write_checksums(folder, paths))


def _only(dataset: Dataset, graphs: Sequence[str]) -> Dataset:
    """Return a dataset of some of the graphs of another."""
    store = Store()
    store.load_dump(dataset.store.dump(graphs))
    return replace(dataset, store=store, info=replace(dataset.info, triples=store.graphs()))
