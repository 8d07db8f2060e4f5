"""Backups: whole, or refused; taken while somebody else writes, or when nobody does."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from cstokg.store.snapshot import SnapshotServer, take_snapshot

from cstokg.errors import MissingFileError, StorageError, StoreInUseError
from cstokg.store.backup import FORMAT, read_backup, write_backup
from cstokg.store.disk import SOCKET, Contents, DiskStore, Origin, seed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORIGIN = Origin("0.1.0", "ab" * 32, "2024-06-25T12:00:00Z")
QUADS = b'<urn:a> <urn:p> "\xd0\x90" <urn:g> .\n_:b <urn:p> <urn:a> <urn:g> .\n'


def line(number: int) -> bytes:
    return f'<urn:n{number}> <urn:p> "value {number}" <urn:g> .\n'.encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    seed(tmp_path / "store", QUADS, ORIGIN, revision="r0", commits=2)
    return tmp_path / "store"


@pytest.fixture
def served(folder: Path) -> Iterator[DiskStore]:
    """The store, held open by this process, which gives copies."""
    store = DiskStore.open(folder)
    server = SnapshotServer(store)
    server.start()
    yield store
    server.stop()
    store.close()


@pytest.fixture
def contents(folder: Path) -> Contents:
    return take_snapshot(folder)


def test_a_snapshot_is_the_dataset(contents: Contents) -> None:
    assert contents.nquads == QUADS
    assert (contents.head.commits, contents.head.revision) == (2, "r0")


def test_a_snapshot_lets_go_of_the_folder(folder: Path, contents: Contents) -> None:
    assert take_snapshot(folder) == contents


def test_a_snapshot_of_an_open_store_comes_from_its_owner(
    folder: Path, served: DiskStore, contents: Contents
) -> None:
    assert contents.nquads == QUADS
    head = served.commit(b"", line(1), "r1")
    heard: list[str] = []
    later = take_snapshot(folder, heard.append)
    assert (later.head, later.nquads) == (
        head,
        b"".join(sorted([*QUADS.splitlines(keepends=True), line(1)])),
    )
    assert heard == [f"asking the server that has {folder} open", "received 100 % of 3 statements"]
    assert (folder / SOCKET).stat().st_mode & 0o777 == 0o600


def test_snapshots_during_commits_are_each_of_one_moment(folder: Path, served: DiskStore) -> None:
    heads = [served.head]
    taken: list[Contents] = []
    thread = threading.Thread(target=lambda: taken.extend(take_snapshot(folder) for _ in range(20)))
    thread.start()
    number = 0
    while thread.is_alive():
        number += 1
        heads.append(served.commit(b"", line(number), f"r{number}"))
    thread.join()
    assert len(taken) == 20
    for contents in taken:  # each was checked against its digest as well
        assert contents.head in heads
        assert contents.head.quads == contents.nquads.count(b"\n")


def test_a_folder_with_a_very_long_name_gives_snapshots_too(tmp_path: Path) -> None:
    folder = tmp_path / ("long-" * 20) / ("longer-" * 20)
    seed(folder, QUADS, ORIGIN, revision="")
    store = DiskStore.open(folder)
    server = SnapshotServer(store)
    server.start()
    assert take_snapshot(folder).nquads == QUADS
    server.stop()
    store.close()
    assert not (folder / SOCKET).exists()


def test_a_store_that_is_open_without_a_socket_is_in_use(folder: Path) -> None:
    store = DiskStore.open(folder)
    with pytest.raises(StoreInUseError, match="has the store"):
        take_snapshot(folder)
    store.close()


@pytest.mark.parametrize("part", [0, 300, -20], ids=["nothing", "the head", "nearly all"])
def test_where_the_server_ends_as_it_gives_a_copy_the_disk_is_read(
    folder: Path, contents: Contents, part: int
) -> None:
    head = {"origin": asdict(contents.origin), "head": asdict(contents.head)}
    said = json.dumps({**head, "length": len(QUADS)}).encode() + b"\n" + QUADS
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / SOCKET))
        listener.listen()

        def end() -> None:
            with listener.accept()[0] as connection:
                connection.sendall(said[:part])

        ending = threading.Thread(target=end)
        ending.start()
        assert take_snapshot(folder) == contents
        ending.join()


def test_a_store_that_cannot_be_read_gives_its_error_instead(
    folder: Path, served: DiskStore
) -> None:
    served.close()
    with pytest.raises(StorageError, match="is closed"):
        take_snapshot(folder)


def test_where_no_socket_can_be_only_backups_are_lost(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / SOCKET).mkdir()
    store = DiskStore.open(folder)
    with caplog.at_level(logging.WARNING):
        server = SnapshotServer(store)
        server.start()
    assert "no backup can be taken while the server runs" in caplog.text
    store.commit(b"", line(1), "r1")
    server.stop()
    store.close()


def test_a_backup_comes_back_as_it_was(tmp_path: Path, contents: Contents) -> None:
    path = tmp_path / "backup.nq.gz"
    write_backup(path, contents)
    assert read_backup(path) == contents
    first = path.read_bytes()
    write_backup(path, contents)
    assert path.read_bytes() == first
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["backup.nq.gz"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_backup_is_nquads_for_any_program(tmp_path: Path, contents: Contents) -> None:
    from rdflib import Dataset

    write_backup(tmp_path / "backup.nq.gz", contents)
    graph = Dataset()
    graph.parse(data=gzip.decompress((tmp_path / "backup.nq.gz").read_bytes()), format="nquads")
    assert len(graph) == 2


def altered(path: Path, old: bytes, new: bytes) -> None:
    text = gzip.decompress(path.read_bytes())
    assert old in text
    path.write_bytes(gzip.compress(text.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"\xd0\x90"', b'"\xd0\x91"'), (b"_:b <urn:p> <urn:a> <urn:g> .\n", b""), (b"# {", b"# [")],
)
def test_an_altered_backup_is_refused(
    tmp_path: Path, contents: Contents, old: bytes, new: bytes
) -> None:
    path = tmp_path / "backup.nq.gz"
    write_backup(path, contents)
    altered(path, old, new)
    with pytest.raises(StorageError, match=r"backup\.nq\.gz cannot be used"):
        read_backup(path)


@pytest.mark.parametrize("length", [0, 1, 40, -1])
def test_a_backup_that_was_cut_short_is_refused(
    tmp_path: Path, contents: Contents, length: int
) -> None:
    path = tmp_path / "backup.nq.gz"
    write_backup(path, contents)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(StorageError, match="cannot be used"):
        read_backup(path)


def test_a_flipped_bit_anywhere_in_a_backup_is_noticed(tmp_path: Path, contents: Contents) -> None:
    path = tmp_path / "backup.nq.gz"
    write_backup(path, contents)
    whole = path.read_bytes()
    for place in range(10, len(whole)):  # before it, gzip's header has bits without a meaning
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(StorageError):
            read_backup(path)


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(StorageError, match="no backup"):
        read_backup(path)
    path.write_bytes(gzip.compress(b"hello"))
    with pytest.raises(StorageError, match="first line is not that of a backup"):
        read_backup(path)
    with pytest.raises(MissingFileError):
        read_backup(tmp_path / "nowhere")


def test_a_backup_in_another_format_names_the_way_out(tmp_path: Path, contents: Contents) -> None:
    path = tmp_path / "backup.nq.gz"
    write_backup(path, contents)
    altered(path, json.dumps({"cstokg-backup": FORMAT})[1:-1].encode(), b'"cstokg-backup": 9')
    with pytest.raises(StorageError, match="in format 9, and this cstokg knows format 1") as caught:
        read_backup(path)
    assert "newer cstokg" in caught.value.hint


def test_a_backup_into_a_folder_that_is_not_there_says_so(
    tmp_path: Path, contents: Contents
) -> None:
    with pytest.raises(StorageError, match="cannot be written"):
        write_backup(tmp_path / "nowhere" / "backup.nq.gz", contents)
