"""The imports of ontologies that are not met: nothing is fetched for them, so it must be said."""

from typing import Final

from cstokg.namespaces import OWL
from cstokg.store import Store

# OWL 2 Structural Specification 3.1: an import names an ontology by its IRI or its version's.
_UNMET: Final = f"""
PREFIX owl: <{OWL}>
SELECT DISTINCT ?ontology ?imported WHERE {{
  ?ontology owl:imports ?imported
  FILTER NOT EXISTS {{ ?imported a owl:Ontology }}
  FILTER NOT EXISTS {{ ?other owl:versionIRI ?imported }}
}}
ORDER BY ?ontology ?imported
"""


def unmet_imports(store: Store) -> list[str]:
    """Return a sentence for each import of an ontology that the store does not have."""
    return [
        f"{ontology} imports {imported}, which is not among what was read: it is left out, since "
        "nothing is fetched"
        for ontology, imported in store.select(_UNMET)
    ]
