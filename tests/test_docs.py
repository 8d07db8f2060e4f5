"""The code in the documents is run as a reader would run it."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from nbclient import NotebookClient

from cstokg import Dataset
from cstokg.cli import main
from cstokg.namespaces import compact
from cstokg.publish.export import export_formats

DOCS = Path(__file__).parents[1] / "docs"


def code_blocks(path: Path, language: str) -> list[str]:
    """Return the fenced blocks of a language in a Markdown file."""
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.slow
def test_python_of_the_documents_runs(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("java"):
        pytest.skip("needs a Java runtime, for the reasoner")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSTOKG_CACHE", str(cache))
    blocks = code_blocks(DOCS / "python.md", "python")
    assert len(blocks) > 4
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), names)
    assert (tmp_path / "my-notes.ttl").is_file()


@pytest.mark.parametrize(("guide", "without"), [("modelling.md", 0), ("endpoint.md", 2)])
def test_queries_of_the_guides_have_the_answers_that_they_show(
    dataset: Dataset, guide: str, without: int
) -> None:
    text = (DOCS / guide).read_text(encoding="utf-8")
    pairs = re.findall(r"```sparql\n((?:(?!```).)*)```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert len(pairs) + without == len(code_blocks(DOCS / guide, "sparql")) > 5
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


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the kernel's own dependencies
def test_the_notebook_runs_and_draws(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSTOKG_CACHE", str(cache))
    text = (DOCS / "notebook.ipynb").read_text(encoding="utf-8")
    notebook: Any = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    # What it prints is not kept: it would be another with each version of a library.
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    NotebookClient(notebook, kernel_name="python3", timeout=None).execute()
    outputs = [output for cell in code for output in cell.outputs]
    assert all(output.output_type != "error" for output in outputs)
    shown = [kind for output in outputs for kind in output.get("data", ())]
    assert shown.count("image/png") == 2
    assert shown.count("text/html") == 1


@pytest.mark.slow
def test_commands_for_other_tools_print_what_the_guide_shows(cache: Path, tmp_path: Path) -> None:
    blocks = code_blocks(DOCS / "linked-data.md", "console")
    assert len(blocks) > 2
    here = Path(sys.executable).parent
    paths = {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}", "CSTOKG_CACHE": str(cache)}
    for block in blocks:
        for command, shown in re.findall(r"\$ (.+)\n((?:(?!\$ ).*\n)*)", block):
            done = subprocess.run(
                shlex.split(command),
                cwd=tmp_path,
                env=os.environ | paths,
                check=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert done.stdout.replace("\r", "").strip() == shown.strip(), command
    exported = {path.name: path.stat().st_size for path in (tmp_path / "crate").glob("cstokg.*")}
    assert exported.keys() == {f"cstokg.{row.extension}" for row in export_formats()}
    assert min(exported.values()) > 100_000


def test_python_of_the_answers_guide_prints_what_it_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for block in code_blocks(DOCS / "answers.md", "python"):
        exec(compile(block, "docs/answers.md", "exec"), {})
        said = re.findall(r"# (.+)$", block, re.MULTILINE)
        assert capsys.readouterr().out.splitlines() == said
