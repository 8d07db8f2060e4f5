"""Backups on the command line, and what other commands read from a store."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest
from tests.cli.conftest import Start

from cstokg import Dataset, build_dataset, load_settings
from cstokg.dataset.changes import DropGraph, SparqlUpdate
from cstokg.dataset.stored import is_of_project, load_stored, open_stored, origin_of, seed
from cstokg.dataset.transaction import plan
from cstokg.errors import ShapeViolationError
from cstokg.namespaces import source_graph
from cstokg.shacl.write_check import ShapesCheck
from cstokg.store.disk import FILE, Contents, DiskStore

EXTRA = b"<urn:a> <urn:p> <urn:b> <https://w3id.org/cstokg/graph/extra> .\n"


@pytest.fixture
def folder(tmp_path: Path, small_dataset: Dataset) -> Path:
    """A store with the small project's dataset and one more statement."""
    folder = tmp_path / "store"
    with DiskStore(folder).exclusive() as disk:
        disk.seed(small_dataset.store.dump(), origin_of(small_dataset), revision="")
        disk.commit(b"", EXTRA, "r1")
    return folder


def read(folder: Path) -> Contents:
    contents = DiskStore(folder).read()
    assert contents is not None
    return contents


def code(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=120)
    return process.returncode


def test_a_backup_restores_to_the_same_store(folder: Path, tmp_path: Path, start: Start) -> None:
    backup, other = tmp_path / "backup.nq.gz", tmp_path / "other"
    stdout, stderr = start("backup", "--store", folder, backup).communicate(timeout=120)
    before = read(folder)
    assert stdout == ""
    assert stderr == f"wrote {backup}: {before.head.quads} statements at change 1\n"
    stdout, stderr = start("restore", backup, "--store", other).communicate(timeout=120)
    assert stderr == f"restored {before.head.quads} statements at change 1 to {other}\n"
    assert read(other) == before


def test_a_backup_is_taken_while_another_process_has_the_store(
    folder: Path, tmp_path: Path, start: Start
) -> None:
    with DiskStore(folder).exclusive():
        process = start("backup", "--store", folder, tmp_path / "backup.nq.gz")
        _, stderr = process.communicate(timeout=120)
        assert process.returncode == 0, stderr
        assert EXTRA in gzip.decompress((tmp_path / "backup.nq.gz").read_bytes())
        process = start("restore", tmp_path / "backup.nq.gz", "--store", folder, "--force")
        _, stderr = process.communicate(timeout=120)
        assert process.returncode == 2
        assert stderr.startswith(f"error: another server has the store {folder} open (process ")


def test_restore_replaces_a_store_only_when_it_is_forced(
    folder: Path, tmp_path: Path, start: Start
) -> None:
    backup = tmp_path / "backup.nq.gz"
    assert code(start("backup", "--store", folder, backup)) == 0
    DiskStore(folder).commit(EXTRA, b"", "r2")
    process = start("restore", backup, "--store", folder)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 2
    assert stderr == (
        f"error: the folder {folder} already holds a dataset\n"
        "hint: Name another folder, or give --force to replace it.\n"
    )
    assert read(folder).head.revision == "r2"
    assert code(start("restore", backup, "--store", folder, "--force")) == 0
    assert read(folder).head.revision == "r1"


def test_a_damaged_store_is_restored_by_force(folder: Path, tmp_path: Path, start: Start) -> None:
    backup = tmp_path / "backup.nq.gz"
    assert code(start("backup", "--store", folder, backup)) == 0
    before = read(folder)
    (folder / FILE).unlink()
    process = start("backup", "--store", folder, tmp_path / "second.nq.gz")
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "is damaged: cstokg.sqlite is missing" in stderr
    assert f"cstokg restore FILE --store {folder} --force" in stderr
    assert not (tmp_path / "second.nq.gz").exists()
    assert code(start("restore", backup, "--store", folder, "--force")) == 0
    assert read(folder) == before


def test_a_backup_of_nothing_says_so(tmp_path: Path, start: Start) -> None:
    process = start("backup", "--store", tmp_path / "nowhere", tmp_path / "backup.nq.gz")
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 2
    assert stderr.startswith(f"error: the folder {tmp_path / 'nowhere'} holds no dataset\n")


