"""The dataset as a relational database, which `schema.sql` describes, and as a file of SQLite."""

import re
import sqlite3
from contextlib import closing
from importlib.resources import files
from typing import Final

from rdflib import Literal, URIRef
from rdflib.term import Node

from cstokg.analysis.labels import Labels, read_labels
from cstokg.analysis.summary import summarize
from cstokg.dataset.metadata import DATASET, LICENSE
from cstokg.dataset.query_service import QueryService
from cstokg.namespaces import CKG
from cstokg.quality.query_files import read_query

# A class has a table where only these stand above it.
_GROUPS: Final = ("Attestable", "Agent", "Location", "Occurrence", "Circumstance", "Situation")
_VALUE: Final = "(SELECT value FROM {} WHERE thing = iri AND property = '{}')"
_FILL: Final = """
INSERT INTO "{}" SELECT {} FROM thing JOIN thing_class ON thing = iri
WHERE thing_class.class = ? ORDER BY iri
"""


def to_sqlite(dataset: QueryService) -> bytes:
    """Return an SQLite file, which Datasette opens, and every client of SQLite."""
    with closing(open_database(dataset)) as database:
        return database.serialize()


def open_database(dataset: QueryService) -> sqlite3.Connection:
    """Return the database, in memory."""
    summary, labels = summarize(dataset), read_labels(dataset).read_all()
    about = {"dataset": DATASET, "version": summary.version, "modified": summary.modified}
    sources = [("source", each.title) for each in summary.documents]
    rows: dict[str, list[tuple[str | int, ...]]] = {
        "about": [*about.items(), ("licence", LICENSE), *sources],
        **{table: [] for table in ("thing", "thing_class", "relation", "attribute")},
    }
    things = set()
    for node, name, value in dataset.select(read_query(__file__, "values")):
        things.add(str(node))
        if str(name) == "type":
            rows["thing_class"].append((str(node), str(value).removeprefix(CKG)))
        elif isinstance(value, URIRef):
            rows["relation"].append((str(node), str(name), str(value)))
            things.add(str(value))
        else:
            rows["attribute"].append((str(node), str(name), _cell(value)))
    rows["thing"] += [_thing(iri, labels) for iri in sorted(things)]
    database = sqlite3.connect(":memory:")
    database.executescript((files(__package__) / "schema.sql").read_text("utf-8"))
    for table, filled in rows.items():
        marks = ", ".join("?" for _ in filled[0]) if filled else "NULL"
        database.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", filled)  # noqa: S608
    terms = [(str(kind), str(term)) for kind, term in dataset.select(read_query(__file__, "terms"))]
    functional = {term for kind, term in terms if kind == "property"}
    for kind, term in terms:
        if kind == "class" and term not in _GROUPS:
            _add_class(database, term, functional)
    database.execute("INSERT INTO thing_fts (thing_fts) VALUES ('rebuild')")
    database.commit()
    return database


def _thing(iri: str, labels: Labels) -> tuple[str, ...]:
    """Return the row of a thing; what has no name has its prefixed name."""
    entry = labels.entry(iri)
    classes = [each for each in entry.classes if each.startswith(CKG)] if entry else []
    kind = classes[0].removeprefix(CKG) if classes else ""
    others = "; ".join(each.text for each in entry.names[1:]) if entry else ""
    return iri, labels.name(iri), kind, others, entry.description if entry else ""


def _add_class(database: sqlite3.Connection, name: str, functional: set[str]) -> None:
    """Add the table of a class, with a column for each property that has at most one value."""
    columns = {"iri": "TEXT PRIMARY KEY REFERENCES thing (iri)", "name": "TEXT", "class": "TEXT"}
    values = ["iri", "name", "thing.class"]
    used_by = "SELECT property, place FROM usage WHERE class = ?"
    for used, place in database.execute(used_by, (name,)).fetchall():
        if used in functional and _snake(used) not in columns:
            columns[_snake(used)] = "TEXT REFERENCES thing (iri)" if place == "relation" else ""
            values.append(_VALUE.format(place, used))
    defined = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    database.execute(f'CREATE TABLE "{_snake(name)}" ({defined})')
    database.execute(_FILL.format(_snake(name), ", ".join(values)), (name,))


def _cell(term: Node | None) -> str | int:
    """Return a number as a number, and all else as its text: a year of EDTF is a text."""
    value = term.toPython() if isinstance(term, Literal) else None
    return value if isinstance(value, int) else str(term)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
