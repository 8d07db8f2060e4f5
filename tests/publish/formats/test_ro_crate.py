"""A folder of exports as the RO-Crate library reads it."""

from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from cstokg import Dataset
from cstokg.publish.export import SUMS, export_all


@pytest.fixture(scope="module")
def folder(small_dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("crate")
    export_all(small_dataset, folder)
    return folder


def test_every_file_of_the_folder_is_in_the_crate(folder: Path) -> None:
    crate = ROCrate(folder)
    files = {entity.id: entity for entity in crate.data_entities}
    there = {path.name for path in folder.iterdir()}
    assert set(files) == there - {SUMS, "ro-crate-metadata.json"}
    for name, entity in files.items():
        assert int(entity["contentSize"]) == (folder / name).stat().st_size
    assert files["cstokg.ttl"]["encodingFormat"] == "text/turtle"
    assert files["cstokg.sqlite"]["encodingFormat"] == "application/vnd.sqlite3"
    assert files["cstokg.csvw.zip"]["encodingFormat"] == "application/zip"


def test_the_crate_says_what_it_is_and_whence(folder: Path) -> None:
    crate = ROCrate(folder)
    root = crate.root_dataset
    assert root["license"].id == "https://creativecommons.org/licenses/by/4.0/"
    assert root["version"]
    assert root["description"]
    (source,) = root["isBasedOn"]
    assert source["name"]
    assert source.type == "CreativeWork"
