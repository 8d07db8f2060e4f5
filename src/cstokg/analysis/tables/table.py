"""A table by its name: a class of the ontology, in columns that it fixes, or bonds by year."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from cstokg.analysis.answer import Answer, Column, flat_rows
from cstokg.analysis.bonds.accounts import bonds_query
from cstokg.analysis.chronology import INVOLVED
from cstokg.analysis.identifiers import THINGS, ThingsOf, find_iri
from cstokg.analysis.labels import Labels, Queryable, read_labels
from cstokg.analysis.listing import heading
from cstokg.analysis.search.words import fold
from cstokg.analysis.tables.by_year import dyad_years, state_years
from cstokg.dataset.metadata import LICENSE
from cstokg.errors import UnknownClassError
from cstokg.namespaces import CKG, OWL, expand, shorten
from cstokg.quality.query_files import read_query

BY_YEAR: Final = {
    "state-year": ("What states were bound to, by year", state_years),
    "dyad-year": ("What two states were both bound to, by year", dyad_years),
}
_COLUMNS: Final = Path(__file__).with_name("columns.csv")
_SUCCESSOR: Final = "SELECT ?new {{ <{}> owl:deprecated true ; dcterms:isReplacedBy ?new }}"


def table(
    dataset: Queryable,
    name: str,
    *,
    involves: Iterable[str] = (),
    labels: Labels | None = None,
    used: Iterable[str] = (),
) -> Answer:
    """Return a table, whose rows pandas takes: `pandas.DataFrame(found.rows)`.

    `name` is a class (`Transfer`), `state-year` or `dyad-year`; in place of a deprecated class it
    is the one that replaces it. Each of `involves`, as an IRI, a prefixed name or a name, has a
    part in every row. A class that the ontology does not declare has to be one of `used`. Raises
    UnknownClassError and ParameterError.
    """
    labels = labels or read_labels(dataset)
    things = ThingsOf(labels, THINGS)
    whom = [find_iri("involves", each, labels, things) for each in involves if each.strip()]
    if name in BY_YEAR:
        title, make = BY_YEAR[name]
        columns, query = _fixed(name), bonds_query()
        rows = [row for row in make(dataset, labels) if {*whom} <= {*row.values()}]
    else:
        title, columns, query, rows = _of_class(
            dataset, find_class(name, labels, used), labels, whom
        )
    cited = dict(dataset.select(read_query(__file__, "citations")).texts)
    for row in rows:
        told_in = row.setdefault("source", "").split()
        row |= {"citation": "; ".join(cited.get(iri, iri) for iri in told_in), "licence": LICENSE}
    told = f", involving {' and '.join(map(labels.name, whom))}" if whom else ""
    title += f"{told}: {len(rows)} row{'' if len(rows) == 1 else 's'}"
    sources = tuple(iri for iri in cited if any(iri in row["source"].split() for row in rows))
    found = Answer(title, (*columns, *_fixed("rests")), rows, query, sources)
    return replace(found, rows=flat_rows(found, labels.name))


def _of_class(
    dataset: Queryable, iri: str, labels: Labels, whom: Sequence[str]
) -> tuple[str, list[Column], str, list[dict[str, Any]]]:
    """Return the title, the columns, the query and the rows: the things by their labels."""
    title = labels.name(iri).capitalize()
    for (successor,) in dataset.select(_SUCCESSOR.format(iri)).texts:
        replaced, iri = labels.name(iri), successor
        title = f"{labels.name(iri).capitalize()} (in place of the deprecated {replaced})"
    columns = _columns(dataset.select(read_query(__file__, "properties", class_iri=iri)).texts)
    is_one = [f"?node a {each} ." for each in (f"<{iri}>", "owl:NamedIndividual")]
    if whom:  # of these few it is asked, not of all of the class
        is_one = [f"FILTER EXISTS {{ {each} }}" for each in is_one]
    query = read_query(
        __file__,
        "values",
        chosen="\n  ".join([*(INVOLVED.format(f"<{each}>") for each in whom), *is_one]),
        properties=", ".join(["rdf:type", *(f"ckg:{each.name}" for each in columns)]),
    )
    texts = {each.name for each in columns if each.kind == "text"}
    rows: dict[str, dict[str, Any]] = {}
    for node, prop, value in dataset.select(query).texts:
        key = re.split("[#/]", prop)[-1]
        row = rows.setdefault(node, {"iri": node})
        between = "; " if key in texts else " "
        row[key] = f"{row[key]}{between}{value}" if key in row else value
    filled = {key for row in rows.values() for key in row}
    shown = [replace(each, brief=each.brief and each.name in filled) for each in columns]
    ordered = sorted(rows.values(), key=lambda row: (fold(labels.name(row["iri"])), row["iri"]))
    return title, [*_fixed("class"), *shown], query, ordered


def _fixed(table_name: str) -> list[Column]:
    """Return the columns of a table that are no properties of the ontology."""
    rows = csv.reader(_COLUMNS.read_text("utf-8").splitlines())
    return _columns(row for name, *row in rows if name == table_name)


def _columns(rows: Iterable[Sequence[Any]]) -> list[Column]:
    return [
        Column(name, title or heading(name), kind, brief == "yes", meaning, second)
        for name, kind, brief, meaning, title, second in rows
    ]


def find_class(name: str, labels: Labels, used: Iterable[str] = ()) -> str:
    """Return the IRI of a class of the ontology, or of one of `used`, which things have.

    Raises UnknownClassError, with the nearest names.
    """
    iri = expand(name if ":" in name else CKG + name)
    declared = (each for each, entry in labels.entries.items() if f"{OWL}Class" in entry.classes)
    classes = {*declared, *used}
    if iri in classes and iri.startswith(CKG):
        return iri
    known = [*BY_YEAR, *(shorten(each) for each in sorted(classes) if each.startswith(CKG))]
    near = get_close_matches(shorten(iri)[:100], known, cutoff=0)
    raise UnknownClassError(name[:100], known, hint=f"The nearest are: {', '.join(near)}.")
