"""Backups: they come back as they were, or are refused."""

import gzip
import json
from pathlib import Path

import pytest

from cstokg.errors import MissingFileError, StorageError
from cstokg.store.backup import FORMAT, read_backup, write_backup
from cstokg.store.disk import Contents, DiskStore, Origin

ORIGIN = Origin("0.1.0", "ab" * 32, "2024-06-25T12:00:00Z")
QUADS = b'<urn:a> <urn:p> "\xd0\x90" <urn:g> .\n_:b <urn:p> <urn:a> <urn:g> .\n'


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    with DiskStore(tmp_path / "store").exclusive() as disk:
        disk.seed(QUADS, ORIGIN, revision="r0", commits=2)
        found = disk.read()
    assert found is not None
    assert found.nquads == QUADS
    return found


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
