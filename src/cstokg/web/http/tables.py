"""Tables as files: under a name, and CSV and TSV for Excel with a byte order mark."""

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Final

from flask import Response, request

MARK: Final = "bom"
"""The parameter that asks for the mark: without it, Excel takes UTF-8 for its own code page."""

CSV: Final = "text/csv; charset=utf-8"
# https://www.iana.org/assignments/media-types/application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_EXTENSIONS: Final = {"text/csv": "csv", "text/tab-separated-values": "tsv", XLSX: "xlsx"}


def wants_mark(values: Mapping[str, str]) -> bool:
    """Return True if the address asks for a table that begins with a byte order mark."""
    return MARK in values and values[MARK] != "0"


def send_as_file(response: Response) -> Response:
    """Name a table after what its address ends with, and begin it with the mark if that is wanted.

    With the mark it goes through memory, and must not be compressed yet.
    """
    extension = _EXTENSIONS.get(response.mimetype or "")
    if extension is None or response.status_code != 200:
        return response
    name = re.split("[/:]", request.path.rstrip("/"))[-1].removesuffix(f".{extension}")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{extension}")
    if wants_mark(request.args) and extension != "xlsx":
        response.direct_passthrough = False
        response.set_data(BOM_UTF8 + response.get_data())
    return response
