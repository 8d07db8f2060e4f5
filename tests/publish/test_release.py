"""The artefacts of a release: whole, hashed, of one version, and without a lost term."""

import hashlib
import json
from pathlib import Path

import pytest
from rdflib import Graph
from rocrate.rocrate import ROCrate

from cstokg import CstokgError, Dataset
from cstokg.publish.export import SUMS
from cstokg.publish.release import MANIFEST, changed_terms, check_versions, variants, write_release

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def release(small_dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "small"
    write_release(small_dataset, folder, others={"notes.txt": b"read me"})
    return folder


def test_hashes_are_those_of_all_files(release: Path) -> None:
    lines = (release / SUMS).read_text(encoding="utf-8").splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = [path for path in release.iterdir() if path.name != SUMS]
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert "notes.txt" in listed


def test_manifest_lists_the_data_files_with_their_sizes(
    small_dataset: Dataset, release: Path
) -> None:
    manifest = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["version"] == small_dataset.info.version
    assert manifest["triples"] == dict(small_dataset.info.triples)
    sizes = {entry["name"]: entry["bytes"] for entry in manifest["files"]}
    assert len(sizes) == 17
    assert all((release / name).stat().st_size == size for name, size in sizes.items())


def test_a_release_is_a_research_object_of_all_its_files(release: Path) -> None:
    described = {SUMS, "ro-crate-metadata.json"}
    files = {path.name for path in release.iterdir()} - described
    assert {entity.id for entity in ROCrate(release).data_entities} == files


def test_each_variant_holds_its_graphs_and_no_other(small_dataset: Dataset, release: Path) -> None:
    merged = [variant for variant in variants(small_dataset) if not variant.keeps_graphs]
    assert len(merged) == 3
    for variant in merged:
        content = (release / f"{variant.name}.nt").read_bytes()
        assert content == small_dataset.store.dump_union(variant.graphs)
        assert len(Graph().parse(release / f"{variant.name}.ttl")) == content.count(b"\n")


def test_the_same_dataset_gives_the_same_bytes(
    small_dataset: Dataset, release: Path, tmp_path: Path
) -> None:
    write_release(small_dataset, tmp_path / "again", others={"notes.txt": b"read me"})
    assert (tmp_path / "again" / SUMS).read_bytes() == (release / SUMS).read_bytes()


def test_a_folder_with_something_in_it_is_left_alone(
    small_dataset: Dataset, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CstokgError, match="not empty"):
        write_release(small_dataset, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_every_part_has_the_version_of_the_package(dataset: Dataset) -> None:
    check_versions(dataset, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))


def test_an_ontology_of_another_version_is_refused(small_dataset: Dataset) -> None:
    with pytest.raises(CstokgError, match="not of version"):
        check_versions(small_dataset)


def test_a_changelog_without_the_version_is_refused(dataset: Dataset) -> None:
    with pytest.raises(CstokgError, match="no section"):
        check_versions(dataset, "# Changelog\n\n## [Unreleased]\n")


def test_a_term_that_is_gone_is_refused_by_its_name(tmp_path: Path) -> None:
    text = (ROOT / "ontology/schemes.ttl").read_text(encoding="utf-8")
    old = tmp_path / "old.ttl"
    old.write_text((ROOT / "ontology/cstokg.ttl").read_text(encoding="utf-8") + text)
    new = tmp_path / "new.ttl"
    new.write_text(old.read_text().replace("ckg:Abstention\n", "ckg:Abstinence\n", 1))
    with pytest.raises(CstokgError, match="ckg:Abstention"):
        changed_terms(old, new)


def test_a_new_term_is_told(tmp_path: Path) -> None:
    old, new = tmp_path / "old.ttl", tmp_path / "new.ttl"
    content = (ROOT / "ontology/cstokg.ttl").read_text(encoding="utf-8")
    old.write_text(content)
    new.write_text(f"{content}\nckg:Novelty a owl:Class .\n")
    (change,) = changed_terms(old, new)
    assert (change.change, change.name) == ("added", "ckg:Novelty")
