import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from tests.cli.conftest import Run, Start

from cstokg.cli import COMMANDS

HEAVY = ("flask", "granian", "owlready2", "pyoxigraph", "pyshacl", "rdflib")


def test_every_command_has_help_with_examples(run: Run) -> None:
    told = {name: run(name, "--help").stdout.partition("Examples:")[2] for name in COMMANDS}
    assert [name for name, examples in told.items() if f"cstokg {name}" not in examples] == []


def test_help_lists_every_command_and_the_exit_codes(run: Run) -> None:
    result = run("--help")
    assert all(f"\n  {name} " in result.stdout for name in COMMANDS)
    assert "Exit codes: 0 fine, 1 findings, 2 wrong use" in result.stdout


# What takes long to import is imported where a command needs it, so that help is told at once.
@pytest.mark.parametrize(
    "program",
    [
        "import cstokg",
        "import cstokg.cli",
        "from cstokg.cli import main; main(['--help'], standalone_mode=False)",
        "from cstokg.cli import main; main(['serve', '--help'], standalone_mode=False)",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(program: str) -> None:
    modules = loaded_by(program)
    assert "cstokg" in modules
    assert not modules & set(HEAVY)


def test_the_modules_of_the_commands_are_light() -> None:
    names = [f"cstokg.cli.{name.replace('-', '_')}" for name in COMMANDS]
    modules = loaded_by(f"import {', '.join(names)}")
    assert modules.issuperset(names)
    assert not modules & set(HEAVY)


def loaded_by(program: str) -> set[str]:
    """Return the names of the modules that a program has imported at its end."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint('loaded:', *sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {*done.stdout.rpartition("loaded:")[2].split()}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frobnicate"], "frobnicate"),
        (["valdate"], "validate"),
        (["query"], "give a query"),
        (["query", "nowhere.rq"], "nowhere.rq"),
        (["query", "ASK {}", "-f", "pdf"], "pdf"),
        (["validate", "nowhere.ttl"], "nowhere.ttl"),
        (["check-source"], "FILE"),
        (["check-source", "nowhere.txt"], "nowhere.txt"),
        (["serve", "--port", "99999"], "99999"),
        (["serve", "--base-url", "example.org"], "example.org"),
        (["completion", "powershell"], "powershell"),
        (["--project", "/nowhere", "info"], "/nowhere/ontology"),
    ],
)
def test_wrong_use_is_one_message_and_exit_code_2(
    run: Run, arguments: list[str], message: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_broken_data_file_is_named_with_line_and_column(run: Run, small_copy: Path) -> None:
    path = small_copy / "data" / "ost-1999" / "bad.ttl"
    path.write_text("@prefix x: <http://example.org/> .\nx:a x:b x:c\nx:d x:e x:f .\n", "utf-8")
    result = run("info", project=small_copy)
    assert result.exit_code == 2
    assert f"error: {path}:3:" in result.stderr
    assert "hint: " in result.stderr


def test_a_fault_of_ours_is_a_message_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    module = import_module("cstokg.analysis.summary")
    monkeypatch.setattr(module, "summarize", lambda _: 1 / 0)
    result = run("info")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ZeroDivisionError")
    assert "fault in cstokg" in result.stderr


def test_a_reader_that_leaves_is_no_error(start: Start) -> None:
    process = start("query", "SELECT * { ?s ?p ?o . ?a ?b ?c }", "-f", "csv")
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0
    assert errors == ""


def test_the_project_option_goes_before_the_environment(
    run: Run, small_project: Path, tmp_path: Path
) -> None:
    result = run("--project", small_project, "info", project=tmp_path)
    assert result.exit_code == 0


def test_python_dash_m_is_the_same_command(start: Start) -> None:
    output, _ = start("--version").communicate(timeout=60)
    assert output.startswith("cstokg, version ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_of_a_shell(run: Run, shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_CSTOKG_COMPLETE" in result.stdout


def test_a_shell_completes_commands_and_questions() -> None:
    from click.shell_completion import BashComplete

    from cstokg.cli import main

    complete = BashComplete(main, {}, "cstokg", "_CSTOKG_COMPLETE")
    commands = [item.value for item in complete.get_completions([], "co")]
    assert commands == ["coverage", "completion"]
    questions = [item.value for item in complete.get_completions(["ask"], "cq01")]
    assert questions == ["cq01-initial-signatories"]
