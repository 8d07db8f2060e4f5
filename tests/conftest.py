"""What tests share: a project so small that it is read at a glance, and its dataset."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from xdist.remote import Producer

    from cstokg import Dataset

SMALL_PROJECT = Path(__file__).parent / "small_project"

TIMED = ("tests/engine/", "tests/browser/")
"""Folders whose tests look at the clock: never two of them at once."""

ALONE = "tests/engine/test_bounds.py"
"""Its server has a second for a query: no other test runs meanwhile."""

# A JVM of a test lives for seconds, in which its second compiler only costs time.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


class Shares(LoadFileScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Each file to one process, so that what it sets up is set up once; all TIMED to the same."""

    def _split_scope(self, nodeid: str) -> str:
        return "timed" if nodeid.startswith(TIMED) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    return Shares(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long shares first, so that no process is left with one when the others are done."""

    def is_timed(item: pytest.Item) -> bool:
        return item.nodeid.startswith(TIMED)

    def is_slow(item: pytest.Item) -> bool:
        return item.get_closest_marker("slow") is not None

    def folder_or_file(item: pytest.Item) -> str:
        return "" if is_timed(item) else item.nodeid.partition("::")[0]

    shares = [list(share) for _, share in itertools.groupby(items, folder_or_file)]
    shares.sort(key=lambda share: (not is_timed(share[0]), not any(map(is_slow, share))))
    items[:] = itertools.chain.from_iterable(shares)


@pytest.fixture(autouse=True)
def turn(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Let a test of ALONE wait until those of the other processes have ended, and they for it."""
    if not hasattr(request.config, "workerinput"):
        yield
        return
    folder = tmp_path_factory.getbasetemp().parent  # the same for all processes of a run
    with (folder / "queue").open("w") as queue, (folder / "turn").open("w") as mine:
        # Without a queue, those that can go together would never let one go alone.
        fcntl.flock(queue, fcntl.LOCK_EX)
        alone = request.node.nodeid.startswith(ALONE)
        fcntl.flock(mine, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(queue, fcntl.LOCK_UN)
        yield


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


@pytest.fixture(scope="session")
def hermit() -> Callable[..., list[str]]:
    """Run a Java program of `owlapi/` with the HermiT that owlready2 brings; return its lines."""
    if not shutil.which("javac"):
        pytest.skip("needs a JDK (Debian: default-jdk-headless)")
    spec = find_spec("owlready2")
    assert spec is not None
    assert spec.origin is not None
    home = Path(spec.origin).parent / "hermit"
    programs = Path(__file__).parent / "owlapi"

    def run(program: str, path: Path, questions: str = "") -> list[str]:
        done = subprocess.run(
            ["java", "-cp", f"{home}:{home}/HermiT.jar", programs / program, path],
            input=questions,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


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
