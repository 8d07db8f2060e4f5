import sys
from pathlib import Path

import pytest

from cstokg.errors import MissingFolderError
from cstokg.settings import load_settings


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CSTOKG_PROJECT", "CSTOKG_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_the_project_is_the_checkout_by_default() -> None:
    settings = load_settings()
    assert settings.project == Path(__file__).parents[1]
    assert settings.ontology.is_dir()


def test_the_environment_names_a_project(
    small_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSTOKG_PROJECT", str(small_project))
    monkeypatch.setenv("CSTOKG_CACHE", str(tmp_path))
    assert load_settings().project == small_project
    assert load_settings().cache == tmp_path


def test_arguments_come_before_the_environment(
    small_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSTOKG_PROJECT", "/nowhere")
    monkeypatch.setenv("CSTOKG_CACHE", "/nowhere")
    settings = load_settings(small_project, tmp_path)
    assert (settings.project, settings.cache) == (small_project, tmp_path)


@pytest.mark.parametrize("folder", ["ontology", "data", "shapes"])
def test_a_missing_folder_is_named(small_copy: Path, folder: str) -> None:
    (small_copy / folder).rename(small_copy / "elsewhere")
    with pytest.raises(MissingFolderError, match=f"{folder} is missing") as caught:
        load_settings(small_copy)
    assert "--project" in caught.value.hint


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "/home/ann/.cache/cstokg"),
        ("linux", {"XDG_CACHE_HOME": "/var/ann"}, "/var/ann/cstokg"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "/home/ann/.cache/cstokg"),
        ("darwin", {}, "/home/ann/Library/Caches/cstokg"),
        ("win32", {}, "/home/ann/AppData/Local/cstokg"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/cstokg"),
    ],
)
def test_the_cache_is_where_the_system_keeps_caches(
    monkeypatch: pytest.MonkeyPatch, platform: str, variables: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ann"))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert load_settings().cache == Path(expected)
