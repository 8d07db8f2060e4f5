from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine import scenarios

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="writes are taken on Linux alone"),
]

Scenario = Callable[..., None]

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "scenario",
    [
        scenarios.a_write_is_seen_by_whoever_asks_after_it,
        scenarios.refusals_come_through_as_they_are,
        scenarios.readers_never_see_half_a_write,
        scenarios.a_query_that_runs_while_a_write_is_made_keeps_its_state,
        scenarios.a_writer_that_is_killed_leaves_everything_as_it_was,
        scenarios.writes_wait_for_one_another_and_too_many_are_refused,
        scenarios.many_writes_leave_nothing_behind,
        scenarios.a_dataset_without_a_budget_for_writes_takes_none,
    ],
    ids=lambda scenario: scenario.__name__,
)
def test_under_the_parent(scenario: Scenario, small_project: Path, tmp_path: Path) -> None:
    ended = run(scenario, small_project, tmp_path)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    "scenario",
    [
        scenarios.readers_never_see_half_a_write,
        scenarios.a_keeper_that_is_killed_is_replaced_and_loses_nothing,
        scenarios.a_disk_that_is_full_stores_nothing_and_takes_more_later,
    ],
    ids=lambda scenario: scenario.__name__,
)
def test_under_the_parent_with_a_store(
    scenario: Scenario, small_project: Path, tmp_path: Path
) -> None:
    ended = run(scenario, small_project, tmp_path, str(tmp_path / "store"))
    assert ended.returncode == 0, ended.stderr


def test_a_server_that_is_killed_again_and_again_loses_no_acknowledged_write(
    small_project: Path, tmp_path: Path
) -> None:
    store, notes = str(tmp_path / "store"), tmp_path / "notes"
    notes.write_text("0", "ascii")
    for number in range(6):
        ended = run(
            scenarios.what_is_acknowledged_is_there_after_minus_nine,
            small_project,
            tmp_path,
            store,
            NOTES=str(notes),
            SECONDS=str(0.2 + 0.13 * number),
        )
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        ended = run(
            scenarios.all_that_was_noted_is_there, small_project, tmp_path, store, NOTES=str(notes)
        )
        assert ended.returncode == 0, ended.stderr
    assert int(notes.read_text("ascii")) > 0


def test_a_file_system_that_is_full_costs_no_acknowledged_write(
    small_project: Path, tmp_path: Path
) -> None:
    # In a name space of its own, whose end unmounts it as well.
    alone = ["unshare", "--mount"]
    if os.geteuid() != 0:
        alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*alone, "mount"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system can be mounted here (unshare, mount)")
    disk, notes = tmp_path / "disk", tmp_path / "notes"
    disk.mkdir()
    command = '"$PYTHON" -m tests.engine.scenarios {} "$PROJECT" "$STORE"'
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
        "CSTOKG_CACHE": str(tmp_path / "cache"),
    }
    ended = subprocess.run(
        [*alone, "sh", "-c", " && ".join(steps)],
        cwd=ROOT,
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def run(
    scenario: Scenario, project: Path, folder: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    name = scenario.__name__
    return subprocess.run(
        [sys.executable, "-m", "tests.engine.scenarios", name, str(project), *arguments],
        cwd=ROOT,
        env={**os.environ, "CSTOKG_CACHE": str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
