"""The files as Protégé sees them: opened by the OWL API, offline, and in OWL 2 DL and RL."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
JARS = Path("/usr/share/java")  # where Debian's libowlapi-java and what it needs lie
ROOTS = (
    ROOT / "ontology/cstokg.ttl",
    ROOT / "ontology/schemes.ttl",
    ROOT / "ontology/alignments.ttl",
    ROOT / "data/identifiers/identifiers.ttl",
    *sorted((ROOT / "data").glob("*/all.ttl")),
)


def open_as_protege_does(path: Path) -> list[str]:
    """Return what the OWL API says of an ontology: its counts, then the profile violations."""
    if not shutil.which("javac") or not (JARS / "owlapi-distribution.jar").exists():
        pytest.skip("needs a JDK and the OWL API (Debian: default-jdk-headless libowlapi-java)")
    run = subprocess.run(
        ["java", "-cp", f"{JARS}/*", ROOT / "tests/owlapi/Profile.java", path],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("path", ROOTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_file_opens_by_its_catalog_and_is_in_owl_2_dl_and_rl(path: Path) -> None:
    ontologies, axioms, *violations = open_as_protege_does(path)
    assert violations == []
    assert int(ontologies.split()[1]) >= 1
    assert int(axioms.split()[1]) > 100


@pytest.mark.slow
def test_a_violation_of_owl_2_dl_is_seen(tmp_path: Path) -> None:
    shutil.copy(ROOT / "ontology/cstokg.ttl", tmp_path)
    shutil.copy(ROOT / "ontology/catalog-v001.xml", tmp_path)
    with (tmp_path / "cstokg.ttl").open("a") as file:
        file.write("\nckg:dateEarliest rdfs:range xsd:date .\n")
    violations = open_as_protege_does(tmp_path / "cstokg.ttl")[2:]
    assert any("xsd:date" in violation for violation in violations)
