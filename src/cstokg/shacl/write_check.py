"""The shapes as the check of a write: a dataset that violates them is refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cstokg.dataset.model import Dataset
from cstokg.errors import ShapeViolationError
from cstokg.shacl.validation import read_shapes, validate_dataset, validate_graph
from cstokg.store import Store
from cstokg.store.sparql.reads import find_reads


@dataclass(frozen=True)
class ShapesCheck:
    """Refuses datasets that violate the shapes of the folder `shapes`."""

    shapes: Path

    def __call__(
        self, dataset: Dataset, judged: Mapping[str, Store], changed: tuple[bytes, bytes]
    ) -> None:
        """Raise ShapeViolationError, with the report, if one of `judged` violates the shapes.

        What was wrong before the quads of `changed` were removed and added, about nodes that these
        do not touch, is no fault of theirs.
        """
        report = validate_dataset(dataset, self.shapes, judged=judged, changed=changed)
        if not report.ok:
            violations = [asdict(each) for each in report.findings if each.severity == "violation"]
            raise ShapeViolationError(
                report.graph.serialize(format="turtle", encoding="utf-8"), violations
            )

    def prepare(self) -> None:
        """Load what a validation needs, so that processes forked from this one have it already.

        Raises MissingFolderError and SourceError for shapes that cannot be used.
        """
        from rdflib import Graph

        known = read_shapes(self.shapes)
        validate_graph(Graph(), known.graph)
        for probe in known.probes or ():
            find_reads(probe.any_suspect)
