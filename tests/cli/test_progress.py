"""What a terminal shows of long work, and that nothing else does."""

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

AT_ONCE = """
from cstokg.cli import main, progress
progress._PATIENCE = -1
main()
"""


def run_with(
    stderr: int, project: Path, cache: Path, *arguments: str | Path
) -> subprocess.Popen[bytes]:
    env = {**os.environ, "CSTOKG_PROJECT": str(project), "CSTOKG_CACHE": str(cache)}
    command = [sys.executable, "-c", AT_ONCE, *map(str, arguments)]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=stderr)


@pytest.mark.parametrize(
    ("arguments", "steps"),
    [
        (["validate"], ["reading", "validating"]),
        (["export"], ["reading", "writing"]),
        (["load", "--store", "STORE", "DATA"], ["reading", "loading"]),
    ],
)
def test_a_terminal_shows_how_far_each_step_has_come(
    arguments: list[str], steps: list[str], small_project: Path, tmp_path: Path
) -> None:
    names = {"STORE": tmp_path / "store", "DATA": small_project / "data" / "ost-1999"}
    chosen = [names.get(each, each) for each in arguments]
    ours, theirs = pty.openpty()
    shown = b""
    with run_with(theirs, small_project, tmp_path / "cache", *chosen) as process:
        os.close(theirs)
        with suppress(OSError):  # what a terminal is at its end
            while piece := os.read(ours, 65536):
                shown += piece
    os.close(ours)
    assert process.returncode == 0
    text = shown.decode()
    assert "building the dataset …" in text
    for step in steps:
        assert f"{step}  [####" in text, text
    assert text.endswith("\x1b[?25h\r\n\r\x1b[K")  # the cursor is back, and the line free


@pytest.mark.parametrize("arguments", [["validate"], ["export"]])
def test_a_pipe_gets_nothing_of_it(
    arguments: list[str], small_project: Path, tmp_path: Path
) -> None:
    with (
        (tmp_path / "stderr").open("wb") as stderr,
        run_with(stderr.fileno(), small_project, tmp_path / "cache", *arguments) as process,
    ):
        pass
    assert process.returncode == 0
    assert (tmp_path / "stderr").read_bytes() == b""
