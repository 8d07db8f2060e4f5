"""The package's front door: what is public, and that importing it costs nothing."""

from __future__ import annotations

import subprocess
import sys
import time
import tomllib
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

import cstokg

HEAVY = ("rdflib", "pyoxigraph", "pyshacl", "owlready2", "edtf", "flask", "click")


@pytest.mark.parametrize("name", [name for name in cstokg.__all__ if name != "__version__"])
def test_each_public_name_is_there(name: str) -> None:
    assert getattr(cstokg, name).__doc__ or name.isupper()


def test_public_names_are_sorted_and_listed() -> None:
    assert set(cstokg.__all__) - {"__version__"} == set(cstokg._MODULES)
    assert set(cstokg.__all__) <= set(dir(cstokg))


@pytest.mark.parametrize("name", sorted(cstokg._MODULES))
def test_no_public_name_is_hidden_by_a_module(name: str) -> None:
    # After `import cstokg.build`, `cstokg.build` is the module, whatever else had that name.
    with pytest.raises(ModuleNotFoundError):
        import_module(f"cstokg.{name}")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        cstokg.nothing  # noqa: B018


def test_versions_agree() -> None:
    assert version("cstokg") == cstokg.__version__
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"]


def test_the_changelog_has_the_version() -> None:
    changelog = Path(__file__).parents[1] / "CHANGELOG.md"
    assert f"## [{cstokg.__version__}] - " in changelog.read_text(encoding="utf-8")


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = f"import sys, cstokg; print([n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", [["-c", "import cstokg"], ["-m", "cstokg", "--help"]])
def test_starting_is_quick(arguments: list[str]) -> None:
    seconds = []
    for _ in range(5):
        started = time.monotonic()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        seconds.append(time.monotonic() - started)
    assert min(seconds) < 0.3
