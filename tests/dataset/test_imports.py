from pathlib import Path

import pytest

from cstokg.dataset.imports import unmet_imports
from cstokg.store import Store

HEAD = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("<urn:a> owl:imports <urn:b> . <urn:b> a owl:Ontology .", []),
        ("<urn:a> owl:imports <urn:b1> . <urn:b> owl:versionIRI <urn:b1> .", []),
        ("<urn:a> a owl:Ontology .", []),
        ("<urn:a> owl:imports <urn:b> .", ["urn:b"]),
        ("<urn:a> owl:imports <urn:b>, <urn:c> . <urn:b> a owl:Ontology .", ["urn:c"]),
        ("<urn:a> owl:imports <urn:c>, <urn:b> .", ["urn:b", "urn:c"]),
    ],
)
def test_an_import_is_met_by_an_ontology_or_a_version_of_it(text: str, missing: list[str]) -> None:
    store = Store()
    for graph in ("urn:g", "urn:h"):
        store.load((HEAD + text).encode(), Path("a.ttl"), graph)
    notes = unmet_imports(store)
    assert len(notes) == len(missing)
    for note, iri in zip(notes, missing, strict=True):
        assert note.startswith(f"urn:a imports {iri}, which is not among what was read")
