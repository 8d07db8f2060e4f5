"""What Protégé saves comes back, by `cstokg fmt`, with the change made in it and no other."""

import difflib
import shutil
from pathlib import Path

import pytest
from tests.data.owlapi import run_owlapi

from cstokg.rdf.formatting import format_file

ROOT = Path(__file__).parents[2]
EDIT = '    skos:editorialNote "An example of an edit."@en ;'


def save_as_protege_does(files: list[Path], target: Path, syntax: str) -> None:
    """Open each Turtle file with the OWL API and save it under its name in `target`."""
    run_owlapi("Save.java", syntax, target, *files)
    assert sorted(path.name for path in target.iterdir()) == sorted(path.name for path in files)


@pytest.mark.slow
@pytest.mark.parametrize("syntax", ["turtle", pytest.param("rdfxml", marks=pytest.mark.long)])
def test_files_come_back_with_the_one_edit(syntax: str, tmp_path: Path) -> None:
    """All in one JVM: the files of the source as they are, the ontology with one line more."""
    edited, saved = tmp_path / "ontology", tmp_path / "saved"
    shutil.copytree(ROOT / "ontology", edited)
    saved.mkdir()
    core = edited / "cstokg.ttl"
    text = core.read_text("utf-8").replace("\nckg:Abstention\n", f"\nckg:Abstention\n{EDIT}\n")
    core.write_text(text, "utf-8")
    sources = [
        *(ROOT / "ontology").glob("*.ttl"),
        *(ROOT / "data/scepanovic-2024").glob("*.ttl"),
    ]
    originals = {path.name: path for path in sources}
    assert len(originals) == len(sources) > 20
    files = [
        edited / name if path.parent.name == "ontology" else path
        for name, path in originals.items()
    ]
    save_as_protege_does(files, saved, syntax)
    changes = {
        name: lines
        for name, path in originals.items()
        if (lines := changed_lines(path.read_bytes(), format_file(saved / name)))
    }
    assert changes == {"cstokg.ttl": [f"+ {EDIT}"]}


def changed_lines(before: bytes, after: bytes) -> list[str]:
    old, new = before.decode().splitlines(), after.decode().splitlines()
    return [] if old == new else [line for line in difflib.ndiff(old, new) if line[0] in "+-"]
