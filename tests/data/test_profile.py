"""The files as Protégé sees them: opened by the OWL API, offline, and in OWL 2 DL and RL."""

import shutil
from pathlib import Path

import pytest
from tests.data.owlapi import run_owlapi

ROOT = Path(__file__).parents[2]
ROOTS = (
    ROOT / "ontology/cstokg.ttl",
    ROOT / "ontology/schemes.ttl",
    ROOT / "ontology/alignments.ttl",
    ROOT / "data/identifiers/identifiers.ttl",
    *sorted((ROOT / "data").glob("*/all.ttl")),
)


def open_as_protege_does(*paths: Path) -> list[list[str]]:
    """Return what the OWL API says of each ontology: its counts, then the profile violations."""
    said = run_owlapi("Profile.java", *paths)
    answers = [answer.splitlines() for answer in said.split("\n\n")[:-1]]
    assert len(answers) == len(paths)
    return answers


@pytest.mark.slow
def test_files_open_by_their_catalogs_and_are_in_owl_2_dl_and_rl(tmp_path: Path) -> None:
    """All in one JVM, and last a file that is not in OWL 2 DL, whose violation must be seen."""
    shutil.copy(ROOT / "ontology/cstokg.ttl", tmp_path)
    shutil.copy(ROOT / "ontology/catalog-v001.xml", tmp_path)
    with (tmp_path / "cstokg.ttl").open("a") as file:
        file.write("\nckg:dateEarliest rdfs:range xsd:date .\n")
    *good, (_, _, *violations) = open_as_protege_does(*ROOTS, tmp_path / "cstokg.ttl")
    assert any("xsd:date" in violation for violation in violations)
    assert len(ROOTS) > 4
    for path, (ontologies, axioms, *found) in zip(ROOTS, good, strict=True):
        assert found == [], path
        assert int(ontologies.split()[1]) >= 1, path
        assert int(axioms.split()[1]) > 100, path
