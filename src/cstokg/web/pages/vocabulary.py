"""What the ontology calls its terms: the labels and definitions of classes, properties, values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rdflib import Literal

from cstokg.namespaces import ONTOLOGY_GRAPH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cstokg.store import SelectResult

_TERMS: Final = f"""
SELECT ?term ?label ?definition WHERE {{
  GRAPH <{ONTOLOGY_GRAPH}> {{
    ?term rdfs:label ?label
    OPTIONAL {{ ?term skos:definition ?definition FILTER(LANG(?definition) IN ("en", "")) }}
  }}
  FILTER ISIRI(?term)
}}
"""


@dataclass
class Term:
    """A class, a property or a controlled value. `labels` maps a language to the label in it."""

    labels: dict[str, str] = field(default_factory=dict)
    definition: str = ""


def read_vocabulary(ask: Callable[[str], SelectResult]) -> Mapping[str, Term]:
    """Return the terms that the ontology labels, by IRI; `ask` answers a SELECT query."""
    terms: dict[str, Term] = {}
    for iri, label, definition in ask(_TERMS):
        term = terms.setdefault(str(iri), Term())
        if isinstance(label, Literal):
            term.labels[label.language or ""] = str(label)
        if definition is not None:
            term.definition = str(definition)
    return terms
