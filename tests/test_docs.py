"""The code in the documents is run as a reader would run it."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from cstokg.cli import main
from cstokg.namespaces import compact

if TYPE_CHECKING:
    from cstokg import Dataset

DOCS = Path(__file__).parents[1] / "docs"


def code_blocks(path: Path, language: str) -> list[str]:
    """Return the fenced blocks of a language in a Markdown file."""
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.slow
def test_python_of_the_documents_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("java"):
        pytest.skip("needs a Java runtime, for the reasoner")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSTOKG_CACHE", str(tmp_path / "cache"))
    blocks = code_blocks(DOCS / "python.md", "python")
    assert len(blocks) > 4
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), names)
    assert (tmp_path / "my-notes.ttl").is_file()


def test_queries_of_the_modelling_guide_have_the_answers_that_it_shows(dataset: Dataset) -> None:
    text = (DOCS / "modelling.md").read_text(encoding="utf-8")
    pairs = re.findall(r"```sparql\n(.*?)```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert len(pairs) == len(code_blocks(DOCS / "modelling.md", "sparql")) > 5
    for query, shown in pairs:
        rows = [" ".join(compact(str(term)) for term in row) for row in dataset.select(query)]
        assert rows == shown.splitlines(), query


def test_queries_of_the_endpoints_guide_find_something(dataset: Dataset) -> None:
    queries = code_blocks(DOCS / "endpoint.md", "sparql")
    assert len(queries) > 1
    for query in queries:
        rows = dataset.select(query).rows
        assert rows, query
        assert all(all(row) for row in rows), query


def test_commands_of_the_answers_guide_print_what_it_shows() -> None:
    blocks = code_blocks(DOCS / "answers.md", "console")
    assert blocks
    for block in blocks:
        command, _, shown = block.partition("\n")
        printed = CliRunner().invoke(main, shlex.split(command.removeprefix("$ cstokg ")))
        assert printed.stdout == shown, command


def test_python_of_the_answers_guide_prints_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for block in code_blocks(DOCS / "answers.md", "python"):
        exec(compile(block, "docs/answers.md", "exec"), {})
        said = re.findall(r"# (.+)$", block, re.MULTILINE)
        assert capsys.readouterr().out.splitlines() == said