def test_query_and_info_read_a_store(folder: Path, start: Start) -> None:
    query = "ASK { GRAPH graph:extra { <urn:a> <urn:p> <urn:b> } }"
    assert start("query", query).communicate(timeout=120)[0] == "false\n"
    assert start("query", "--store", folder, query).communicate(timeout=120)[0] == "true\n"
    stdout, _ = start("info", "--json", "--store", folder).communicate(timeout=120)
    summary = json.loads(stdout)
    assert summary["graphs"]["extra"] == 1
    assert summary["store"] == str(folder)


def test_what_is_read_from_a_disk_is_the_dataset_as_it_was(
    small_project: Path, small_dataset: Dataset, folder: Path, tmp_path: Path
) -> None:
    settings = load_settings(small_project, tmp_path)
    DiskStore(folder).commit(EXTRA, b"", "")
    again = load_stored(settings, read(folder))
    assert again.store.dump() == small_dataset.store.dump()
    assert again.state == small_dataset.state
    assert again.info.files == small_dataset.info.files
    assert again.origins() == small_dataset.origins()
    assert is_of_project(again, settings)


def test_what_other_rules_derived_is_derived_anew_when_a_store_is_opened(
    small_project: Path, small_dataset: Dataset, tmp_path: Path
) -> None:
    settings = load_settings(small_project, tmp_path / "cache")
    with DiskStore(tmp_path / "store").exclusive() as disk:
        seed(disk, small_dataset)
        kept = read(disk.folder)
        opened = open_stored(settings, disk)
        assert opened is not None
        assert (opened.store.dump(), read(disk.folder)) == (kept.nquads, kept)
        others = b"<urn:a> <urn:p> <urn:b> <https://w3id.org/cstokg/graph/derived> .\n"
        disk.seed(
            b"".join(sorted([*kept.nquads.splitlines(keepends=True), others])),
            kept.origin,
            revision="",
            commits=3,
            derivation="other rules",
            replace=True,
        )
        renewed = open_stored(settings, disk)
        assert renewed is not None
        assert renewed.state != small_dataset.state
        again = read(disk.folder)
        assert again.nquads == renewed.store.dump()
        assert again.head.commits == 3
        assert load_stored(settings, again).state == renewed.state
        difference = set(again.nquads.splitlines()) ^ set(kept.nquads.splitlines())
        assert [line for line in difference if b"graph/meta" not in line] == []


def test_files_that_changed_since_are_known_by_name_alone(small_copy: Path, tmp_path: Path) -> None:
    settings = load_settings(small_copy, tmp_path / "cache")
    dataset = build_dataset(settings)
    with DiskStore(tmp_path / "store").exclusive() as disk:
        disk.seed(dataset.store.dump(), origin_of(dataset), revision="")
    contents = read(tmp_path / "store")
    changed = next(file for file in dataset.info.files if file.name.startswith("data/"))
    changed.path.write_bytes(changed.content + b"\n# more\n")
    again = load_stored(settings, contents)
    assert not is_of_project(again, settings)
    assert again.state == dataset.state
    by_name = {file.name: file for file in again.info.files}
    assert list(by_name) == [file.name for file in dataset.info.files]
    assert by_name[changed.name].sha256 == changed.sha256
    assert by_name[changed.name].graph == changed.graph
    assert by_name[changed.name].content == b""


def test_a_violation_is_told_where_the_file_of_a_dropped_source_is_gone(
    small_copy: Path, tmp_path: Path
) -> None:
    extra = small_copy / "data" / "west-2001" / "facts.ttl"
    extra.parent.mkdir()
    extra.write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    settings = load_settings(small_copy, tmp_path / "cache")
    dataset = build_dataset(settings)
    with DiskStore(tmp_path / "store").exclusive() as disk:
        disk.seed(dataset.store.dump(), origin_of(dataset), revision="")
        dropped = plan(dataset, DropGraph(source_graph("west-2001")), lambda *_: None)
        disk.commit(dropped.removed, dropped.added, "dropped")
    extra.unlink()
    extra.parent.rmdir()
    again = load_stored(settings, read(tmp_path / "store"))
    with pytest.raises(ShapeViolationError):
        plan(
            again,
            SparqlUpdate("INSERT DATA { membership:x a ckg:Membership }"),
            ShapesCheck(settings.shapes),
        )


def test_a_server_that_keeps_the_dataset_is_not_taken_for_a_folder(
    start: Start, tmp_path: Path
) -> None:
    process = start("restore", tmp_path / "any.gz", "--store", "sparql:http://127.0.0.1:9/query")
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "it is a SPARQL server, and this command takes a folder" in stderr
