"""The description of a dataset, for its graph `meta`: what it is, and what it was made from.

In the terms of VoID, PROV-O and Dublin Core. It says nothing of the time or place of the build, so
that the same files always give the same description.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from cstokg.namespaces import (
    BASE,
    CKG,
    DCTERMS,
    OWL,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    VOID,
    XSD,
    short_graph_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cstokg.dataset.load import SourceFile
    from cstokg.store import Triple

DATASET: Final = BASE + "dataset"
_TITLE: Final = "cstokg, a knowledge graph of one analyst article about the CSTO"
LICENSE: Final = "https://creativecommons.org/licenses/by/4.0/"


def describe(
    files: Iterable[SourceFile],
    triples: Mapping[str, int],
    *,
    version: str,
    source_sha256: str,
    revision: str = "",
) -> Iterator[Triple]:
    """Iterate over the triples about a dataset of `files` with so many `triples` in each graph.

    `revision` names what was written to it since, and is empty where nothing was.
    """
    from rdflib import Literal, URIRef

    def number(value: int) -> Literal:
        return Literal(str(value), datatype=URIRef(XSD + "integer"))

    rdf_type, label = URIRef(RDF + "type"), URIRef(RDFS + "label")
    entity, void_dataset = URIRef(PROV + "Entity"), URIRef(VOID + "Dataset")
    derived_from, count = URIRef(PROV + "wasDerivedFrom"), URIRef(VOID + "triples")
    checksum = URIRef(CKG + "sha256")

    dataset = URIRef(DATASET)
    yield dataset, rdf_type, void_dataset
    yield dataset, rdf_type, entity
    yield dataset, URIRef(DCTERMS + "title"), Literal(_TITLE, lang="en")
    yield dataset, URIRef(DCTERMS + "license"), URIRef(LICENSE)
    yield dataset, URIRef(OWL + "versionInfo"), Literal(version)
    yield dataset, checksum, Literal(source_sha256)
    if revision:
        yield dataset, URIRef(PREFIXES["schema"] + "version"), Literal(revision)
    yield dataset, count, number(sum(triples.values()))
    for name, size in triples.items():
        graph = URIRef(name)
        yield dataset, URIRef(VOID + "subset"), graph
        yield graph, rdf_type, void_dataset
        yield graph, label, Literal(short_graph_name(name))
        yield graph, count, number(size)
    for file in files:
        node = URIRef(f"{BASE}file/{quote(file.name)}")
        yield dataset, derived_from, node
        if file.graph in triples:  # it may have been dropped since
            yield URIRef(file.graph), derived_from, node
        yield node, rdf_type, entity
        yield node, label, Literal(file.name)
        yield node, checksum, Literal(file.sha256)
