"""The project's Turtle files stand in the project's form."""

from __future__ import annotations

from pathlib import Path

import pytest

from cstokg.quality.segmentation import passages_turtle, split_sentences
from cstokg.rdf.turtle_form import format_content, format_file

ROOT = Path(__file__).parents[2]
FOLDERS = ("ontology", "data", "shapes", "tests")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.ttl"))


def test_there_are_files_in_each_folder() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == set(FOLDERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_file_is_in_the_projects_form(path: Path) -> None:
    assert format_file(path) == path.read_bytes(), "run: cstokg fmt"


def test_what_the_command_passages_writes_is_in_the_projects_form() -> None:
    text = passages_turtle(split_sentences("A title\nOne sentence. And another.\n"), "ann-2025")
    assert format_content(text.encode(), Path("passages.ttl")).decode() == text
