"""What accounts rest on: the sentences, their documents, and whose word it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from cstokg.analysis.labels import Queryable
from cstokg.namespaces import in_brackets
from cstokg.quality.query_files import read_query


@dataclass(frozen=True)
class Evidence:
    """On which passages of which sources an account rests, and whose it is, all as IRIs."""

    account: str
    passages: tuple[str, ...]
    sources: tuple[str, ...]
    voices: tuple[str, ...]


def read_evidence(dataset: Queryable, iris: Iterable[str], graph: str = "") -> dict[str, Evidence]:
    """Return what those of `iris` rest on that are accounts, in the order of `iris`.

    With a `graph` they are those that it tells of, evidence and all.
    """
    iris = list(iris)
    found: dict[str, tuple[dict[str, None], ...]] = {}
    evidence = "?node a ?class ; ckg:evidence ?passage ."
    query = read_query(
        __file__,
        "evidence",
        nodes=in_brackets(iris),
        evidence=f"GRAPH <{graph}> {{ {evidence} }}" if graph else evidence,
    )
    for node, *texts in dataset.select(query).texts:
        for values, text in zip(found.setdefault(node, ({}, {}, {})), texts, strict=True):
            if text:
                values[text] = None
    return {iri: Evidence(iri, *map(tuple, found[iri])) for iri in iris if iri in found}
