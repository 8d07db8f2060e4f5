"""The description of a dataset, for its graph `meta`: what it is, and what it was made from.

In the terms of VoID, PROV-O and Dublin Core. It says nothing of the time or place of the build, so
that the same files always give the same description.
"""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from cstokg.dataset.load import BuildInfo
from cstokg.namespaces import BASE, CKG, PREFIXES, short_graph_name
from cstokg.store import Triple

DATASET: Final = BASE + "dataset"
_TITLE: Final = "cstokg, a knowledge graph of one analyst article about the CSTO"
LICENSE: Final = "https://creativecommons.org/licenses/by/4.0/"


def describe(info: BuildInfo, triples: Mapping[str, int]) -> Iterator[Triple]:
    """Iterate over the triples about a dataset with so many `triples` in each graph.

    `info.triples` is not read: it may not be known yet.
    """
    from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, VOID, XSD, Literal, URIRef

    def number(value: int) -> Literal:
        return Literal(str(value), datatype=XSD.integer)

    checksum = URIRef(CKG + "sha256")
    dataset = URIRef(DATASET)
    yield dataset, RDF.type, VOID.Dataset
    yield dataset, RDF.type, PROV.Entity
    yield dataset, DCTERMS.title, Literal(_TITLE, lang="en")
    yield dataset, DCTERMS.license, URIRef(LICENSE)
    yield dataset, OWL.versionInfo, Literal(info.version)
    yield dataset, checksum, Literal(info.source_sha256)
    if info.revision:
        yield dataset, URIRef(PREFIXES["schema"] + "version"), Literal(info.revision)
    yield dataset, VOID.triples, number(sum(triples.values()))
    for name, size in triples.items():
        graph = URIRef(name)
        yield dataset, VOID.subset, graph
        yield graph, RDF.type, VOID.Dataset
        yield graph, RDFS.label, Literal(short_graph_name(name))
        yield graph, VOID.triples, number(size)
    for file in info.files:
        node = URIRef(f"{BASE}file/{quote(file.name)}")
        yield dataset, PROV.wasDerivedFrom, node
        if file.graph in triples:  # it may have been dropped since
            yield URIRef(file.graph), PROV.wasDerivedFrom, node
        yield node, RDF.type, PROV.Entity
        yield node, RDFS.label, Literal(file.name)
        yield node, checksum, Literal(file.sha256)
