"""Writes under the real parent, without HTTP: what a web server's threads do with the dataset.

Run as a program, `scenarios.py NAME PROJECT`; a failed assertion ends it with 1.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cstokg.engine import Budget, WriteBudget, supervise
from cstokg.engine.keeper import Keeper
from tests.engine.conftest import children, memory

from cstokg import build_dataset, load_settings
from cstokg.dataset.changes import DropGraph, PutGraph, SparqlUpdate
from cstokg.dataset.stored import open_dataset, origin_of
from cstokg.errors import (
    CstokgError,
    QueryMemoryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    ReadOnlyGraphError,
    ShapeViolationError,
    SourceError,
    StorageError,
    StorageFullError,
    UnknownFormatError,
    UnknownGraphError,
    WorkerLostError,
    WorkersBusyError,
)
from cstokg.namespaces import LINKS_GRAPH

if TYPE_CHECKING:
    from cstokg import Dataset, Settings
    from cstokg.dataset.changes import Change
    from cstokg.dataset.model import Commit

WRITE_SECONDS = 4.0
WRITE_MEMORY = 300 * 2**20
FOREVER = (
    "INSERT { <urn:x> <urn:p> ?n } WHERE { SELECT (COUNT(*) AS ?n) "
    "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } }"
)
HUGE = (
    "INSERT { <urn:x> <urn:p> ?x30 } WHERE { BIND('aaaaaaaa' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(30))
    + " }"
)


def update(dataset: Dataset, text: str) -> Commit:
    return dataset.write(SparqlUpdate(text))


def ask(dataset: Dataset, pattern: str) -> bool:
    return bool(dataset.query(f"ASK {{ {pattern} }}", prefixes=dataset.prefixes))


def children_of_parent() -> list[int]:
    return [pid for pid in children(os.getppid()) if pid != os.getpid()]


def settled(wanted: int = 3) -> list[int]:
    """The engines (and the keeper), once none of an earlier version is left."""
    deadline = time.monotonic() + 5
    while len(found := children_of_parent()) != wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def a_write_is_seen_by_whoever_asks_after_it(dataset: Dataset) -> None:
    old = dataset
    for number in range(20):
        commit = update(old, f"CLEAR DEFAULT ; INSERT DATA {{ <urn:s> <urn:p> {number} }}")
        for asked in (old, commit.dataset, old.current()):
            rows = asked.query("SELECT ?n { <urn:s> <urn:p> ?n }").to_dicts()  # type: ignore[union-attr]
            assert rows == [{"n": number}]
        assert not old.is_current
        assert commit.dataset.is_current
        assert old.current() == commit.dataset
        old = commit.dataset


def refusals_come_through_as_they_are(dataset: Dataset) -> None:
    cases: list[tuple[Change, type[CstokgError]]] = [
        (SparqlUpdate("INSERT DATA {\n oops"), QuerySyntaxError),
        (SparqlUpdate("LOAD <http://127.0.0.1:9/>"), QueryRefusedError),
        (SparqlUpdate(f"CLEAR GRAPH <{LINKS_GRAPH}>"), ReadOnlyGraphError),
        (SparqlUpdate("INSERT DATA { membership:x a ckg:Membership }"), ShapeViolationError),
        (PutGraph("urn:g", b"\n\noops", "text/turtle"), SourceError),
        (PutGraph("urn:g", b"", "image/png"), UnknownFormatError),
        (DropGraph("urn:g"), UnknownGraphError),
        (SparqlUpdate(FOREVER), QueryTimeoutError),
        (SparqlUpdate(HUGE), QueryMemoryError),
    ]
    for change, error in cases:
        with pytest.raises(error) as caught:
            dataset.write(change)
        if isinstance(caught.value, QuerySyntaxError):
            assert caught.value.line == 2
            assert caught.value.message.startswith("the update has a mistake")
        if isinstance(caught.value, SourceError):
            assert caught.value.line == 3
        if isinstance(caught.value, ShapeViolationError):
            assert b"sh:ValidationReport" in caught.value.report
            assert str(caught.value.findings[0]["focus"]).endswith("membership/x")
    assert dataset.is_current
    assert update(dataset, "INSERT DATA { <urn:s> <urn:p> 1 }").added == 1


def readers_never_see_half_a_write(dataset: Dataset) -> None:
    """A token wanders from graph to graph, and with it a membership comes and goes."""
    done = threading.Event()
    update(dataset, "INSERT DATA { GRAPH <urn:one> { <urn:token> <urn:held> <urn:one> } }")

    def read() -> int:
        seen = 0
        while not done.is_set():
            # One query is one state: the token is in one graph, which it names itself, and the
            # links are those that follow from the memberships.
            rows = dataset.query(
                "SELECT ?g ?o (EXISTS { ?m ckg:member state:dora ; ckg:organization ?to } AS ?said)"
                " (EXISTS { GRAPH graph:links { state:dora ckg:memberOf ?to } } AS ?linked)"
                " (EXISTS { GRAPH graph:meta { ?d void:subset ?g } } AS ?told)"
                " { GRAPH ?g { <urn:token> <urn:held> ?o } }",
                prefixes=dataset.prefixes,
            ).to_dicts()  # type: ignore[union-attr]
            assert len(rows) == 1, rows
            (row,) = rows
            assert row["g"] == row["o"], row
            assert row["said"] == row["linked"] == (row["g"] == "urn:two"), row
            assert row["told"], row
            seen += 1
        return seen

    join = """GRAPH <urn:two> { membership:dora-pact a ckg:Membership, owl:NamedIndividual ;
        rdfs:label "Dora in the pact"@en ; ckg:actuality actuality:actual ; ckg:begin "1993" ;
        ckg:evidence passage:ost-1999-p2-s1 ; ckg:member state:dora ;
        ckg:organization organization:pact . state:dora a ckg:State, owl:NamedIndividual ;
        rdfs:label "Dora"@en ; ckg:evidence passage:ost-1999-p2-s1 }"""
    there = (
        "DELETE DATA { GRAPH <urn:one> { <urn:token> <urn:held> <urn:one> } } ;"
        f"INSERT DATA {{ GRAPH <urn:two> {{ <urn:token> <urn:held> <urn:two> }} {join} }}"
    )
    back = (
        "DROP GRAPH <urn:two> ; "
        "INSERT DATA { GRAPH <urn:one> { <urn:token> <urn:held> <urn:one> } }"
    )
    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            for _ in range(12):
                update(dataset, there)
                update(dataset, back)
        finally:
            done.set()
        assert sum(reader.result() for reader in readers) > 100


def a_query_that_runs_while_a_write_is_made_keeps_its_state(dataset: Dataset) -> None:
    update(dataset, "INSERT DATA { <urn:s> <urn:p> 1 }")
    slow = (  # about a second
        "SELECT (COUNT(*) AS ?n) (SAMPLE(?v) AS ?value) { ?a ?b ?c . ?d ?e ?f . "
        "OPTIONAL { <urn:s> <urn:p> ?v } FILTER(STRLEN(CONCAT(STR(?a), STR(?d))) > 0) }"
    )
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(dataset.query, slow)
        time.sleep(0.1)
        update(dataset, "DELETE DATA { <urn:s> <urn:p> 1 } ; INSERT DATA { <urn:s> <urn:p> 2 }")
        assert not ask(dataset, "<urn:s> <urn:p> 1")
        (row,) = running.result().to_dicts()  # type: ignore[union-attr]
    assert row["value"] in (1, 2)
    settled()


def a_writer_that_is_killed_leaves_everything_as_it_was(dataset: Dataset) -> None:
    before = dataset.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize("ntriples")
    for _ in range(5):
        engines = set(settled())
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(update, dataset, FOREVER)
            deadline = time.monotonic() + 3
            while not (writers := set(children_of_parent()) - engines):
                assert time.monotonic() < deadline
            time.sleep(0.3)
            for pid in writers:
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(WorkerLostError):
                writing.result(timeout=2)
        assert dataset.is_current
        assert dataset.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize("ntriples") == before
    assert update(dataset, "INSERT DATA { <urn:s> <urn:p> 1 }").added == 1


def writes_wait_for_one_another_and_too_many_are_refused(dataset: Dataset) -> None:
    def add(number: int) -> str:
        try:
            update(dataset, f"INSERT DATA {{ <urn:s> <urn:p> {number} }}")
        except WorkersBusyError:
            return "busy"
        return "made"

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(add, range(12)))
    (row,) = dataset.query("SELECT (COUNT(*) AS ?n) { <urn:s> <urn:p> ?o }").to_dicts()  # type: ignore[union-attr]
    assert row["n"] == outcomes.count("made") >= 5
    assert outcomes.count("busy") >= 1


def many_writes_leave_nothing_behind(dataset: Dataset) -> None:
    parent = os.getppid()

    def held() -> tuple[int, int, int]:
        settled()
        time.sleep(0.5)  # The parent buries the dead at its next turn.
        mine, its = (len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (os.getpid(), parent))
        return mine, its, len(settled())

    def write(rounds: int) -> None:
        for number in range(rounds):
            update(dataset, f"CLEAR DEFAULT ; INSERT DATA {{ <urn:s> <urn:p> {number} }}")
            ask(dataset, "?s ?p ?o")

    write(10)
    before, grown = held(), memory([parent])
    write(60)
    assert held() == before
    assert memory([parent]) - grown < 30 * 2**20


def a_dataset_without_a_budget_for_writes_takes_none(dataset: Dataset) -> None:
    assert not dataset.writable
    with pytest.raises(CstokgError, match="only for reading"):
        update(dataset, "INSERT DATA { <urn:s> <urn:p> 1 }")


def keeper_of_parent(dataset: Dataset) -> int:
    """The child of the parent that outlives each version, and is not this process."""
    before = set(settled(4))
    update(dataset, "CLEAR DEFAULT ; INSERT DATA { <urn:turn> <urn:p> 1 }")
    update(dataset, "CLEAR DEFAULT")
    (pid,) = before & set(settled(4))
    return pid


def a_keeper_that_is_killed_is_replaced_and_loses_nothing(dataset: Dataset) -> None:
    acknowledged = []
    for number in range(6):
        keeper = keeper_of_parent(dataset)
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(update, dataset, f"INSERT DATA {{ <urn:s> <urn:p> {number} }}")
            time.sleep(0.05 * number)
            os.kill(keeper, signal.SIGKILL)
            try:
                writing.result()
            except StorageError:
                assert not ask(dataset, f"<urn:s> <urn:p> {number}")
            else:
                acknowledged.append(number)
                update(dataset, f"DELETE DATA {{ <urn:s> <urn:p> {number} }}")
        assert update(dataset, f"INSERT DATA {{ <urn:t> <urn:p> {number} }}").added == 1
    assert acknowledged


def a_disk_that_is_full_stores_nothing_and_takes_more_later(dataset: Dataset) -> None:
    keeper = keeper_of_parent(dataset)
    resource.prlimit(keeper, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
    big = f"INSERT DATA {{ <urn:s> <urn:p> '{'x' * 200_000}' }}"
    with pytest.raises(StorageError):
        update(dataset, big)
    assert dataset.is_current or not ask(dataset, "<urn:s> <urn:p> ?o")
    assert not ask(dataset, "<urn:s> <urn:p> ?o")
    assert update(dataset, big).added == 1  # another keeper, without the limit


def fill(path: Path) -> None:
    """Take all the room that the file system of `path` has left."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def a_file_system_without_room_stores_nothing_and_takes_more_later(dataset: Dataset) -> None:
    """On a small file system of its own, which this fills to the last block, again and again."""
    ballast = Path(os.environ["STORE"]).with_name("ballast")
    for number in range(3):
        update(dataset, f"CLEAR DEFAULT ; INSERT DATA {{ <urn:s> <urn:p> {number} }}")
        fill(ballast)
        refusals = []
        for size in (100, 10_000, 300_000):
            text = "".join(chr(97 + (number + place * place) % 26) for place in range(size))
            try:
                update(dataset, f"INSERT DATA {{ <urn:s> <urn:full> '{size} {text}' }}")
            except StorageError as error:
                refusals.append(error)
        assert any(isinstance(error, StorageFullError) for error in refusals), refusals
        assert ask(dataset, f"<urn:s> <urn:p> {number}")
        assert not ask(dataset, "<urn:s> <urn:full> ?x FILTER(STRLEN(?x) > 100000)")
        ballast.unlink()
        update(dataset, "DELETE WHERE { <urn:s> <urn:full> ?x }")
    update(dataset, "CLEAR DEFAULT ; INSERT DATA { <urn:s> <urn:p> 9 }")
    Path(os.environ["NOTES"]).write_text("9", "ascii")


