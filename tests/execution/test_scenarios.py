import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.execution import scenarios

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="writes are taken on Linux alone"),
]

Scenario = Callable[..., None]

ROOT = Path(__file__).parents[2]
TIMES = pytest.mark.parametrize("times", [1, pytest.param(3, marks=pytest.mark.long)])
"""How often as much of the same is done."""


def test_reading(small_project: Path, tmp_path: Path) -> None:
    ended = run(scenarios.READING, small_project, tmp_path)
    assert ended.returncode == 0, ended.stderr


@TIMES
def test_writing(small_project: Path, tmp_path: Path, times: int) -> None:
    ended = run(scenarios.WRITING, small_project, tmp_path, TIMES=str(times))
    assert ended.returncode == 0, ended.stderr


def test_refusals(small_project: Path, tmp_path: Path) -> None:
    ended = run([scenarios.refusals_come_through_as_they_are], small_project, tmp_path)
    assert ended.returncode == 0, ended.stderr


@TIMES
def test_writing_with_a_store(small_project: Path, tmp_path: Path, times: int) -> None:
    store = str(tmp_path / "store")
    chosen = (
        scenarios.readers_never_see_half_a_write,
        scenarios.a_disk_that_is_full_stores_nothing_and_takes_more_later,
    )
    ended = run(chosen, small_project, tmp_path, store, STORE=store, TIMES=str(times))
    assert ended.returncode == 0, ended.stderr


@TIMES
def test_a_file_system_that_is_full_costs_no_acknowledged_write(
    small_project: Path, tmp_path: Path, times: int
) -> None:
    # In a name space of its own, whose end unmounts it as well.
    alone = ["unshare", "--mount"]
    if os.geteuid() != 0:
        alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*alone, "mount"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system can be mounted here (unshare, mount)")
    disk, notes = tmp_path / "disk", tmp_path / "notes"
    disk.mkdir()
    command = '"$PYTHON" -m tests.execution.scenarios {} "$PROJECT" "$STORE"'
    steps = [
        'mount -t tmpfs -o size=48m tmpfs "$DISK"',
        command.format(
            scenarios.a_file_system_without_room_stores_nothing_and_takes_more_later.__name__
        ),
        command.format(scenarios.all_that_was_noted_is_there.__name__),
    ]
    names = {
        "PYTHON": sys.executable,
        "PROJECT": str(small_project),
        "DISK": str(disk),
        "STORE": str(disk / "store"),
        "NOTES": str(notes),
        "TIMES": str(times),
        "CSTOKG_CACHE": str(tmp_path / "cache"),
    }
    ended = subprocess.run(
        [*alone, "sh", "-c", " && ".join(steps)],
        cwd=ROOT,
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def run(
    chosen: Sequence[Scenario], project: Path, folder: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    names = ",".join(scenario.__name__ for scenario in chosen)
    return subprocess.run(
        [sys.executable, "-m", "tests.execution.scenarios", names, str(project), *arguments],
        cwd=ROOT,
        env={**os.environ, "CSTOKG_CACHE": str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
