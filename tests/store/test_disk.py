"""A dataset on disk: what is written is there, whole, or it is said that it is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cstokg.errors import StorageError, StoreDamagedError, StoreInUseError
from cstokg.store.disk import FORMAT, MARKER, DiskStore, Origin, holds_store, seed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
            "_:b1 <urn:p> <urn:cstokg:blank:b1> <urn:g>",
            "<urn:cstokg:iri:x> <urn:cstokg:head> <urn:cstokg:store> <urn:g>",
        )
    )
)


def line(number: int) -> bytes:
    return f'<urn:n{number}> <urn:p> "value {number}" <urn:g> .\n'.encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a dataset."""
    seed(tmp_path / "store", QUADS, ORIGIN, revision="")
    return tmp_path / "store"


@pytest.fixture
def store(folder: Path) -> Iterator[DiskStore]:
    opened = DiskStore.open(folder)
    yield opened
    opened.close()


def reopened(folder: Path) -> DiskStore:
    return DiskStore.open(folder)


def test_every_byte_comes_back(store: DiskStore) -> None:
    contents = store.read()
    assert contents.nquads == QUADS
    assert contents.origin == ORIGIN
    assert (contents.head.commits, contents.head.quads) == (0, QUADS.count(b"\n"))


def test_every_line_can_be_taken_away_and_added_again(store: DiskStore) -> None:
    first = store.head
    for each in QUADS.splitlines(keepends=True):
        store.commit(each, b"", "without")
        assert each not in store.read().nquads
        store.commit(b"", each, "with")
        assert store.read().nquads == QUADS
    assert store.head.digest == first.digest


def test_a_commit_is_there_when_the_folder_is_opened_again(folder: Path, store: DiskStore) -> None:
    head = store.commit(QUADS, line(1) + line(2), "second")
    store.close()
    again = reopened(folder)
    assert again.head == head
    assert (head.commits, head.revision) == (1, "second")
    assert again.read().nquads == line(1) + line(2)
    again.close()


def test_a_store_reads_one_moment_while_it_is_written(store: DiskStore) -> None:
    for number in range(5):
        before = store.read()
        store.commit(b"", line(number), str(number))
        assert before.head.commits == number
        assert store.read().head == store.head


@pytest.mark.parametrize("change", [(line(1), b""), (b"", QUADS.splitlines(keepends=True)[0])])
def test_a_change_that_does_not_fit_is_refused(
    folder: Path, store: DiskStore, change: tuple[bytes, bytes]
) -> None:
    with pytest.raises(StorageError, match="does not fit"):
        store.commit(*change, "x")
    again = reopened(folder)
    assert again.read().nquads == QUADS
    again.close()


def test_a_triple_outside_the_graphs_is_refused(store: DiskStore) -> None:
    with pytest.raises(StorageError, match="named graph"):
        store.commit(b"", b"<urn:s> <urn:p> <urn:o> .\n", "x")
    assert store.read().nquads == QUADS


@pytest.mark.parametrize("make", ["absent", "empty", "nested"])
def test_a_folder_without_anything_holds_no_store(tmp_path: Path, make: str) -> None:
    folder = tmp_path / "store" / ("deeper/still" if make == "nested" else "")
    if make == "empty":
        folder.mkdir()
    assert not holds_store(folder)
    seed(folder, QUADS, ORIGIN, revision="")
    assert holds_store(folder)


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    with pytest.raises(StorageError, match=r"something else than a dataset: thesis\.odt"):
        holds_store(tmp_path)
    with pytest.raises(StorageError, match="something else"):
        seed(tmp_path, QUADS, ORIGIN, revision="", replace=True)
    assert (tmp_path / "thesis.odt").exists()


def test_a_folder_with_a_store_is_not_seeded_again(folder: Path) -> None:
    with pytest.raises(StorageError, match="already holds a dataset"):
        seed(folder, b"", ORIGIN, revision="")
    seed(folder, line(1), ORIGIN, revision="third", commits=3, replace=True)
    again = reopened(folder)
    assert again.read().nquads == line(1)
    assert (again.head.commits, again.head.revision) == (3, "third")
    again.close()
    assert len(list(folder.glob("data-*"))) == 1


