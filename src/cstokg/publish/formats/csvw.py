"""The relational tables as CSV on the Web (https://www.w3.org/TR/tabular-metadata/)."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cstokg.analysis.summary import summarize
from cstokg.dataset.metadata import DATASET, LICENSE
from cstokg.dataset.query_service import QueryService
from cstokg.publish.formats.relational import open_database

_TABLES: Final = (
    "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
)
_LINKS: Final = 'SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)'
_KEYS: Final = "SELECT name FROM pragma_table_info(?) WHERE pk"


def to_csvw(dataset: QueryService) -> bytes:
    """Return a ZIP file with a CSV file for each table, and the metadata of all."""
    summary, packed = summarize(dataset), io.BytesIO()
    metadata: dict[str, Any] = {
        "@context": "http://www.w3.org/ns/csvw",
        "dc:identifier": DATASET,
        "dc:hasVersion": summary.version,
        "dc:license": {"@id": LICENSE},
        "dc:source": [document.title for document in summary.documents],
        "tables": [],
    }
    with closing(open_database(dataset)) as database, ZipFile(packed, "w") as folder:
        for (name,) in database.execute(_TABLES).fetchall():
            found = database.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - its own name
            columns, rows = [column for column, *_ in found.description], found.fetchall()
            text = io.StringIO(newline="")
            csv.writer(text).writerows([columns, *rows])
            cells = dict(zip(columns, zip(*rows, strict=True), strict=False))
            schema = _schema(database, name, columns, {key for key in cells if None in cells[key]})
            metadata["tables"].append({"url": f"{name}.csv", "tableSchema": schema})
            # A member without a time has the first that ZIP knows, so that each run is the same.
            folder.writestr(ZipInfo(f"{name}.csv"), text.getvalue(), ZIP_DEFLATED)
        described = json.dumps(metadata, indent=2, ensure_ascii=False)
        folder.writestr(ZipInfo("csv-metadata.json"), described, ZIP_DEFLATED)
    return packed.getvalue()


def _schema(
    database: sqlite3.Connection, table: str, columns: list[str], with_gaps: set[str]
) -> dict[str, Any]:
    """Return a table's columns, its key, and where those lead that are full in every row."""
    return {
        "columns": [{"name": column, "titles": column} for column in columns],
        "primaryKey": [column for (column,) in database.execute(_KEYS, (table,))],
        "foreignKeys": [
            {
                "columnReference": column,
                "reference": {"resource": f"{other}.csv", "columnReference": key},
            }
            for column, other, key in database.execute(_LINKS, (table,))
            if column not in with_gaps
        ],
    }
