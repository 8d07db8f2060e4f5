"""What tests share: a project so small that it is read at a glance, and its dataset."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

    from cstokg import Dataset

SMALL_PROJECT = Path(__file__).parent / "small_project"


@pytest.fixture(scope="session")
def small_project() -> Path:
    return SMALL_PROJECT


@pytest.fixture(scope="session")
def small_dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    from cstokg import build_dataset, load_settings

    return build_dataset(load_settings(SMALL_PROJECT, tmp_path_factory.mktemp("cache")))


@pytest.fixture
def small_copy(tmp_path: Path) -> Path:
    """A copy of the small project that a test may damage."""
    import shutil

    return Path(shutil.copytree(SMALL_PROJECT, tmp_path / "project"))


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The project's own dataset."""
    from cstokg import build_dataset, load_settings

    return build_dataset(load_settings(cache=tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="session")
def article_path() -> Path:
    """A copy of the article: the one that CSTOKG_ARTICLE names, or that lies beside the project."""
    default = Path(__file__).parents[2] / "shared" / "source" / "article.txt"
    path = Path(os.environ.get("CSTOKG_ARTICLE", default))
    if not path.is_file():
        pytest.skip("the article is not part of the project; CSTOKG_ARTICLE may name a copy")
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make a skipped test a failed one in CI, where nothing but the article may be missing."""
    report = yield
    if (
        report.skipped
        and os.environ.get("CSTOKG_CI")
        and not item.get_closest_marker("needs_source")
    ):
        report.outcome = "failed"
        report.longrepr = f"skipped, and CSTOKG_CI is set: {report.longrepr}"
    return report
