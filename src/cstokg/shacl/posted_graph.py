"""A graph against the shapes, without it becoming part of the dataset.

Reference: W3C Shapes Constraint Language (SHACL), https://www.w3.org/TR/shacl/.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from rdflib import RDF, RDFS, SH, Literal

from cstokg.dataset.derive import close_shared, tie_sources
from cstokg.dataset.imports import unmet_imports
from cstokg.dataset.model import Dataset
from cstokg.namespaces import DERIVED_GRAPH, GRAPH, LINKS_GRAPH, META_GRAPH
from cstokg.shacl.validation import (
    only_about,
    read_shapes,
    store_shapes,
    unused_shapes,
    validate_store,
)
from cstokg.store import GraphResult, Store

_POSTED: Final = GRAPH + "posted"
"""The base of its IRIs, and what it is called beside the graphs of the dataset."""


@dataclass(frozen=True)
class PostedGraph:
    """RDF to be validated, beside the dataset or `alone`; it is not stored."""

    content: bytes = field(repr=False)
    media_type: str
    alone: bool = False


@dataclass(frozen=True)
class ValidationResult:
    """What a validation found: the members of `validate.Finding` of each, and the report."""

    conforms: bool
    """True if there is no violation; warnings and information may stand."""
    triples: int
    """How many were validated."""
    shapes: int
    findings: Sequence[Mapping[str, Any]]
    report: GraphResult
    """The `sh:ValidationReport` (section 3.1) and its results; a comment of it for each note."""
    notes: Sequence[str] = ()
    """What of the graph was not used: imports, and shapes of its own."""


def validate_posted_graph(dataset: Dataset, posted: PostedGraph, shapes: Path) -> ValidationResult:
    """Validate a graph against the shapes of a folder; the dataset stays as it is.

    Beside the dataset, what follows from both is there as it would be after a write, and the
    findings are those about nodes that the graph describes. Alone it is taken as it was posted.

    Raises UnknownFormatError, and SourceError with line and column.
    """
    store = Store()
    store.load_content(posted.content, posted.media_type, _POSTED)
    content = store.dump()
    notes = list(filter(None, [unused_shapes(store)]))
    described = {str(subject) for subject, _, _ in store.triples()}
    if not posted.alone:
        kept = set(dataset.info.triples).difference((DERIVED_GRAPH, LINKS_GRAPH, META_GRAPH))
        store = dataset.store.copy(sorted(kept))
        store.amend(b"", content)
        tie_sources(store, close_shared(store))
    notes += unmet_imports(store)
    report = only_about(validate_store(store, read_shapes(shapes)), described)
    for head in list(report.graph.subjects(RDF.type, SH.ValidationReport)):
        for note in notes:
            report.graph.add((head, RDFS.comment, Literal(note, lang="en")))
    return ValidationResult(
        report.ok,
        report.triples,
        report.shapes,
        [asdict(finding) for finding in report.findings],
        GraphResult.of(report.graph),
        notes,
    )


def shapes_graph(shapes: Path) -> GraphResult:
    """Return the shapes of a folder as a graph. Raises MissingFolderError and SourceError."""
    return GraphResult(store_shapes(shapes).dump_union())
