"""What tests share: a project so small that it is read at a glance, and its dataset."""

import itertools
import os
import shutil
from collections.abc import Callable, Generator
from importlib.util import find_spec
from pathlib import Path

import hypothesis
import pytest
from tests.processes import output_of
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from cstokg import Dataset

SMALL_PROJECT = Path(__file__).parent / "small_project"
SECOND_SOURCE = Path(__file__).parent / "data" / "second-source"

# A machine may be as slow as it likes.
hypothesis.settings.register_profile("patient", deadline=None)
# Three times as many examples, for those tests that leave the number to the profile.
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=300)
hypothesis.settings.load_profile("patient")

# A JVM of a test lives for seconds, in which its second compiler only costs time, and so does the
# verifier of classes, all of which are from packages.
os.environ.setdefault(
    "JDK_JAVA_OPTIONS",
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote",
)


def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than processors: a test that waits for a server leaves one idle."""
    return (os.cpu_count() or 1) + 1


class BrowserInOneProcess(LoadFileScheduling):  # type: ignore[misc]
    """Each file to one process, and all that drive a browser to one: it takes seconds to start."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "tests/browser" if file.startswith("tests/browser/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BrowserInOneProcess:
    return BrowserInOneProcess(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files with slow tests first, so that no process is left with one at the end."""

    def file_of(item: pytest.Item) -> str:
        return item.nodeid.partition("::")[0]

    def is_slow(item: pytest.Item) -> bool:
        return item.get_closest_marker("slow") is not None

    files = [list(tests) for _, tests in itertools.groupby(items, file_of)]
    files.sort(key=lambda tests: not any(map(is_slow, tests)))
    items[:] = itertools.chain.from_iterable(files)


@pytest.fixture(scope="session")
def small_project() -> Path:
    return SMALL_PROJECT


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of all processes for what is built, so that each project is built once."""
    own = tmp_path_factory.getbasetemp()
    return (own if worker_id == "master" else own.parent) / "built"


@pytest.fixture(scope="session")
def small_dataset(cache: Path) -> Dataset:
    from cstokg import build_dataset, load_settings

    return build_dataset(load_settings(SMALL_PROJECT, cache))


@pytest.fixture
def small_copy(tmp_path: Path) -> Path:
    """A copy of the small project that a test may damage."""
    return Path(shutil.copytree(SMALL_PROJECT, tmp_path / "project"))


@pytest.fixture(scope="session")
def dataset(cache: Path) -> Dataset:
    """The project's own dataset."""
    from cstokg import build_dataset, load_settings

    return build_dataset(load_settings(cache=cache))


@pytest.fixture(scope="session")
def second_article_path() -> Path:
    """The text of the invented second article."""
    return SECOND_SOURCE / "article.txt"


@pytest.fixture(scope="session")
def two_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with an invented second source beside the article, as docs/modelling.md says."""
    from cstokg import load_settings

    own = load_settings()
    project = tmp_path_factory.mktemp("two-sources")
    for folder in (own.ontology, own.data, own.shapes):
        shutil.copytree(folder, project / folder.name)
    shutil.copytree(SECOND_SOURCE / "data", project / "data", dirs_exist_ok=True)
    return project


@pytest.fixture(scope="session")
def two_source_dataset(two_sources: Path, cache: Path) -> Dataset:
    from cstokg import build_dataset, load_settings

    return build_dataset(load_settings(two_sources, cache))


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
        classes = f"{home}:{home}/HermiT.jar"
        said = output_of("java", "-cp", classes, programs / program, path, stdin=questions)
        return said.splitlines()

    return run


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make a skipped test a failed one in CI, but for what is no part of the project."""
    report = yield
    if (
        report.skipped
        and os.environ.get("CSTOKG_CI")
        and not item.get_closest_marker("needs_source")
    ):
        report.outcome = "failed"
        report.longrepr = f"skipped, and CSTOKG_CI is set: {report.longrepr}"
    return report
