"""The dataset as files in the formats of RDF, byte for byte the same in every run."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from cstokg.build import graph as load_graph
from cstokg.errors import UnknownFormatError
from cstokg.formats import FORMATS, find_format
from cstokg.namespaces import CKG, OWL, RDFS, VOCABULARIES, XSD
from cstokg.store import GraphResult
from cstokg.turtle import to_trig, to_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from rdflib import Graph

    from cstokg.build import Dataset
    from cstokg.formats import Format

SUMS: Final = "SHA256SUMS"
"""The name of the file with the hashes of the others, as `sha256sum --check` reads it."""

_NAME: Final = "cstokg"

_PROPERTIES: Final = f"""
PREFIX owl: <{OWL}>
PREFIX rdfs: <{RDFS}>
SELECT ?property ?kind (SAMPLE(?type) AS ?range) WHERE {{
  VALUES ?kind {{ owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }}
  ?property a ?kind .
  FILTER STRSTARTS(STR(?property), "{CKG}")
  OPTIONAL {{ ?property rdfs:range ?type }}
}}
GROUP BY ?property ?kind
ORDER BY ?property
"""


def export_dataset(dataset: Dataset, format_name: str, graph: str | None = None) -> bytes:
    """Return the dataset, or one graph of it, in a format.

    TriG, N-Quads and JSON-LD keep the graphs apart; in Turtle, N-Triples and RDF/XML the whole
    dataset is the union of its graphs. `graph` is a name (`links`) or an IRI.

    Raises UnknownFormatError or UnknownGraphError.
    """
    name = find_export_format(format_name).name
    iris = sorted(dataset.info.triples) if graph is None else [dataset.find_graph(graph)]
    if name == "nquads":
        return dataset.store.dump(iris)
    if name == "trig":
        return to_trig({iri: load_graph(dataset, iri) for iri in iris})
    if name == "jsonld" and graph is None:
        return _to_jsonld(dataset, {iri: load_graph(dataset, iri) for iri in iris})
    whole = load_graph(dataset, graph)
    if name == "jsonld":
        return _to_jsonld(dataset, {"": whole})
    if name == "turtle":
        return to_turtle(whole)
    return GraphResult(dataset.store.dump_union(iris)).serialize(name)


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
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for row in export_formats():
        path = folder / f"{_NAME}.{row.extension}"
        path.write_bytes(export_dataset(dataset, row.name))
        paths.append(path)
    sums = folder / SUMS
    sums.write_text(checksums(paths), encoding="utf-8")
    return (*paths, sums)


def checksums(paths: Iterable[Path]) -> str:
    """Return a line of SHA-256 and name for each file, as `sha256sum` writes them."""
    return "".join(f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths)


def context(dataset: Dataset) -> dict[str, Any]:
    """Return the JSON-LD context of the project's terms, computed from the ontology.

    It needs no network: prefixes, and for each property by its name what its values are. Resources
    keep their whole IRIs: their kinds' prefixes are mostly the names of properties as well.
    """
    terms: dict[str, Any] = {}
    for prop, kind, value_range in dataset.select(_PROPERTIES):
        term: dict[str, str] = {"@id": "ckg:" + str(prop).removeprefix(CKG)}
        if str(kind) == OWL + "ObjectProperty":
            term["@type"] = "@id"
        elif str(value_range).startswith(XSD) and str(value_range) != XSD + "string":
            term["@type"] = "xsd:" + str(value_range).removeprefix(XSD)
        terms[str(prop).removeprefix(CKG)] = term
    return {**VOCABULARIES, **terms}


def _to_jsonld(dataset: Dataset, graphs: Mapping[str, Graph]) -> bytes:
    """Return graphs by name as JSON-LD; the one with the name "" is the default graph."""
    from rdflib.plugins.serializers.jsonld import from_rdf

    terms = context(dataset)
    nodes: list[Any] = []
    for name, graph in graphs.items():
        found = from_rdf(graph, terms, use_native_types=False)["@graph"]  # type: ignore[no-untyped-call]
        nodes += [{"@id": name, "@graph": found}] if name else found
    document = {"@context": terms, "@graph": _sorted(nodes)}
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _sorted(value: Any, *, is_list: bool = False) -> Any:
    """Return JSON-LD with every array sorted, whose order has no meaning: all but RDF lists."""
    if isinstance(value, dict):
        return {key: _sorted(each, is_list=key == "@list") for key, each in value.items()}
    if isinstance(value, list):
        items = [_sorted(each) for each in value]
        return (
            items if is_list else sorted(items, key=lambda each: json.dumps(each, sort_keys=True))
        )
    return value
