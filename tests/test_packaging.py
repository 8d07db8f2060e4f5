"""The wheel and the sdist: what is in them, and that what is installed works from anywhere."""

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest
from tests.cli.conftest import served_address
from tests.processes import kill_group, output_of

import cstokg

ROOT = Path(__file__).parents[1]
PARTS = ("ontology", "data", "shapes")

pytestmark = pytest.mark.slow


def run(*command: object, cwd: Path) -> str:
    return output_of(*map(str, command), cwd=cwd)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel made from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (path,) = dist.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment with the wheel installed, and not the checkout.

    The libraries that it needs are those of the environment that runs the tests.
    """
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        wheel,
        cwd=folder,
    )
    (site,) = folder.glob("lib/python*/site-packages")
    others = [path for path in sys.path if path.endswith("site-packages")]
    (site / "libraries.pth").write_text("\n".join(others) + "\n", encoding="utf-8")
    return folder / "bin"


def expected_files() -> set[str]:
    found = {
        path.relative_to(ROOT).as_posix()
        for part in PARTS
        for path in (ROOT / part).rglob("*")
        if path.is_file()
    }
    assert len(found) > 10
    return found


def test_the_wheel_has_the_projects_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"cstokg/_project/{name}" for name in expected_files()} <= names
    assert {"cstokg/py.typed", "cstokg/dataset/rules/links/member-of.rq"} <= names
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_has_every_module_and_data_file_of_the_package(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "src" / "cstokg"
    ours = {
        f"cstokg/{path.relative_to(package).as_posix()}"
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert len(ours) > 50
    assert ours <= names


def test_both_have_both_licences(dist: Path, wheel: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "LICENSE-DATA", "README.md", "CHANGELOG.md", "pyproject.toml"} <= names
    assert {"tests/conftest.py", ".ci/run"} <= names
    assert expected_files() <= names
    licences = {
        Path(name).name for name in zipfile.ZipFile(wheel).namelist() if "licenses/" in name
    }
    assert licences == {"LICENSE", "LICENSE-DATA"}


def test_both_have_the_built_scripts_and_the_sdist_their_sources(dist: Path, wheel: Path) -> None:
    built = {"editor.js", "editor.css", "THIRD-PARTY-NOTICES.txt", "SOURCES-SHA256"}
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"cstokg/web/static/build/{name}" for name in built} <= set(names)
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"src/cstokg/web/static/build/{name}" for name in built} <= held
    assert {"hatch_build.py", "frontend/package-lock.json", "frontend/src/editor.js"} <= held
    assert not [name for name in held if "node_modules" in name]


@pytest.mark.parametrize("folder", ["frontend", "tests/comunica"])
def test_the_lock_file_names_no_registry(folder: str) -> None:
    lock = (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


def test_the_wheel_carries_the_dataset_and_nothing_is_built_where_it_is_installed(
    installed: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    environment = {**os.environ, "CSTOKG_CACHE": str(cache)}
    command = ["serve", "--port", "0", "--workers", "1", "--web-processes", "1"]
    with subprocess.Popen(
        [installed / "cstokg", *command],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            query = "query=ASK%7B?s%20a%20ckg:Membership%7D"
            with urlopen(f"{served_address(process)}/sparql?{query}", timeout=60) as answer:
                assert b"true" in answer.read()
        finally:
            kill_group(process)
    # What is built is kept there.
    assert not cache.exists()


def test_an_edited_copy_of_what_is_installed_is_built(installed: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    site = next(installed.parent.glob("lib/python*/site-packages"))
    copy = shutil.copytree(site / "cstokg" / "_project", tmp_path / "copy")
    environment = {**os.environ, "CSTOKG_CACHE": str(cache), "CSTOKG_PROJECT": str(copy)}
    output_of(installed / "cstokg", "info", cwd=tmp_path, env=environment)
    assert not cache.exists()
    with (copy / "ontology" / "cstokg.ttl").open("a", encoding="utf-8") as file:
        file.write("# An edit.\n")
    output_of(installed / "cstokg", "info", cwd=tmp_path, env=environment)
    assert len(list(cache.glob("*.nq"))) == 1


def test_the_licences_are_whole() -> None:
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    data = (ROOT / "LICENSE-DATA").read_text(encoding="utf-8")
    assert all(f"Section {number} -- " in data for number in range(1, 9))


def test_the_installed_program_works_from_another_folder(installed: Path, tmp_path: Path) -> None:
    program = installed / "cstokg"
    assert cstokg.__version__ in run(program, "--version", cwd=tmp_path)
    query = "SELECT ?s { ?s ckg:memberOf <https://w3id.org/cstokg/id/organization/csto> }"
    assert "state/armenia" in run(program, "query", query, "-f", "csv", cwd=tmp_path)
    place = run(
        installed / "python",
        "-c",
        "import cstokg; print(cstokg.load_settings().project)",
        cwd=tmp_path,
    )
    assert Path(place.strip()).name == "_project"
    assert not list(tmp_path.iterdir())
