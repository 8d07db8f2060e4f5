"""A dataset on disk: what is written is there, whole, or it is said that it is not."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cstokg.errors import StorageError, StoreDamagedError, StoreInUseError
from cstokg.store.disk import FILE, FORMAT, Contents, DiskStore, Origin

ORIGIN = Origin("0.1.0", "ab" * 32, "2024-06-25T12:00:00Z")
QUADS = b"".join(
    sorted(
        f"{line} .\n".encode()
        for line in (
            '<urn:a> <urn:p> "plain" <urn:g>',
            '<urn:a> <urn:p> "escapes \\"\\\\u0041\\" \\n\\t\\u0001 \U0001f600 {} ; # ?x" <urn:g>',
            '<urn:a> <urn:p> "слово"@ru <urn:h>',
            '<urn:a> <urn:p> "7"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g>',
            "_:b1 <urn:p> _:b2 <urn:g>",
        )
    )
)


def line(number: int) -> bytes:
    return f'<urn:n{number}> <urn:p> "value {number}" <urn:g> .\n'.encode()


def read(folder: Path) -> Contents:
    contents = DiskStore(folder).read()
    assert contents is not None
    return contents


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a dataset."""
    with DiskStore(tmp_path / "store").exclusive() as disk:
        disk.seed(QUADS, ORIGIN, revision="")
    return tmp_path / "store"


@pytest.fixture
def disk(folder: Path) -> Iterator[DiskStore]:
    with DiskStore(folder).exclusive() as held:
        yield held


def test_every_byte_comes_back(folder: Path) -> None:
    contents = read(folder)
    assert contents.nquads == QUADS
    assert contents.origin == ORIGIN
    assert (contents.head.commits, contents.head.quads) == (0, QUADS.count(b"\n"))


def test_every_line_can_be_taken_away_and_added_again(folder: Path, disk: DiskStore) -> None:
    first = read(folder).head
    for each in QUADS.splitlines(keepends=True):
        disk.commit(each, b"", "without")
        assert each not in read(folder).nquads
        head = disk.commit(b"", each, "with")
        assert read(folder).nquads == QUADS
    assert head.digest == first.digest


def test_a_commit_is_there_when_the_folder_is_read_again(folder: Path, disk: DiskStore) -> None:
    head = disk.commit(QUADS, line(1) + line(2), "second")
    assert read(folder) == Contents(ORIGIN, head, line(1) + line(2))
    assert (head.commits, head.revision) == (1, "second")


@pytest.mark.parametrize("change", [(line(1), b""), (b"", QUADS.splitlines(keepends=True)[0])])
def test_a_change_that_does_not_fit_is_refused_whole(
    folder: Path, disk: DiskStore, change: tuple[bytes, bytes]
) -> None:
    removed, added = change
    with pytest.raises(StorageError, match="is not at the version"):
        disk.commit(removed, line(2) + added, "x")
    assert read(folder).nquads == QUADS
    assert disk.commit(b"", line(3), "y").commits == 1


@pytest.mark.parametrize("make", ["absent", "empty", "nested"])
def test_a_folder_without_anything_holds_no_dataset(tmp_path: Path, make: str) -> None:
    folder = tmp_path / "store" / ("deeper/still" if make == "nested" else "")
    if make == "empty":
        folder.mkdir()
    with DiskStore(folder).exclusive() as disk:
        assert disk.read() is None
        disk.seed(QUADS, ORIGIN, revision="")
    assert read(folder).nquads == QUADS


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    with pytest.raises(StorageError, match=r"something else than a dataset: thesis\.odt"):
        DiskStore(tmp_path).read()
    with (
        pytest.raises(StorageError, match="something else"),
        DiskStore(tmp_path).exclusive(),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StorageError, match="cannot be written"),
        DiskStore(tmp_path / "file" / "store").exclusive(),
    ):
        pass


def test_a_folder_with_a_dataset_is_seeded_again_by_force_alone(
    folder: Path, disk: DiskStore
) -> None:
    with pytest.raises(StorageError, match="already holds a dataset"):
        disk.seed(b"", ORIGIN, revision="")
    disk.seed(line(1), ORIGIN, revision="third", commits=3, replace=True)
    contents = read(folder)
    assert contents.nquads == line(1)
    assert (contents.head.commits, contents.head.revision) == (3, "third")


