from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.engine import scenarios

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="writes are taken on Linux alone"),
]

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
def test_under_the_parent(scenario: object, small_project: Path, tmp_path: Path) -> None:
    name = scenario.__name__  # type: ignore[attr-defined]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.engine.scenarios", name, str(small_project)],
        cwd=ROOT,
        env={**os.environ, "CSTOKG_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
