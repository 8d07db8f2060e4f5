"""What a dataset holds: counts by class and graph, versions, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cstokg.analysis.labels import Queryable
from cstokg.dataset.query_service import QueryService
from cstokg.namespaces import CKG, ONTOLOGY, ONTOLOGY_GRAPH, short_graph_name
from cstokg.quality.query_files import read_query

_ONTOLOGY: Final = f"""
SELECT ?version WHERE {{
  GRAPH <{ONTOLOGY_GRAPH}> {{ <{ONTOLOGY}> owl:versionInfo ?version }}
}}
"""
_MODIFIED: Final = f"""
SELECT (MAX(STR(?day)) AS ?last) WHERE {{
  GRAPH <{ONTOLOGY_GRAPH}> {{ ?part a owl:Ontology ; dcterms:modified ?day }}
}}
"""


@dataclass(frozen=True)
class SourceDocument:
    """A text from which facts were taken, and the SHA-256 of the copy that was read."""

    iri: str
    title: str
    author: str
    sha256: str


@dataclass(frozen=True)
class Summary:
    """What a dataset holds and was made from.

    `graphs` maps each graph's short name to its triples, `classes` each class of the ontology to
    the nodes that the data files put in it; `source_sha256` is one hash over all `files`.
    `modified` is the day of the last change, empty where none is told.
    """

    version: str
    ontology_version: str
    modified: str
    source_sha256: str
    graphs: Mapping[str, int]
    classes: Mapping[str, int]
    documents: tuple[SourceDocument, ...]
    files: tuple[str, ...]

    @property
    def triples(self) -> int:
        """The triples of all graphs."""
        return sum(self.graphs.values())


def last_modified(dataset: Queryable) -> str:
    """Return the day of the last change, empty where none is told."""
    return next((str(day) for (day,) in dataset.select(_MODIFIED) if day), "")


def summarize(dataset: QueryService) -> Summary:
    """Count what `dataset` holds and say where it came from."""
    info = dataset.info
    return Summary(
        version=info.version,
        ontology_version=next((str(row[0]) for row in dataset.select(_ONTOLOGY)), ""),
        modified=last_modified(dataset),
        source_sha256=info.source_sha256,
        graphs={short_graph_name(iri): count for iri, count in info.triples.items()},
        classes={
            str(name).removeprefix(CKG): int(str(count))
            for name, count in dataset.select(read_query(__file__, "classes_of_sources"))
        },
        documents=tuple(
            SourceDocument(*row) for row in dataset.select(read_query(__file__, "documents")).texts
        ),
        files=tuple(file.name for file in info.files),
    )
