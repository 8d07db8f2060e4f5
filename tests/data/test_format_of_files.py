"""The project's Turtle files stand in the project's form."""

from pathlib import Path

from cstokg.quality.segmentation import passages_turtle, split_sentences
from cstokg.rdf.formatting import format_content, format_file

ROOT = Path(__file__).parents[2]
FOLDERS = ("ontology", "data", "shapes", "tests")


def test_all_files_are_in_the_projects_form() -> None:
    files = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.ttl"))
    assert {path.relative_to(ROOT).parts[0] for path in files} == set(FOLDERS)
    assert [path for path in files if format_file(path) != path.read_bytes()] == [], (
        "run cstokg fmt"
    )


def test_what_the_command_passages_writes_is_in_the_projects_form() -> None:
    text = passages_turtle(split_sentences("A title\nOne sentence. And another.\n"), "ann-2025")
    assert format_content(text.encode(), Path("passages.ttl")).decode() == text
