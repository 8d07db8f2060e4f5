"""The rows of an answer as a person reads them: prefixed names for IRIs, plain text for literals.

For the command line and the web page alike; it must not import from either.
"""

import sys
from dataclasses import dataclass
from typing import Any

from cstokg.namespaces import shorten
from cstokg.store import SelectResult


@dataclass(frozen=True)
class Cell:
    """One value of one row. `iri` is the full IRI that `text` shortens, empty for a literal."""

    text: str
    iri: str = ""


def display_rows(result: SelectResult, limit: int | None = None) -> list[list[Cell]]:
    """Return the rows of `result`, or the first `limit`, in the order of its variables.

    An unbound variable is empty.
    """
    bindings = result.first(sys.maxsize if limit is None else limit)
    return [[_cell(row.get(name)) for name in result.variables] for row in bindings]


def _cell(term: dict[str, Any] | None) -> Cell:
    if term is None:
        return Cell("")
    value = term["value"]
    match term["type"]:
        case "uri":
            return Cell(shorten(value), value)
        case "bnode":
            return Cell(f"_:{value}")
        case _:
            return Cell(value)
