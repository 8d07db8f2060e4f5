"""The OWL API, which Protégé is built on, as Debian has it."""

import shutil
from pathlib import Path

import pytest
from tests.processes import output_of

PROGRAMS = Path(__file__).parents[1] / "owlapi"
JARS = Path("/usr/share/java")  # where Debian's libowlapi-java and what it needs lie


def run_owlapi(program: str, *arguments: str | Path) -> str:
    """Return what a Java program of `owlapi/` prints."""
    if not shutil.which("javac") or not (JARS / "owlapi-distribution.jar").exists():
        pytest.skip("needs a JDK and the OWL API (Debian: default-jdk-headless libowlapi-java)")
    return output_of("java", "-cp", f"{JARS}/*", PROGRAMS / program, *arguments)
