"""The command line, run in this process for speed or as a process of its own where that matters."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner, Result
from tests.processes import kill_group


class Run(Protocol):
    def __call__(
        self, *arguments: str | Path, project: Path | None = None, stdin: bytes | None = None
    ) -> Result: ...


class Start(Protocol):
    def __call__(self, *arguments: str | Path) -> subprocess.Popen[str]: ...


class StartProgram(Protocol):
    def __call__(self, program: str, *arguments: str | Path) -> subprocess.Popen[str]: ...


@pytest.fixture
def run(small_project: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command over the small project in this process."""
    from cstokg.cli import main

    def run_command(
        *arguments: str | Path, project: Path | None = None, stdin: bytes | None = None
    ) -> Result:
        monkeypatch.setenv("CSTOKG_PROJECT", str(project or small_project))
        monkeypatch.setenv("CSTOKG_CACHE", str(cache))
        return CliRunner().invoke(main, [str(each) for each in arguments], input=stdin)

    return run_command


@pytest.fixture
def start_program(small_project: Path, cache: Path) -> Iterator[StartProgram]:
    """Start a program in Python over the small project as a process of its own."""
    with ExitStack() as started:

        def start_program(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
            process = started.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", program, *arguments],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    env={
                        **os.environ,
                        "CSTOKG_PROJECT": str(small_project),
                        "CSTOKG_CACHE": str(cache),
                    },
                    start_new_session=True,
                )
            )
            started.callback(kill_group, process)
            return process

        yield start_program


@pytest.fixture
def start(start_program: StartProgram) -> Start:
    """Start a command over the small project as a process of its own."""
    program = "import runpy; runpy.run_module('cstokg', run_name='__main__', alter_sys=True)"
    return lambda *arguments: start_program(program, *arguments)


def served_address(process: subprocess.Popen[str]) -> str:
    """Return the address at which a server says that it answers."""
    assert process.stdout is not None
    line = process.stdout.readline()
    address = re.search(r"http://\S+?(?=/ )", line)
    assert address is not None, line
    return address.group()
