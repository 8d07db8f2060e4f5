"""`cstokg fmt`."""

from pathlib import Path

import pytest
from tests.cli.conftest import Run

UGLY = "@prefix ckg: <https://w3id.org/cstokg/ontology#> .\nckg:x ckg:b 2 ; ckg:a 1 .\n"
NEAT = """\
@prefix ckg: <https://w3id.org/cstokg/ontology#> .

ckg:x
    ckg:a 1 ;
    ckg:b 2 ;
.
"""


@pytest.fixture
def ugly(tmp_path: Path) -> Path:
    path = tmp_path / "ugly.ttl"
    path.write_text(UGLY, "utf-8")
    return path


def test_fmt_writes_the_form_and_then_changes_nothing(run: Run, ugly: Path) -> None:
    result = run("fmt", ugly)
    assert (result.exit_code, result.stdout) == (0, f"changed: {ugly}\n")
    assert ugly.read_text("utf-8") == NEAT
    result = run("fmt", ugly)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "0 of 1 files changed\n"


def test_check_writes_nothing_and_exits_with_1(run: Run, ugly: Path) -> None:
    result = run("fmt", "--check", ugly.parent)
    assert (result.exit_code, result.stdout) == (1, f"would change: {ugly}\n")
    assert ugly.read_text("utf-8") == UGLY
    run("fmt", ugly)
    assert run("fmt", "--check", ugly).exit_code == 0


@pytest.mark.parametrize("arguments", [("-v", "fmt", "--check"), ("fmt", "--check", "-v")])
def test_verbose_shows_the_difference(
    run: Run, ugly: Path, arguments: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        result = run(*arguments, ugly)
    assert "\n-ckg:x ckg:b 2 ; ckg:a 1 .\n+\n+ckg:x\n+    ckg:a 1 ;\n" in result.stdout


def test_a_long_difference_is_cut(run: Run, ugly: Path) -> None:
    ugly.write_text(UGLY + "".join(f"ckg:y{n} ckg:b 2 .\n" for n in range(50)), "utf-8")
    assert "lines more" in run("fmt", "--check", "-v", ugly).stdout


def test_without_a_path_it_is_the_projects_folders(run: Run, small_copy: Path) -> None:
    assert run("fmt", "--check", project=small_copy).exit_code == 0
    path = small_copy / "data" / "ost-1999" / "ugly.ttl"
    path.write_text(UGLY, "utf-8")
    assert run("fmt", project=small_copy).stdout == f"changed: {path}\n"


def test_output_leaves_the_file_as_it_is(run: Run, ugly: Path) -> None:
    saved = ugly.rename(ugly.with_suffix(".nt"))
    target = ugly.with_name("neat.ttl")
    assert run("fmt", saved, "-o", target).exit_code == 0
    assert target.read_text("utf-8") == NEAT
    assert saved.read_text("utf-8") == UGLY
    assert run("fmt", saved, "-o", "-").stdout == NEAT


def test_a_mistake_in_one_file_leaves_all_as_they_were(run: Run, ugly: Path) -> None:
    bad = ugly.with_name("z.ttl")
    bad.write_text(UGLY + "# why\n", "utf-8")
    result = run("fmt", ugly.parent)
    assert result.exit_code == 2
    assert f"error: {bad}:3: this file has a comment, which would be lost: # why" in result.stderr
    assert "hint: Make it a skos:scopeNote" in result.stderr
    assert ugly.read_text("utf-8") == UGLY


def test_wrong_use(run: Run, ugly: Path, tmp_path: Path) -> None:
    assert "--output" in run("fmt", ugly.with_suffix(".rdf")).stderr
    assert "needs one file" in run("fmt", ugly, ugly, "-o", ugly).stderr
    assert "needs one file" in run("fmt", "--check", ugly, "-o", ugly).stderr
    (tmp_path / "empty").mkdir()
    assert "no Turtle file" in run("fmt", tmp_path / "empty").stderr
    assert run("fmt", tmp_path / "no.ttl").exit_code == 2
