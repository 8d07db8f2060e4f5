"""The tables as the csvw library reads and checks them."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from csvw import CSVW

from cstokg import Dataset
from cstokg.namespaces import RESOURCE
from cstokg.publish.formats.csvw import to_csvw

pytestmark = pytest.mark.filterwarnings("ignore")  # of the library's own dependencies


@pytest.fixture(scope="module")
def folder(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("csvw")
    with ZipFile(BytesIO(to_csvw(dataset))) as packed:
        packed.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def tables(folder: Path) -> Any:
    read = CSVW(str(folder / "csv-metadata.json"), validate=True)
    assert read.is_valid, read.warnings
    return {str(table.url): table for table in read.tables}


def test_the_library_reads_all_tables_and_finds_nothing_wrong(tables: Any, folder: Path) -> None:
    assert {path.name for path in folder.glob("*.csv")} == set(tables)
    assert {"state.csv", "membership.csv", "claim.csv", "relation.csv"} <= set(tables)
    for table in tables.values():
        assert table.check_primary_key()


def test_a_cell_is_found_by_its_column(tables: Any) -> None:
    rows = {row["iri"]: row for row in tables["membership.csv"]}
    row = rows[f"{RESOURCE}membership/armenia-csto"]
    assert row["begin"] == "2002"
    assert row["member"] == f"{RESOURCE}state/armenia"
    assert row["end"] in ("", None)


def test_keys_lead_to_rows_and_the_metadata_has_the_licence(folder: Path, tables: Any) -> None:
    metadata = json.loads((folder / "csv-metadata.json").read_text("utf-8"))
    assert metadata["dc:license"]["@id"] == "https://creativecommons.org/licenses/by/4.0/"
    known = {row["iri"] for row in tables["thing.csv"]}
    keys = 0
    for described in metadata["tables"]:
        for key in described["tableSchema"]["foreignKeys"]:
            assert key["reference"] == {"resource": "thing.csv", "columnReference": "iri"}
            cells = {row[key["columnReference"]] for row in tables[described["url"]]}
            assert cells - {"", None} <= known
            keys += 1
    assert keys > 30
