import shutil
import subprocess
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from cstokg import __version__

ROOT = Path(__file__).parents[2]
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")


@pytest.mark.slow
@pytest.mark.long
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
@needs_java
def test_a_release_has_its_files_and_nothing_is_written_where_a_shape_finds_something(
    run: Run, small_copy: Path, tmp_path: Path
) -> None:
    ontology, facts = small_copy / "ontology/small.ttl", small_copy / "data/ost-1999/facts.ttl"
    version = f'"{__version__}" ; owl:versionIRI <https://w3id.org/cstokg/ontology/{__version__}>'
    ontology.write_text(ontology.read_text("utf-8").replace('"0.0.7"', version), "utf-8")
    result = run("release", "-o", tmp_path / "good", project=small_copy)
    assert result.exit_code == 0, result.output
    assert {"SHA256SUMS", "ontology.html"} <= {path.name for path in (tmp_path / "good").iterdir()}
    evidence = (
        "    ckg:evidence passage:ost-1999-p2-s1 ;\n    ckg:evidence passage:ost-1999-p2-s2 ;\n"
    )
    facts.write_text(facts.read_text("utf-8").replace(evidence, ""), "utf-8")
    result = run("release", "-o", tmp_path / "out", project=small_copy)
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
