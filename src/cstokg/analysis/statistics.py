"""How often a dataset uses each class and property, as VoID counts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cstokg.analysis.labels import Queryable
    from cstokg.store import SelectResult

_TOTALS: Final = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o }
"""
_CLASSES: Final = """
SELECT ?class (COUNT(DISTINCT ?node) AS ?entities) WHERE { ?node a ?class FILTER ISIRI(?class) }
GROUP BY ?class ORDER BY ?class
"""
_PROPERTIES: Final = """
SELECT ?property (COUNT(*) AS ?triples) WHERE { ?s ?property ?o }
GROUP BY ?property ORDER BY ?property
"""


@dataclass(frozen=True)
class Statistics:
    """The counts of the union of all graphs.

    `classes` maps each class to its instances, derived ones included, `properties` each property
    to its triples.
    """

    triples: int
    subjects: int
    objects: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]

    @property
    def vocabularies(self) -> tuple[str, ...]:
        """The namespaces of the classes and properties in use, sorted."""
        terms = (*self.classes, *self.properties)
        return tuple(sorted({iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in terms}))


def count_terms(dataset: Queryable) -> Statistics:
    """Count the triples, classes and properties of `dataset`."""
    totals = dataset.select(_TOTALS).rows[0]
    triples, subjects, objects = (int(str(count)) for count in totals)
    return Statistics(
        triples=triples,
        subjects=subjects,
        objects=objects,
        classes=read_counts(dataset.select(_CLASSES)),
        properties=read_counts(dataset.select(_PROPERTIES)),
    )


def read_counts(rows: SelectResult) -> dict[str, int]:
    """Return rows of a term and a whole number as a mapping."""
    return {str(term): int(str(count)) for term, count in rows}
