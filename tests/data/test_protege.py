"""What Protégé saves comes back, by `cstokg fmt`, with the change made in it and no other."""

from __future__ import annotations

import difflib
import shutil
import subprocess
from pathlib import Path

import pytest

from cstokg.rdf.turtle_form import format_file

ROOT = Path(__file__).parents[2]
JARS = Path("/usr/share/java")  # where Debian's libowlapi-java and what it needs lie


def save_as_protege_does(folder: Path, target: Path, syntax: str) -> None:
    """Open each Turtle file of `folder` with the OWL API and save it under its name in `target`."""
    if not shutil.which("javac") or not (JARS / "owlapi-distribution.jar").exists():
        pytest.skip("needs a JDK and the OWL API (Debian: default-jdk-headless libowlapi-java)")
    files = sorted(folder.glob("*.ttl"))
    assert files
    program = ["java", "-cp", f"{JARS}/*", str(ROOT / "tests/owlapi/Save.java")]
    run = subprocess.run(
        [*program, syntax, target, *files], capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stderr
    assert sorted(path.name for path in target.iterdir()) == [path.name for path in files]


def changed_lines(before: bytes, after: bytes) -> list[str]:
    return [
        line
        for line in difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
        if line[0] in "+-"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("syntax", ["turtle", "rdfxml"])
@pytest.mark.parametrize("folder", ["ontology", "data/scepanovic-2024"])
def test_files_come_back_as_they_were(folder: str, syntax: str, tmp_path: Path) -> None:
    save_as_protege_does(ROOT / folder, tmp_path, syntax)
    differences = {
        path.name: lines
        for path in sorted(tmp_path.iterdir())
        if (lines := changed_lines(format_file(ROOT / folder / path.name), format_file(path)))
    }
    assert differences == {}


@pytest.mark.slow
@pytest.mark.parametrize("syntax", ["turtle", "rdfxml"])
def test_an_edit_is_all_that_differs(syntax: str, tmp_path: Path) -> None:
    folder, saved = tmp_path / "ontology", tmp_path / "saved"
    shutil.copytree(ROOT / "ontology", folder)
    saved.mkdir()
    path = folder / "cstokg.ttl"
    before = format_file(path)
    added = '    skos:editorialNote "An example of an edit."@en ;'
    edited = before.replace(b"\nckg:Abstention\n", f"\nckg:Abstention\n{added}\n".encode())
    path.write_bytes(edited)
    save_as_protege_does(folder, saved, syntax)
    assert changed_lines(before, format_file(saved / path.name)) == [f"+ {added}"]
