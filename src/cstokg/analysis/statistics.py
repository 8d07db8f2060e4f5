"""How often a dataset uses each class and property, as VoID counts them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cstokg.analysis.labels import Queryable
from cstokg.quality.query_files import read_query
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
        names = {iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in terms}
        return tuple(sorted(names - {""}))  # of `urn:Ship`


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


@dataclass(frozen=True)
class PropertyUse:
    """How the instances of a class use a property: in how many triples, and with which values."""

    triples: int
    classes: tuple[str, ...]
    datatypes: tuple[str, ...]


def count_property_uses(dataset: Queryable) -> dict[str, dict[str, PropertyUse]]:
    """Return for each class of `dataset` the properties of its instances, derived ones included.

    What the values are is told for the classes that are stated of things, by such classes.
    """
    kinds: dict[tuple[str, ...], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for *pair, value_class, datatype in dataset.select(read_query(__file__, "property_values")):
        classes, datatypes = kinds[tuple(map(str, pair))]
        if value_class is not None:
            classes.append(str(value_class))
        if datatype is not None:
            datatypes.append(str(datatype))
    uses: dict[str, dict[str, PropertyUse]] = defaultdict(dict)
    for *pair, triples in dataset.select(read_query(__file__, "property_uses")):
        key = class_, property_ = tuple(map(str, pair))
        uses[class_][property_] = PropertyUse(int(str(triples)), *map(tuple, kinds[key]))
    return uses
