"""The dataset as files in the formats of RDF, byte for byte the same in every run."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from cstokg.errors import UnknownFormatError
from cstokg.formats import FORMATS, find_format
from cstokg.rdf.jsonld import context, to_jsonld
from cstokg.rdf.turtle_writer import to_trig, to_turtle
from cstokg.store import GraphResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from cstokg.dataset.model import Dataset
    from cstokg.formats import Format

SUMS: Final = "SHA256SUMS"
"""The name of the file with the hashes of the others, as `sha256sum --check` reads it."""


def export_dataset(dataset: Dataset, format_name: str, graph: str | None = None) -> bytes:
    """Return the dataset, or one graph of it, in a format.

    TriG, N-Quads and JSON-LD keep the graphs apart; in Turtle, N-Triples and RDF/XML the whole
    dataset is the union of its graphs. `graph` is a name (`links`) or an IRI.

    Raises UnknownFormatError or UnknownGraphError.
    """
    name = find_export_format(format_name).name
    iris = sorted(dataset.info.triples) if graph is None else [dataset.find_graph(graph)]
    graphs = {iri: dataset.store.dump_union([iri]) for iri in iris}
    if name == "jsonld" and graph is not None:
        graphs = {"": graphs[iris[0]]}
    return write_graphs(graphs, name, context(dataset.query) if name == "jsonld" else {})


def write_graphs(graphs: Mapping[str, bytes], format_name: str, terms: Mapping[str, Any]) -> bytes:
    """Return graphs, by IRI as sorted N-Triples, in a format; JSON-LD has `terms` as its context.

    Raises UnknownFormatError.
    """
    name = find_export_format(format_name).name
    if name == "nquads":
        quads = (
            line.removesuffix(b".\n") + f"<{iri}> .\n".encode()
            for iri, triples in graphs.items()
            for line in triples.splitlines(keepends=True)
        )
        return b"".join(sorted(quads))
    if name == "trig":
        return to_trig({iri: GraphResult(triples) for iri, triples in graphs.items()})
    if name == "jsonld":
        return to_jsonld(graphs, terms)
    lines = {line for triples in graphs.values() for line in triples.splitlines(keepends=True)}
    union = GraphResult(b"".join(sorted(lines)))
    return to_turtle(union) if name == "turtle" else union.serialize(name)


def export_formats() -> tuple[Format, ...]:
    """Return the formats that can be exported: those of graphs and those of datasets."""
    return tuple(row for row in FORMATS if row.kinds & {"graph", "dataset"})


def find_export_format(name: str) -> Format:
    """Return the format that `name` means: a name, an extension or a media type.

    Raises UnknownFormatError, which lists the names.
    """
    for kind in ("graph", "dataset"):
        try:
            return find_format(name, kind)
        except UnknownFormatError:
            continue
    raise UnknownFormatError(name, [row.name for row in export_formats()])


def export_all(dataset: Dataset, folder: Path) -> tuple[Path, ...]:
    """Write the dataset in every format, and `SHA256SUMS`, into `folder`; return the paths.

    The folder is made where it is missing; files of the same names are overwritten.
    Raises UnwritableError, before anything is written, where a format cannot carry all.
    """
    contents = {row.extension: export_dataset(dataset, row.name) for row in export_formats()}
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for extension, content in contents.items():
        path = folder / f"cstokg.{extension}"
        path.write_bytes(content)
        paths.append(path)
    return (*paths, write_checksums(folder, paths))


def write_checksums(folder: Path, paths: Iterable[Path]) -> Path:
    """Write a line of SHA-256 and name for each file, as `sha256sum` does; return the path."""
    lines = (f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths)
    sums = folder / SUMS
    sums.write_text("".join(lines), encoding="utf-8")
    return sums