def what_is_acknowledged_is_there_after_minus_nine(dataset: Dataset) -> None:
    """Write until the parent and all are killed; `check` then compares with what was noted."""
    notes, part = Path(os.environ["NOTES"]), Path(os.environ["NOTES"] + ".part")
    killed = threading.Timer(float(os.environ["SECONDS"]), os.kill, (os.getppid(), signal.SIGKILL))
    (row,) = dataset.query("SELECT (MAX(?o) AS ?n) { <urn:s> <urn:p> ?o }").to_dicts()  # type: ignore[union-attr]
    number = int(row["n"] or 0)
    while True:
        number += 1
        update(dataset, f"CLEAR DEFAULT ; INSERT DATA {{ <urn:s> <urn:p> {number} }}")
        part.write_text(str(number), "ascii")
        part.replace(notes)  # in one step, since this process is killed at any
        if not killed.ident:  # after the first, however slow the machine
            killed.start()


def all_that_was_noted_is_there(dataset: Dataset) -> None:
    rows = dataset.query("SELECT ?n { <urn:s> <urn:p> ?n }").to_dicts()  # type: ignore[union-attr]
    noted = int(Path(os.environ["NOTES"]).read_text("ascii"))
    # The one that was not acknowledged any more may be there as well, whole.
    assert [row["n"] for row in rows] in ([noted], [noted + 1]), (rows, noted)
    derived = dataset.query(
        "SELECT ?v { GRAPH graph:meta { ?d schema:version ?v } }", prefixes=dataset.prefixes
    ).to_dicts()  # type: ignore[union-attr]
    assert [row["v"] for row in derived] == [dataset.info.revision]


def main(name: str, project: str, folder: str = "") -> int:
    settings = load_settings(Path(project))
    if not folder:
        return run(name, settings, build_dataset(settings), None)
    with Keeper(Path(folder)) as keeper:
        contents = keeper.start()
        if contents is None:
            dataset = build_dataset(settings)
            keeper.seed(dataset.store.dump(), origin_of(dataset), "")
        else:
            dataset = open_dataset(settings, contents)
        return run(name, settings, dataset, keeper)


def run(name: str, settings: Settings, dataset: Dataset, keeper: Keeper | None) -> int:
    writes = WriteBudget(WRITE_SECONDS, WRITE_MEMORY, settings.shapes)
    return supervise(
        dataset,
        Budget(5.0, 512 * 2**20, 100_000),
        2,
        globals()[name],
        writes=None if "takes_none" in name else writes,
        keeper=keeper,
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
