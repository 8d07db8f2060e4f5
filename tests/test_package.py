"""The package's front door: what is public."""

import tomllib
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

import cstokg


def test_each_public_name_is_there_and_described() -> None:
    names = [name for name in cstokg.__all__ if not name.isupper() and name != "__version__"]
    assert names
    assert [name for name in names if not getattr(cstokg, name).__doc__] == []


def test_public_names_are_listed() -> None:
    assert len(cstokg.__all__) == len(set(cstokg.__all__))
    assert set(cstokg.__all__) <= set(dir(cstokg))


def test_no_public_name_is_hidden_by_a_module() -> None:
    # After `import cstokg.build`, `cstokg.build` is the module, whatever else had that name.
    assert [name for name in cstokg.__all__ if find_spec(f"cstokg.{name}")] == []


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        getattr(cstokg, "nothing")  # noqa: B009 - type checkers know the names, too


def test_versions_agree() -> None:
    assert version("cstokg") == cstokg.__version__
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"]


def test_the_changelog_has_the_version() -> None:
    changelog = Path(__file__).parents[1] / "CHANGELOG.md"
    assert f"## [{cstokg.__version__}] - " in changelog.read_text(encoding="utf-8")
