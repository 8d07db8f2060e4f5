"""The dataset as files, in RDF and for other people's tools, the same bytes in every run."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cstokg.dataset.model import Dataset
from cstokg.dataset.query_service import QueryService
from cstokg.errors import UnknownFormatError
from cstokg.formats import FORMATS, Format, find_format
from cstokg.publish.formats.csvw import to_csvw
from cstokg.publish.formats.nanopublications import to_nanopublications
from cstokg.publish.formats.network import to_gexf, to_graphml
from cstokg.publish.formats.relational import to_sqlite
from cstokg.publish.formats.ro_crate import write_crate
from cstokg.rdf.jsonld import context, to_jsonld
from cstokg.rdf.progress import track
from cstokg.rdf.turtle_writer import to_trig, to_turtle
from cstokg.store import GraphResult

SUMS: Final = "SHA256SUMS"
"""The name of the file with the hashes of the others, as `sha256sum --check` reads it."""

TOOLS: Final[Mapping[str, Callable[[QueryService], bytes]]] = {
    "csvw": to_csvw,
    "gexf": to_gexf,
    "graphml": to_graphml,
    "nanopub": to_nanopublications,
    "sqlite": to_sqlite,
}
"""What writes the whole dataset for other people's tools, by the names of their formats."""


def export_dataset(dataset: Dataset, format_name: str, graph: str | None = None) -> bytes:
    """Return the dataset, or one graph of it, in a format.

    TriG, N-Quads and JSON-LD keep the graphs apart; in Turtle, N-Triples and RDF/XML the whole
    dataset is the union of its graphs. `graph` is a name (`links`) or an IRI; what `TOOLS` writes
    is always of all.

    Raises UnknownFormatError or UnknownGraphError.
    """
    name = find_export_format(format_name).name
    if name in TOOLS:
        return TOOLS[name](dataset)
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
    """Return the formats that can be exported: of graphs, of datasets and of tools."""
    return tuple(row for row in FORMATS if row.kinds & {"graph", "dataset", "tool"})


def find_export_format(name: str) -> Format:
    """Return the format that `name` means: a name, an extension or a media type.

    Raises UnknownFormatError, which lists the names.
    """
    for kind in ("graph", "dataset", "tool"):
        try:
            return find_format(name, kind)
        except UnknownFormatError:
            continue
    raise UnknownFormatError(name, [row.name for row in export_formats()])


def export_all(dataset: Dataset, folder: Path) -> tuple[Path, ...]:
    """Write the dataset in every format, and `SHA256SUMS`, into `folder`; return the paths.

    The folder, an RO-Crate, is made where it is missing; files of the same names are overwritten.
    Raises UnwritableError, before anything is written, where a format cannot carry all.
    """
    rows = track("writing", export_formats())
    contents = {row.extension: export_dataset(dataset, row.name) for row in rows}
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for extension, content in contents.items():
        path = folder / f"cstokg.{extension}"
        path.write_bytes(content)
        paths.append(path)
    paths.append(write_crate(dataset, folder, paths))
    return (*paths, write_checksums(folder, paths))


def write_checksums(folder: Path, paths: Iterable[Path]) -> Path:
    """Write a line of SHA-256 and name for each file, as `sha256sum` does; return the path."""
    lines = (f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths)
    sums = folder / SUMS
    sums.write_text("".join(lines), encoding="utf-8")
    return sums
