"""A server that is killed while it writes: what it acknowledged is there, and nothing by half."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cstokg.store.snapshot import take_snapshot
from tests.engine.writing_server import GRAPH, KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cstokg.store.disk import Contents

pytestmark = pytest.mark.slow

KILLS = 15
_PATIENCE = 60
"""Seconds after which a server that hangs is killed, so that its test fails."""

SERVER = Path(__file__).with_name("writing_server.py")
_LINE = re.compile(rf'<urn:n(\d+)> <urn:p> "(one|two)" <{re.escape(GRAPH)}> \.')


@dataclass
class Writing:
    """A server that writes, and what it has said so far."""

    process: subprocess.Popen[str]
    parent: int = 0
    keeper: int = 0
    revision: str = ""
    made: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    def read(self) -> bool:
        """Take one line of what it says; False at the end."""
        assert self.process.stdout is not None
        words = self.process.stdout.readline().split(maxsplit=2)
        match words:
            case ["up", parent, rest]:
                keeper, _, revision = rest.partition(" ")
                self.parent, self.keeper, self.revision = int(parent), int(keeper), revision.strip()
            case ["made", number, revision]:
                self.made[int(number)] = revision.strip()
            case ["refused", number, error]:
                self.refused[int(number)] = error.strip()
        return bool(words)

    def read_all(self) -> None:
        while self.read():
            pass


@contextmanager
def writing(
    project: Path, folder: Path, first: int = 0, count: int = 10_000, pause: float = 0.0
) -> Iterator[Writing]:
    """Start a server, in a process group of its own, and wait until it is up."""
    process = subprocess.Popen(
        [sys.executable, SERVER, project, folder, str(first), str(count), str(pause)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    watchdog = threading.Timer(_PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
    watchdog.start()
    with process:
        server = Writing(process)
        try:
            assert server.read()
            assert server.parent == process.pid
            yield server
        finally:
            watchdog.cancel()
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def check(contents: Contents, server: Writing, last: int) -> int:
    """Hold what is on the disk to what was acknowledged; return the number of the last change.

    `last` is that of the change before the server came up.
    """
    acknowledged = max(server.made, default=last)
    statements = Counter(int(number) for number, _ in _LINE.findall(contents.nquads.decode()))
    found = max(statements, default=-1)
    # Of a change that was not acknowledged all may be there, or nothing.
    assert found in (acknowledged, acknowledged + 1)
    assert statements == dict.fromkeys(range(found, max(found - KEPT, -1), -1), 2)
    if found == acknowledged:
        assert contents.head.revision == server.made.get(found, server.revision)
    assert contents.head.commits == found + 1
    return found


def test_a_server_killed_with_all_its_processes_loses_nothing(
    small_project: Path, tmp_path: Path
) -> None:
    folder, last = tmp_path / "store", -1
    chance = random.Random(1)
    revision = ""
    for _ in range(KILLS):
        with writing(small_project, folder, last + 1) as server:
            assert server.revision == revision
            if not server.made:
                server.read()
            time.sleep(chance.random() * 0.4)
            os.killpg(server.process.pid, signal.SIGKILL)
            server.read_all()
        contents = take_snapshot(folder)
        last, revision = check(contents, server, last), contents.head.revision
    assert last >= KILLS - 1


def test_a_server_whose_parent_is_killed_loses_nothing(small_project: Path, tmp_path: Path) -> None:
    folder, last = tmp_path / "store", -1
    for _ in range(2):
        with writing(small_project, folder, last + 1) as server:
            server.read()
            os.kill(server.parent, signal.SIGKILL)
            server.process.wait(10)
            server.read_all()
        last = check(take_snapshot(folder), server, last)


def test_a_server_goes_on_when_its_keeper_is_killed(small_project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with writing(small_project, folder, count=8) as server:
        server.read()
        os.kill(server.keeper, signal.SIGKILL)
        server.read_all()
        assert server.process.wait(10) == 0
    # At most the change that was on its way is refused; the others are made in its place.
    assert len(server.refused) <= 1
    assert len(server.made) + len(server.refused) == 8
    found = set(map(int, re.findall(r"<urn:n(\d+)>", take_snapshot(folder).nquads.decode())))
    kept = {number for number in server.made if number > 7 - KEPT}
    assert kept <= found
    assert not found & set(server.refused)


def test_a_server_goes_on_when_a_writer_is_killed(small_project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with writing(small_project, folder, count=6, pause=0.3) as server:
        server.read()
        known = set(children(server.parent))
        writer = next(iter(wait_for_another(server.parent, known)))
        os.kill(writer, signal.SIGKILL)
        server.read_all()
        assert server.process.wait(10) == 0
    assert len(server.made) >= 5
    for number, error in server.refused.items():
        assert error.startswith("WorkerLostError"), number
    contents = take_snapshot(folder)
    assert contents.head.commits == len(server.made)
    assert contents.head.revision == server.made[max(server.made)]


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for_another(parent: int, known: set[int]) -> set[int]:
    """Return the children that are new: engines are kept, so that the next one is a writer."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        new = set(children(parent)) - known
        if new:
            return new
        time.sleep(0.001)
    raise AssertionError("no other process came up")


def test_a_server_without_room_refuses_and_then_goes_on(
    small_project: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    with writing(small_project, folder, count=8, pause=0.05) as server:
        server.read()
        # Too small for any table: as on a full disk, what is begun cannot be ended.
        resource.prlimit(server.keeper, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
        server.read_all()
        assert server.process.wait(10) == 0
    assert any(error.startswith("StorageFullError") for error in server.refused.values())
    assert str(folder) not in "".join(server.refused.values())
    # The keeper was replaced by one without that limit.
    assert max(server.made) == 7
    contents = take_snapshot(folder)
    assert contents.head.revision == server.made[7]
    found = set(map(int, re.findall(r"<urn:n(\d+)>", contents.nquads.decode())))
    assert not found & set(server.refused)


def test_backups_while_it_writes_are_each_of_one_moment(
    small_project: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    taken = []
    with writing(small_project, folder, count=10) as server:
        while server.read():
            taken.append(take_snapshot(folder))
    assert len(taken) >= 10
    for contents in taken:
        number = contents.head.commits - 1
        if number >= 0:
            assert contents.head.revision == server.made[number]
            statements = Counter(int(each) for each, _ in _LINE.findall(contents.nquads.decode()))
            assert statements == dict.fromkeys(range(number, max(number - KEPT, -1), -1), 2)


def test_a_second_server_on_the_folder_is_refused(small_project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with writing(small_project, folder) as server:
        result = subprocess.run(
            [
                sys.executable,
                "-m",
                "cstokg",
                "--project",
                small_project,
                "serve",
                "--port",
                "0",
                "--store",
                folder,
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert result.returncode == 2
        holder = f"another server has the store {folder} open (process {server.keeper})"
        assert result.stderr.startswith(f"error: {holder}\n")