def apart(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own, which may be killed or bounded."""
    prelude = f"""
import os, resource, signal, sys
from pathlib import Path
from cstokg.errors import *
from cstokg.store import disk as module
from cstokg.store.disk import *
folder, quads, origin = Path({str(folder)!r}), {QUADS!r}, {ORIGIN!r}
def line(number): return f'<urn:n{{number}}> <urn:p> "value {{number}}" <urn:g> .\\n'.encode()
def limit(size): resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
"""
    return subprocess.run(
        [sys.executable, "-c", prelude + program], capture_output=True, text=True, check=False
    )


# Its last step before the transaction ends is to write the head.
DIE_IN_A_SEED = """
module._set_meta = lambda connection, name, value: name == "head" and die()
DiskStore(folder).seed(quads, origin, revision="", replace=True)
"""


def test_a_seed_that_was_killed_is_begun_anew(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    assert apart(DIE_IN_A_SEED, folder).returncode == -9
    with DiskStore(folder).exclusive() as disk:
        assert disk.read() is None
        disk.seed(QUADS, ORIGIN, revision="")
    assert read(folder).nquads == QUADS


def test_a_replacement_that_was_killed_leaves_the_old_one(folder: Path, disk: DiskStore) -> None:
    disk.commit(b"", line(1), "kept")
    before = read(folder)
    assert apart(DIE_IN_A_SEED, folder).returncode == -9
    assert read(folder) == before


def test_a_commit_that_was_killed_is_not_made(folder: Path) -> None:
    program = """
module._set_meta = die
DiskStore(folder).commit(quads, line(1), "x")
"""
    assert apart(program, folder).returncode == -9
    assert read(folder).nquads == QUADS


def test_another_process_with_the_folder_is_named(folder: Path, disk: DiskStore) -> None:
    assert disk.folder == folder
    result = apart("with DiskStore(folder).exclusive(): pass", folder)
    assert f"another server has the store {folder} open (process {os.getpid()})" in result.stderr
    with pytest.raises(StoreInUseError, match="another server"), DiskStore(folder).exclusive():
        pass
    assert read(folder).nquads == QUADS  # to read it is allowed


def sql(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        connection.execute(statement)
    connection.close()


def test_a_newer_format_is_refused_with_the_way_out(folder: Path) -> None:
    sql(folder, f"UPDATE meta SET value = '{FORMAT + 1}' WHERE name = 'format'")
    with pytest.raises(StorageError, match=f"is in format {FORMAT + 1}, and .* format {FORMAT}"):
        read(folder)


def test_a_folder_of_the_first_format_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "cstokg-store.json").write_text("{}")
    (tmp_path / "data-1").mkdir()
    with pytest.raises(StorageError, match="Make a backup with the older cstokg"):
        read(tmp_path)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"plain", b"plaim"))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "the file is gone": lambda folder: (folder / FILE).unlink(),
    "the file is empty": lambda folder: (folder / FILE).write_bytes(b""),
    "the file is cut": lambda folder: cut(folder / FILE),
    "the file is another": lambda folder: (folder / FILE).write_bytes(b"hello" * 10_000),
    "a wrong bit": lambda folder: flip(folder / FILE),
    "a row is gone": lambda folder: sql(folder, "DELETE FROM quad WHERE line LIKE '%plain%'"),
    "a row too many": lambda folder: sql(folder, "INSERT INTO quad VALUES ('<urn:x>')"),
    "no head": lambda folder: sql(folder, "DELETE FROM meta WHERE name = 'head'"),
    "a head that is none": lambda folder: sql(folder, "UPDATE meta SET value = '[]'"),
    "no table": lambda folder: sql(folder, "DROP TABLE quad"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed_and_points_to_the_backup(folder: Path, damage: str) -> None:
    DAMAGES[damage](folder)
    with pytest.raises(StoreDamagedError, match="is damaged") as caught:
        DiskStore(folder).read()
    assert f"cstokg restore FILE --store {folder} --force" in caught.value.hint
    with DiskStore(folder).exclusive() as disk:
        disk.seed(line(1), ORIGIN, revision="", replace=True)
    assert read(folder).nquads == line(1)


COMMIT_UNTIL_FULL = """
store = DiskStore(folder)
limit(2**16)
head = store.read().head
for number in range(10_000):
    large = b"".join(line(10_000 * number + each) for each in range(200))
    try:
        head = store.commit(b"", large, str(number))
    except StorageFullError as error:
        print(error.message)
        break
limit(resource.RLIM_INFINITY)
assert store.read().head == head, (store.read().head, head)
store.commit(b"", line(-1), "room again")
assert store.read().head.commits == head.commits + 1
"""


def test_without_room_a_commit_is_refused_and_with_room_they_go_on(folder: Path) -> None:
    result = apart(COMMIT_UNTIL_FULL, folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"there is no room to write to the store in {folder}" in result.stdout


SEED_IN_VAIN = """
limit(2**12)
try:
    DiskStore(folder).seed(b"".join(map(line, range(5000))), origin, revision="")
except StorageFullError as error:
    print(error.message)
"""


def test_a_seed_without_room_leaves_a_folder_without_a_dataset(tmp_path: Path) -> None:
    result = apart(SEED_IN_VAIN, tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert "there is no room" in result.stdout
    with DiskStore(tmp_path).exclusive() as disk:
        assert disk.read() is None
        disk.seed(QUADS, ORIGIN, revision="")
