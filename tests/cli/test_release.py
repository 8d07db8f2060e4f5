import shutil
import subprocess
from pathlib import Path

import pytest
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")


@pytest.mark.slow
@needs_java
def test_release_of_the_project_is_checked_and_whole(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run("release", "-o", out, "--since", ROOT / "ontology", project=ROOT)
    assert result.exit_code == 0, result.output
    assert "validating" in result.stderr
    assert "reasoning" in result.stderr
    check = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=out, check=False)
    assert check.returncode == 0
    page = (out / "ontology.html").read_text(encoding="utf-8")
    assert 'id="Membership"' in page
    assert 'rel="stylesheet"' not in page
    assert 'href="/' not in page
    assert (out / "changed-terms.txt").read_text(encoding="utf-8") == "no difference"


@pytest.mark.slow
def test_nothing_is_written_where_a_shape_finds_something(run: Run, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("ontology", "data", "shapes"):
        shutil.copytree(ROOT / name, project / name)
    states = project / "data/things/states.ttl"
    text = states.read_text(encoding="utf-8")
    states.write_text(text.replace('    rdfs:label "Armenia"@en ;\n', ""), encoding="utf-8")
    result = run("release", "-o", tmp_path / "out", project=project)
    assert result.exit_code == 1
    assert "cstokg validate" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_release_of_mixed_versions_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("release", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "not of version" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_full_folder_is_refused_before_anything_is_built(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = run("release", "-o", tmp_path, project=tmp_path / "no-project")
    assert result.exit_code == 2
    assert "not empty" in result.stderr
