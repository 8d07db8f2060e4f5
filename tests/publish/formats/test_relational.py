"""The SQLite file by SQLite's own checks, and as Datasette shows it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from datasette.app import Datasette
from tests.loops import run_async

from cstokg import Dataset
from cstokg.analysis.bonds.accounts import KINDS
from cstokg.namespaces import CKG, RESOURCE
from cstokg.publish.formats.relational import to_sqlite

ARMENIA = f"{RESOURCE}state/armenia"


@pytest.fixture(scope="module")
def path(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("sqlite") / "cstokg.sqlite"
    path.write_bytes(to_sqlite(dataset))
    return path


@pytest.fixture
def database(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def browse(path: Path, *addresses: str) -> list[httpx.Response]:
    """Return the answers of Datasette."""

    async def ask() -> list[httpx.Response]:
        site = Datasette([str(path)])
        return [await site.client.get(address, follow_redirects=True) for address in addresses]

    return run_async(ask())


def names(database: sqlite3.Connection, kind: str) -> set[str]:
    found = database.execute("SELECT name FROM sqlite_schema WHERE type = ?", (kind,))
    return {name for (name,) in found if not name.startswith(("thing_fts", "sqlite_"))}


def test_the_file_is_sound_and_every_key_leads_to_a_row(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_each_main_class_has_a_table_of_its_things(
    database: sqlite3.Connection, dataset: Dataset
) -> None:
    tables = {"state": "State", "treaty_participation": "TreatyParticipation", "event": "Event"}
    tables |= {"claim": "Claim", "passage": "Passage", "person": "Person"}
    for table, name in tables.items():
        (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert count == len(dataset.select(f"SELECT DISTINCT ?x {{ ?x a ckg:{name} }}")) > 0
    assert {"agent", "circumstance"}.isdisjoint(names(database, "table"))


def test_the_bonds_are_those_of_the_graph(database: sqlite3.Connection, dataset: Dataset) -> None:
    for kind, ends in KINDS.items():
        columns = "SELECT iri, party_iri, bound_to_iri FROM bond WHERE kind = ?"
        rows = database.execute(columns, (kind,))
        ends_of = f"ckg:{ends.party} ?party ; ckg:{ends.scope} ?of"
        query = f"SELECT ?bond ?party ?of {{ ?bond a ckg:{kind} ; {ends_of} }}"
        told = {tuple(map(str, row)) for row in dataset.select(query)}
        assert set(rows) == told != set()


def test_a_time_stays_as_it_is_told_and_a_number_is_one(database: sqlite3.Connection) -> None:
    query = "SELECT begin_edtf, begin_latest FROM bond WHERE iri = ?"
    row = database.execute(query, (f"{RESOURCE}membership/armenia-csto",)).fetchone()
    assert row == ("2002", "2002-12-31")
    figures = database.execute("SELECT DISTINCT typeof(figure_value) FROM figure").fetchall()
    assert figures == [("integer",)]


def test_who_says_what_is_a_view_and_no_fact(database: sqlite3.Connection) -> None:
    query = "SELECT speaker, stance, date FROM said WHERE claim_iri = ?"
    claim = f"{RESOURCE}claim/armenia-froze-participation"
    rows = database.execute(query, (claim,)).fetchall()
    assert rows == [("Nikol Pashinyan", "claims", "2024-02")]
    query = "SELECT DISTINCT actuality FROM account WHERE iri = ?"
    event = f"{RESOURCE}event/armenia-freeze-of-csto-participation"
    assert database.execute(query, (event,)).fetchall() == [("alleged",)]


def test_the_file_says_whence_it_is_and_under_which_licence(database: sqlite3.Connection) -> None:
    about = dict(database.execute("SELECT key, value FROM about"))
    assert about["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    assert about["version"] == "0.1.0"
    assert about["source"].startswith("Will the CSTO")


@pytest.mark.filterwarnings("ignore")  # of Datasette's own dependencies
def test_datasette_shows_every_table_and_view(path: Path, database: sqlite3.Connection) -> None:
    shown = sorted(names(database, "table") | names(database, "view"))
    assert len(shown) > 30
    answers = browse(path, *(f"/cstokg/{each}" for each in shown))
    for name, answer in zip(shown, answers, strict=True):
        assert answer.status_code == 200, name


@pytest.mark.filterwarnings("ignore")
def test_datasette_names_what_a_key_leads_to_and_searches_all_names(path: Path) -> None:
    answers = browse(
        path,
        "/cstokg/membership.json?_shape=array&_labels=on&_size=max",
        "/cstokg/thing.json?_shape=array&_search=ОДКБ",
        "/cstokg/thing.json?_shape=array&_search=pashinyan+freeze",
    )
    members, csto, freeze = (_json(each) for each in answers)
    assert {"value": ARMENIA, "label": "Armenia"} in [row["member"] for row in members]
    assert f"{RESOURCE}organization/csto" in [row["iri"] for row in csto]
    assert any("froze" in row["name"] or "frozen" in row["name"] for row in freeze)


def _json(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_property_that_is_called_as_a_column_is_left_to_the_links(dataset: Dataset) -> None:
    store = dataset.store.copy()
    text = f"<{CKG}name> a <http://www.w3.org/2002/07/owl#FunctionalProperty> ."
    store.load_content(text.encode(), "text/turtle", dataset.find_graph("ontology"))
    with closing(sqlite3.connect(":memory:")) as odd:
        odd.deserialize(to_sqlite(replace(dataset, store=store)))
        query = "SELECT count(*) FROM name_use JOIN thing USING (iri, name)"
        assert odd.execute(query).fetchone() == (4,)


def test_a_small_dataset_has_the_same_views(
    small_dataset: Dataset, database: sqlite3.Connection
) -> None:
    with closing(sqlite3.connect(":memory:")) as small:
        small.deserialize(to_sqlite(small_dataset))
        assert names(small, "view") == names(database, "view")
        for view in names(small, "view"):
            small.execute(f"SELECT * FROM {view}").fetchall()
        assert small.execute("SELECT count(*) FROM thing").fetchone() != (0,)