def apart(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own: one that has used the engine must not fork."""
    prelude = f"""
import os, resource, sys
from pathlib import Path
from cstokg.errors import *
from cstokg.store.disk import *
folder, quads, origin = Path({str(folder)!r}), {QUADS!r}, {ORIGIN!r}
def line(number): return f'<urn:n{{number}}> <urn:p> "value {{number}}" <urn:g> .\\n'.encode()
def limit(size): resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
"""
    return subprocess.run(
        [sys.executable, "-c", prelude + program], capture_output=True, text=True, check=False
    )


DIE = """
def tell(words):
    if words.startswith({!r}):
        os.kill(os.getpid(), 9)
seed(folder, quads, origin, revision="", replace=True, tell=tell)
"""


@pytest.mark.parametrize("step", ["writing", "reading"])
def test_a_seed_that_was_killed_is_begun_anew(tmp_path: Path, step: str) -> None:
    folder = tmp_path / "store"
    assert apart(DIE.format(step), folder).returncode == -9
    assert list(folder.glob("data-*"))
    assert not holds_store(folder)
    seed(folder, QUADS, ORIGIN, revision="")
    again = reopened(folder)
    assert again.read().nquads == QUADS
    again.close()
    assert len(list(folder.glob("data-*"))) == 1


@pytest.mark.parametrize("step", ["writing", "reading"])
def test_a_replacement_that_was_killed_leaves_the_old_one(folder: Path, step: str) -> None:
    store = DiskStore.open(folder)
    store.commit(b"", line(1), "kept")
    store.close()
    assert apart(DIE.format(step), folder).returncode == -9
    again = reopened(folder)
    assert again.head.revision == "kept"
    again.close()
    assert len(list(folder.glob("data-*"))) == 1


def test_another_process_with_the_folder_is_named(folder: Path, store: DiskStore) -> None:
    assert store.folder == folder
    result = apart("DiskStore.open(folder)", folder)
    assert f"another server has the store {folder} open (process {os.getpid()})" in result.stderr
    with pytest.raises(StoreInUseError, match="another server"):
        seed(folder, b"", ORIGIN, revision="", replace=True)


@pytest.mark.parametrize(("version", "other"), [(FORMAT + 1, "newer"), (FORMAT - 1, "older")])
def test_another_format_is_refused_with_the_way_out(folder: Path, version: int, other: str) -> None:
    marker = json.loads((folder / MARKER).read_text())
    (folder / MARKER).write_text(json.dumps({**marker, "format": version}))
    with pytest.raises(StorageError, match=f"is in format {version}, and .* knows format {FORMAT}"):
        reopened(folder)
    with pytest.raises(StorageError, match=f"Make a backup with an? {other} cstokg"):
        holds_store(folder)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def swap(path: Path, old: bytes, new: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(old, new))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.write_bytes(content)


def for_each_table(folder: Path, damage: Callable[[Path], None]) -> None:
    for path in folder.glob("data-*/rocksdb/*.sst"):
        damage(path)


def roll_back(folder: Path) -> None:
    """Bring back the engine's files of an earlier commit."""
    engine = next(folder.glob("data-*/rocksdb"))
    kept = shutil.copytree(engine, folder.parent / "kept")
    store = DiskStore.open(folder)
    store.commit(b"", line(1), "later")
    store.close()
    shutil.rmtree(engine)
    kept.rename(engine)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "marker is gone": lambda folder: (folder / MARKER).unlink(),
    "marker is cut": lambda folder: cut(folder / MARKER),
    "marker is altered": lambda folder: swap(folder / MARKER, b"2024-06-25", b"2024-06-26"),
    "data are gone": lambda folder: shutil.rmtree(next(folder.glob("data-*"))),
    "engine's files are gone": lambda folder: shutil.rmtree(next(folder.glob("data-*/rocksdb"))),
    "journal is gone": lambda folder: next(folder.glob("data-*/commits.log")).unlink(),
    "journal is emptied": lambda folder: next(folder.glob("data-*/commits.log")).write_bytes(b""),
    "CURRENT is gone": lambda folder: next(folder.glob("data-*/rocksdb/CURRENT")).unlink(),
    "CURRENT is cut": lambda folder: cut(next(folder.glob("data-*/rocksdb/CURRENT"))),
    "MANIFEST is cut": lambda folder: cut(next(folder.glob("data-*/rocksdb/MANIFEST-*"))),
    "tables are gone": lambda folder: for_each_table(folder, Path.unlink),
    "tables are cut": lambda folder: for_each_table(folder, cut),
    "tables have a wrong bit": lambda folder: for_each_table(folder, flip),
    "an older copy": roll_back,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed_and_points_to_the_backup(folder: Path, damage: str) -> None:
    DAMAGES[damage](folder)
    with pytest.raises(StoreDamagedError, match="is damaged") as caught:
        DiskStore.open(folder).read()
    assert f"cstokg restore FILE --store {folder} --force" in caught.value.hint


def test_statements_that_nobody_committed_are_noticed(folder: Path) -> None:
    import pyoxigraph as ox

    engine = next(folder.glob("data-*/rocksdb"))
    ox.Store(engine).update("INSERT DATA { GRAPH <urn:g> { <urn:x> <urn:y> <urn:z> } }")
    with pytest.raises(StoreDamagedError, match=r"it has 8 statements, and should have 7"):
        reopened(folder).read()


def test_a_line_of_the_journal_that_was_cut_is_no_damage(folder: Path) -> None:
    with next(folder.glob("data-*/commits.log")).open("ab") as file:
        file.write(b"1 9f3c")
    again = reopened(folder)
    assert again.read().nquads == QUADS
    again.close()


COMMIT_UNTIL_FULL = """
store = DiskStore.open(folder)
limit(2**16)
head = store.head
for number in range(10_000):
    large = b"".join(line(10_000 * number + each) for each in range(200))
    try:
        head = store.commit(b"", large, str(number))
    except StorageFullError as error:
        print(error.message)
        break
limit(resource.RLIM_INFINITY)
store = DiskStore.open(folder)
assert store.read().head == head, (store.head, head)
store.commit(b"", line(-1), "room again")
assert store.read().head.commits == head.commits + 1
"""


@pytest.mark.slow
def test_without_room_a_commit_is_refused_and_with_room_they_go_on(folder: Path) -> None:
    result = apart(COMMIT_UNTIL_FULL, folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"there is no room to write to the store in {folder}" in result.stdout


SEED_IN_VAIN = """
limit(2**12)
try:
    seed(folder, b"".join(map(line, range(5000))), origin, revision="")
except StorageFullError as error:
    print(error.message)
"""


def test_a_seed_without_room_leaves_an_empty_folder(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    result = apart(SEED_IN_VAIN, folder)
    assert (result.returncode, result.stderr) == (0, "")
    assert "there is no room" in result.stdout
    assert not holds_store(folder)
    assert not list(folder.glob("data-*"))
