"""The files for those who run a server, held against what they are for."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.processes import output_of

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
PROGRAM = Path(sys.executable).with_name("cstokg")


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    unit = tmp_path / "cstokg.service"
    text = (DEPLOY / "cstokg.service").read_text(encoding="utf-8")
    assert "/opt/cstokg/bin/cstokg serve" in text
    unit.write_text(text.replace("/opt/cstokg/bin/cstokg", str(PROGRAM)), encoding="utf-8")
    verified = subprocess.run(
        [analyze, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stderr
    assert "cstokg.service" not in verified.stderr


def test_the_variables_are_those_of_the_command() -> None:
    known = set(re.findall(r"CSTOKG_[A-Z_]+", output_of(str(PROGRAM), "serve", "--help", cwd=ROOT)))
    texts = [path.read_text(encoding="utf-8") for path in DEPLOY.iterdir()]
    texts.append((ROOT / "docs" / "deploying.md").read_text(encoding="utf-8"))
    used = {name for text in texts for name in re.findall(r"CSTOKG_[A-Z_]+", text)}
    assert used - known == {"CSTOKG_CACHE"}


@pytest.mark.slow
def test_what_the_image_copies_is_enough_for_the_package(tmp_path: Path) -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    names = " ".join(copied).split()
    assert {"ontology", "data", "shapes", "src"} <= set(names)
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules")
            )
        else:
            shutil.copy(ROOT / name, tmp_path)
    wheel = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"]
    output_of(*wheel, cwd=tmp_path)
    assert len(list((tmp_path / "dist").glob("*.whl"))) == 1
