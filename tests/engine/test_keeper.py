"""The keeper: whatever ends it, its parent knows which commits were made.

Each test is a program of its own, since a process that has used the disk must not fork.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PRELUDE = """
import atexit, logging, os, resource, signal, sys, time
from pathlib import Path
from cstokg.engine.keeper import Keeper
from cstokg.errors import StorageError, StorageFullError, StoreInUseError
from cstokg.store.disk import Origin

folder = Path(sys.argv[1])
origin = Origin("0.1.0", "ab" * 32, "2024-06-25T12:00:00Z")
quads = b"<urn:a> <urn:p> <urn:b> <urn:g> .\\n"

def line(number):
    return f'<urn:n{number}> <urn:p> "value {number}" <urn:g> .\\n'.encode()

def commit(keeper, added, revision):
    keeper.begin(b"", added, revision)
    keeper.finish()

def made(keeper):
    contents = Keeper(folder)
    keeper.stop()
    found = contents.start()
    contents.stop()
    return found.head.commits, found.head.revision, found.nquads

def limit(size):
    resource.prlimit(keeper._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

logging.disable()
keeper = Keeper(folder)
atexit.register(keeper.stop)  # also after a failed assertion
assert keeper.start() is None
keeper.seed(quads, origin, "")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


def run(program: str, folder: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", PRELUDE + program, folder],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_commit_is_made_and_the_store_comes_back(folder: Path) -> None:
    run(
        """
assert keeper.sources() == []
keeper.begin(quads, line(1), "r1")
assert keeper.sources()[0].poll(10)
keeper.finish()
assert made(keeper) == (1, "r1", line(1))
""",
        folder,
    )


def test_a_keeper_that_was_killed_between_commits_is_replaced(folder: Path) -> None:
    run(
        """
commit(keeper, line(1), "r1")
os.kill(keeper._process.pid, 9)
keeper._process.join()
commit(keeper, line(2), "r2")
assert made(keeper) == (2, "r2", quads + line(1) + line(2))
""",
        folder,
    )


@pytest.mark.slow
def test_a_keeper_that_is_killed_in_a_commit_leaves_it_made_or_not(folder: Path) -> None:
    run(
        """
acknowledged, refused = [], []
for number in range(40):
    keeper.begin(b"", line(number) * (number % 2 + 1), f"r{number}")
    time.sleep(number % 20 * 0.002)
    os.kill(keeper._process.pid, 9)
    try:
        keeper.finish()
        acknowledged.append(number)
    except StorageError as error:
        assert "has ended" in error.message
        refused.append(number)
assert acknowledged, refused
count, revision, found = made(keeper)
assert count == len(acknowledged)
assert found == b"".join(sorted([quads, *map(line, acknowledged)]))
""",
        folder,
    )


def test_without_room_a_commit_is_refused_and_with_room_they_go_on(folder: Path) -> None:
    run(
        """
limit(2**14)
refused = 0
for number in range(200):
    try:
        commit(keeper, b"".join(line(1000 * number + each) for each in range(100)), f"r{number}")
    except StorageFullError as error:
        assert "no room" in error.message, error
        break
else:
    raise AssertionError("nothing was refused")
head = keeper._head
commit(keeper, line(1), "later")  # in a new process, which has no such limit
count, revision, found = made(keeper)
assert (count, revision) == (head.commits + 1, "later")
assert found.count(b"\\n") == head.quads + 1
""",
        folder,
    )


def test_a_commit_that_was_made_after_it_was_refused_is_taken_back(folder: Path) -> None:
    run(
        """
commit(keeper, line(1), "r1")
launch = keeper._launch
keeper.begin(b"", line(2), "r2")
assert keeper.sources()[0].poll(10)  # made, but the answer is lost
os.kill(keeper._process.pid, 9)
keeper._connection.recv()

def cannot(seconds):
    raise StorageError("no room to open it")

keeper._launch = cannot
try:
    keeper.finish()
except StorageError as error:
    pass
else:
    raise AssertionError("it was said to be made")
try:
    commit(keeper, line(3), "r3")
except StorageError as error:
    assert "no room to open it" in error.message
keeper._launch = launch
commit(keeper, line(4), "r4")
assert made(keeper)[1:] == ("r4", quads + line(1) + line(4))
""",
        folder,
    )


def test_a_store_that_another_program_changed_meanwhile_is_not_written(folder: Path) -> None:
    run(
        """
os.kill(keeper._process.pid, 9)
keeper._process.join()
other = Keeper(folder)
other.start()
commit(other, line(1), "theirs")
other.stop()
try:
    commit(keeper, line(2), "ours")
except StorageError as error:
    assert "is not at the version that this server serves" in error.message
else:
    raise AssertionError("it was written")
assert made(keeper)[1] == "theirs"
""",
        folder,
    )


def test_a_second_keeper_says_who_has_the_store(folder: Path) -> None:
    run(
        """
try:
    Keeper(folder).start()
except StoreInUseError as error:
    process = f"(process {keeper._process.pid})"
    assert f"another server has the store {folder} open {process}" in str(error)
else:
    raise AssertionError("two keepers have it open")
keeper.stop()
""",
        folder,
    )


def test_a_keeper_ends_with_its_parent(folder: Path) -> None:
    run(
        """
parent = os.fork()
if parent == 0:
    own = Keeper(folder.with_name("other"))
    own.start()
    own.seed(quads, origin, "")
    os.kill(os.getpid(), 9)
os.waitpid(parent, 0)
again = Keeper(folder.with_name("other"))
assert again.start().nquads == quads
again.stop()
keeper.stop()
""",
        folder,
    )
