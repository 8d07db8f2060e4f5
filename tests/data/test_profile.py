"""The files as Protégé sees them: opened by the OWL API, offline, and in OWL 2 DL and RL."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JARS = Path("/usr/share/java")  # where Debian's libowlapi-java and what it needs lie
ROOTS = (
    ROOT / "ontology/cstokg.ttl",
    ROOT / "ontology/schemes.ttl",
    ROOT / "ontology/alignments.ttl",
    ROOT / "data/identifiers/identifiers.ttl",
    *sorted((ROOT / "data").glob("*/all.ttl")),
)


def open_as_protege_does(*paths: Path) -> list[list[str]]:
    """Return what the OWL API says of each ontology: its counts, then the profile violations."""
    if not shutil.which("javac") or not (JARS / "owlapi-distribution.jar").exists():
        pytest.skip("needs a JDK and the OWL API (Debian: default-jdk-headless libowlapi-java)")
    run = subprocess.run(
        ["java", "-cp", f"{JARS}/*", ROOT / "tests/owlapi/Profile.java", *paths],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    answers = [answer.splitlines() for answer in run.stdout.split("\n\n")[:-1]]
    assert len(answers) == len(paths)
    return answers


@pytest.fixture(scope="module")
def opened() -> dict[Path, list[str]]:
    """What is said of each file; all are opened in one JVM, one after the other."""
    return dict(zip(ROOTS, open_as_protege_does(*ROOTS), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("path", ROOTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_file_opens_by_its_catalog_and_is_in_owl_2_dl_and_rl(
    opened: dict[Path, list[str]], path: Path
) -> None:
    ontologies, axioms, *violations = opened[path]
    assert violations == []
    assert int(ontologies.split()[1]) >= 1
    assert int(axioms.split()[1]) > 100


@pytest.mark.slow
def test_a_violation_of_owl_2_dl_is_seen(tmp_path: Path) -> None:
    shutil.copy(ROOT / "ontology/cstokg.ttl", tmp_path)
    shutil.copy(ROOT / "ontology/catalog-v001.xml", tmp_path)
    with (tmp_path / "cstokg.ttl").open("a") as file:
        file.write("\nckg:dateEarliest rdfs:range xsd:date .\n")
    ((_, _, *violations),) = open_as_protege_does(tmp_path / "cstokg.ttl")
    assert any("xsd:date" in violation for violation in violations)
