"""A server that is killed while it writes: what it acknowledged is there, and nothing by half."""

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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.execution.writing_server import GRAPH, KEPT

from cstokg.store.disk import Contents, DiskStore

pytestmark = pytest.mark.slow

_PATIENCE = 200
"""Seconds after which a server that hangs is killed, so that its test fails."""

SERVER = Path(__file__).with_name("writing_server.py")
_LINE = re.compile(rf'<urn:n(\d+)> <urn:p> "(one|two)" <{re.escape(GRAPH)}> \.')


@dataclass
class Writing:
    """A server that writes, and what it has said so far."""

    process: subprocess.Popen[str]
    parent: int = 0
    revision: str = ""
    made: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    def read(self) -> bool:
        """Take one line of what it says; False at the end."""
        assert self.process.stdout is not None
        words = self.process.stdout.readline().split(maxsplit=2)
        match words:
            case ["up", parent, *rest]:
                self.parent, self.revision = int(parent), " ".join(rest).strip()
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


def read(folder: Path) -> Contents:
    contents = DiskStore(folder).read()
    assert contents is not None
    return contents


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


@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.long)])
def test_a_server_killed_with_all_its_processes_loses_nothing(
    small_project: Path, tmp_path: Path, kills: int
) -> None:
    folder, last = tmp_path / "store", -1
    chance = random.Random(1)
    revision = ""
    for _ in range(kills):
        with writing(small_project, folder, last + 1) as server:
            assert server.revision == revision
            if not server.made:
                server.read()
            time.sleep(chance.random() * 0.4)
            os.killpg(server.process.pid, signal.SIGKILL)
            server.read_all()
        contents = read(folder)
        last, revision = check(contents, server, last), contents.head.revision
    assert last >= kills - 1


def test_a_server_whose_parent_is_killed_loses_nothing(small_project: Path, tmp_path: Path) -> None:
    folder, last = tmp_path / "store", -1
    for _ in range(2):
        with writing(small_project, folder, last + 1) as server:
            server.read()
            os.kill(server.parent, signal.SIGKILL)
            server.process.wait(60)
            server.read_all()
        last = check(read(folder), server, last)


def test_a_server_without_room_refuses_and_then_goes_on(
    small_project: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    with writing(small_project, folder, count=40, pause=0.05) as server:
        server.read()
        # Too small for any page: as on a full disk, what is begun cannot be ended.
        resource.prlimit(server.parent, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
        while not server.refused and server.read():
            pass
        resource.prlimit(server.parent, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        server.read_all()
        assert server.process.wait(60) == 0
    assert any(error.startswith("StorageFullError") for error in server.refused.values())
    assert str(folder) not in "".join(server.refused.values())
    assert max(server.made) == 39
    contents = read(folder)
    assert contents.head.revision == server.made[39]
    found = set(map(int, re.findall(r"<urn:n(\d+)>", contents.nquads.decode())))
    assert not found & set(server.refused)


def test_backups_while_it_writes_are_each_of_one_moment(
    small_project: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    taken = []
    with writing(small_project, folder, count=10) as server:
        while server.read():
            taken.append(read(folder))
    assert len(taken) >= 10
    for contents in taken:
        number = contents.head.commits - 1
        if number >= 0:
            assert contents.head.revision == server.made[number]
            statements = Counter(int(each) for each, _ in _LINE.findall(contents.nquads.decode()))
            assert statements == dict.fromkeys(range(number, max(number - KEPT, -1), -1), 2)


def test_a_second_server_on_the_folder_is_refused(small_project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with writing(small_project, folder, pause=_PATIENCE) as server:
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
            timeout=120,
        )
        assert result.returncode == 2
        holder = f"another server has the store {folder} open (process {server.parent})"
        assert result.stderr.startswith(f"error: {holder}\n")
