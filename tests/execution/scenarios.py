"""Writes under the real parent, without HTTP: what a web server's threads do with the service.

Run as a program, `scenarios.py NAME,NAME PROJECT [STORE]`: one after the other, each named on
stderr; a failed assertion ends it with 1.
"""

import errno
import gzip
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from tests.execution.conftest import memory
from tests.execution.test_limits import PRODUCT
from tests.processes import DEADLINE, children, wait_until

from cstokg import Dataset, Settings, build_dataset, load_settings
from cstokg.dataset.changes import Change, DropGraph, PutGraph, SparqlUpdate
from cstokg.dataset.query_service import Commit
from cstokg.dataset.stored import open_stored, seed
from cstokg.errors import (
    CstokgError,
    QueryCancelledError,
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
from cstokg.execution import Limits, ProcessQueryService, WriteLimits, supervise
from cstokg.execution.cancellation import Cancellation, cancelled_by
from cstokg.execution.scoreboard import ROWS, Row, job_number
from cstokg.execution.supervisor import LONG_PER_WORKER
from cstokg.namespaces import LINKS_GRAPH
from cstokg.shacl.write_check import ShapesCheck
from cstokg.store import QueryOptions, SerializedResult
from cstokg.store.disk import DiskStore
from cstokg.store.serialization import Spool

TIMES: Final = int(os.environ.get("TIMES", "1"))
"""How often as much is done of what is to go well any number of times."""

WRITE_SECONDS = 4.0
"""The bound of a write where some are to pass it."""

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


def update(service: ProcessQueryService, text: str) -> Commit:
    return service.apply(SparqlUpdate(text))


def ask(service: ProcessQueryService, pattern: str) -> bool:
    return service.ask(f"ASK {{ {pattern} }}")


def children_of_parent() -> list[int]:
    return [pid for pid in children(os.getppid()) if pid != os.getpid()]


def settled(wanted: int = 4) -> list[int]:
    """The workers and the writer, once none of an earlier version is left."""
    wait_until(lambda: len(children_of_parent()) == wanted, "the workers")
    return children_of_parent()


def pid_of(service: ProcessQueryService, job: str) -> int:
    """The worker that works on a job, once there is one."""
    wait_until(lambda: service.board.find(job_number(job)) is not None, job)
    row = service.board.find(job_number(job))
    assert row is not None
    return row.pid


def rows_since(service: ProcessQueryService, began: float) -> list[Row]:
    """What was begun since, in seconds of the monotonic clock."""
    rows = map(service.board.row, range(ROWS))
    return [row for row in rows if row.job and row.began >= began]


def alive(pid: int) -> bool:
    return pid in children_of_parent()


def wait_for_end(*workers: int) -> None:
    """Wait until the parent has seen that workers have ended: it is told after their clients."""
    wait_until(lambda: not any(map(alive, workers)), "the end of a worker")


def a_worker_that_crashes_costs_one_query(service: ProcessQueryService) -> None:
    for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT):
        with ThreadPoolExecutor(1) as pool:
            job = f"crash {number}"
            running = pool.submit(service.answer, PRODUCT, QueryOptions(job=job))
            worker = pid_of(service, job)
            os.kill(worker, number)
            with pytest.raises(WorkerLostError):
                running.result()
        assert ask(service, "?s ?p ?o")
        wait_for_end(worker)


def a_fault_of_ours_is_told_as_one_and_costs_no_worker(service: ProcessQueryService) -> None:
    workers = settled(3)
    no_iri: list[str] = [5]  # type: ignore[list-item]
    for _ in range(3):
        with pytest.raises(RuntimeError, match="TypeError") as told:
            service.answer("ASK {}", QueryOptions(default_graphs=no_iri))
        assert not isinstance(told.value, CstokgError)
    assert service.ask("ASK {}")
    assert all(map(alive, workers))


def idle_workers_that_are_killed_are_replaced(service: ProcessQueryService) -> None:
    for _ in range(5):
        workers = settled(3)
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert ask(service, "?s ?p ?o")
        wait_for_end(*workers)


def is_replaced_or_done(service: ProcessQueryService, job: str) -> bool:
    return len(children_of_parent()) > 3 or service.board.find(job_number(job)) is None


def a_worker_that_had_to_wait_is_not_one_too_many(service: ProcessQueryService) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a != ?d) }"
    settled(3)
    for number in range(3):
        job = f"waits {number}"
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(service.answer, query, QueryOptions(job=job))
            while not running.done():
                row = service.board.find(job_number(job))
                if row is not None:
                    # It gets no processor, until there is another in its place.
                    os.kill(row.pid, signal.SIGSTOP)
                    wait_until(partial(is_replaced_or_done, service, job), "another worker")
                    os.kill(row.pid, signal.SIGCONT)
                    break
            running.result()
    settled(3)


def a_query_is_stopped_by_its_id_and_no_other(service: ProcessQueryService) -> None:
    with ThreadPoolExecutor(2) as pool:
        running = [
            pool.submit(service.answer, PRODUCT, QueryOptions(job=job)) for job in ("one", "two")
        ]
        workers = [pid_of(service, job) for job in ("one", "two")]
        assert not service.stop("three")
        assert service.stop("one")
        with pytest.raises(QueryCancelledError):
            running[0].result()
        wait_for_end(workers[0])
        assert alive(workers[1])
        assert service.stop("two")
        assert isinstance(running[1].exception(), QueryCancelledError)
    assert not service.stop("one")


def what_a_thread_waits_for_can_be_cancelled(service: ProcessQueryService) -> None:
    cancellation = Cancellation()

    def work() -> object:
        with cancelled_by(cancellation):
            return service.answer(PRODUCT, QueryOptions(job="cancelled"))

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        worker = pid_of(service, "cancelled")
        cancellation.cancel()
        assert isinstance(running.exception(), QueryCancelledError)
        wait_for_end(worker)
        assert isinstance(pool.submit(work).exception(), QueryCancelledError)
    assert ask(service, "?s ?p ?o")


def a_worker_ends_with_the_process_that_asked(service: ProcessQueryService) -> None:
    client = multiprocessing.get_context("fork").Process(
        target=service.answer, args=(PRODUCT, QueryOptions(job="orphan"))
    )
    client.start()
    worker = pid_of(service, "orphan")
    client.kill()
    client.join()
    wait_for_end(worker)


def a_long_query_leaves_the_processors_to_others(service: ProcessQueryService) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(service.answer, PRODUCT, QueryOptions(job="long"))
        tasks = Path(f"/proc/{pid_of(service, 'long')}/task")

        def gives_way() -> bool:  # with every thread: one alone does the work
            numbers = (int(task.name) for task in tasks.iterdir())
            return {os.getpriority(os.PRIO_PROCESS, each) for each in numbers} == {10}

        wait_until(gives_way, "a lower priority")
        service.stop("long")
        assert isinstance(running.exception(), QueryCancelledError)


def of_many_long_queries_the_longest_makes_room(service: ProcessQueryService) -> None:
    count = 3 + LONG_PER_WORKER * 2 + 1  # one more than may run
    with ThreadPoolExecutor(count) as pool:
        jobs = [f"long {number}" for number in range(count)]
        running = [pool.submit(service.answer, PRODUCT, QueryOptions(job=job)) for job in jobs]
        assert ask(service, "?s ?p ?o")
        wait_until(lambda: any(future.done() for future in running), "an end")
        crowded = next(future.exception() for future in running if future.done())
        assert isinstance(crowded, WorkersBusyError)
        assert "many others wait" in crowded.message
        while not all(future.done() for future in running):
            for job in jobs:
                service.stop(job)


def each_worker_has_its_own_random_numbers(service: ProcessQueryService) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(service.query, ["SELECT (STRUUID() AS ?id) { }"] * 40))
    assert len({answer.serialize("json") for answer in answers}) == 40


def large_answers_come_in_files_and_whole(service: ProcessQueryService) -> None:
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000"
    plain = service.query(text)
    for coding, expand in (("", bytes), ("gzip", gzip.decompress)):
        answer = service.answer(text, QueryOptions(formats={"select": "json"}, coding=coding))
        assert isinstance(answer, SerializedResult)
        assert answer.coding == coding
        assert isinstance(answer.content, Spool)
        assert len(answer.content) == len(answer.read())
        assert expand(answer.read()) == plain.serialize("json")


def a_write_is_seen_by_whoever_asks_after_it(service: ProcessQueryService) -> None:
    old: ProcessQueryService = service
    for number in range(7 * TIMES):
        commit = update(old, f"CLEAR DEFAULT ; INSERT DATA {{ <urn:s> <urn:p> {number} }}")
        for asked in (old, commit.service, old.current()):
            rows = asked.select("SELECT ?n { <urn:s> <urn:p> ?n }").to_dicts()
            assert rows == [{"n": number}]
        assert not old.is_current
        assert commit.service.is_current
        assert old.current() == commit.service
        assert isinstance(commit.service, ProcessQueryService)
        old = commit.service


def refusals_come_through_as_they_are(service: ProcessQueryService) -> None:
    cases: list[tuple[Change, type[CstokgError] | tuple[type[CstokgError], ...]]] = [
        (SparqlUpdate("INSERT DATA {\n oops"), QuerySyntaxError),
        (SparqlUpdate("LOAD <http://127.0.0.1:9/>"), QueryRefusedError),
        (SparqlUpdate(f"CLEAR GRAPH <{LINKS_GRAPH}/ost-1999>"), ReadOnlyGraphError),
        (SparqlUpdate("INSERT DATA { membership:x a ckg:Membership }"), ShapeViolationError),
        (PutGraph("urn:g", b"\n\noops", "text/turtle"), SourceError),
        (PutGraph("urn:g", b"", "image/png"), UnknownFormatError),
        (DropGraph("urn:g"), UnknownGraphError),
        (SparqlUpdate(FOREVER), QueryTimeoutError),
        (SparqlUpdate(HUGE), (QueryMemoryError, QueryTimeoutError)),  # on a slow machine
    ]
    for change, error in cases:
        with pytest.raises(error) as caught:
            service.apply(change)
        if isinstance(caught.value, QuerySyntaxError):
            assert caught.value.line == 2
            assert caught.value.message.startswith("the update has a mistake")
        if isinstance(caught.value, SourceError):
            assert caught.value.line == 3
        if isinstance(caught.value, ShapeViolationError):
            assert b"sh:ValidationReport" in caught.value.report
            assert str(caught.value.findings[0]["focus"]).endswith("membership/x")
    assert service.is_current
    assert update(service, "INSERT DATA { <urn:s> <urn:p> 1 }").added == 1


def readers_never_see_half_a_write(service: ProcessQueryService) -> None:
    """A token wanders from graph to graph, and with it a membership comes and goes."""
    done = threading.Event()
    update(service, "INSERT DATA { GRAPH <urn:one> { <urn:token> <urn:held> <urn:one> } }")

    def read() -> int:
        seen = 0
        while not done.is_set():
            # One query is one state: the token is in one graph, which it names itself, and the
            # links are those that follow from the memberships.
            rows = service.select(
                "SELECT ?g ?o (EXISTS { ?m ckg:member state:dora ; ckg:organization ?to } AS ?said)"
                f" (EXISTS {{ GRAPH <{LINKS_GRAPH}> {{ state:dora ckg:memberOf ?to }} }}"
                " AS ?linked)"
                " (EXISTS { GRAPH graph:meta { ?d void:subset ?g } } AS ?told)"
                " { GRAPH ?g { <urn:token> <urn:held> ?o } }"
            ).to_dicts()
            assert len(rows) == 1, rows
            (row,) = rows
            assert row["g"] == row["o"], row
            assert row["said"] == row["linked"] == (row["g"] == "urn:two"), row
            assert row["told"], row
            seen += 1
        return seen

    join = """GRAPH <urn:two> { membership:dora-pact a ckg:Membership, owl:NamedIndividual ;
        rdfs:label "Dora in the pact"@en ; ckg:actuality actuality:actual ; ckg:begin "1993" ;
        ckg:attestedOn "1999" ;
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
            for _ in range(4 * TIMES):
                update(service, there)
                update(service, back)
        finally:
            done.set()
        assert sum(reader.result() for reader in readers) > 30 * TIMES


def a_query_that_runs_while_a_write_is_made_keeps_its_state(service: ProcessQueryService) -> None:
    update(service, "INSERT DATA { <urn:s> <urn:p> 1 }")
    slow = (  # about a second
        "SELECT (COUNT(*) AS ?n) (SAMPLE(?v) AS ?value) { ?a ?b ?c . ?d ?e ?f . "
        "OPTIONAL { <urn:s> <urn:p> ?v } FILTER(STRLEN(CONCAT(STR(?a), STR(?d))) > 0) }"
    )
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(service.select, slow)
        time.sleep(0.1)
        update(service, "DELETE DATA { <urn:s> <urn:p> 1 } ; INSERT DATA { <urn:s> <urn:p> 2 }")
        assert not ask(service, "<urn:s> <urn:p> 1")
        (row,) = running.result().to_dicts()
    assert row["value"] in (1, 2)
    settled()


def a_writer_that_is_killed_leaves_everything_as_it_was(service: ProcessQueryService) -> None:
    before = service.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize("ntriples")
    for _ in range(5):
        settled()
        began = time.monotonic()
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(update, service, FOREVER)
            # The one that works is the writer: nothing is asked.
            wait_until(partial(rows_since, service, began), "the writer")
            (row,) = rows_since(service, began)
            os.kill(row.pid, signal.SIGKILL)
            with pytest.raises(WorkerLostError):
                writing.result()
        assert service.is_current
        assert service.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize("ntriples") == before
    assert update(service, "INSERT DATA { <urn:s> <urn:p> 1 }").added == 1


def writes_wait_for_one_another_and_too_many_are_refused(service: ProcessQueryService) -> None:
    def add(number: int) -> str:
        try:
            update(service, f"INSERT DATA {{ <urn:s> <urn:p> {number} }}")
        except WorkersBusyError:
            return "busy"
        return "made"

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(add, range(12)))
    (row,) = service.select("SELECT (COUNT(*) AS ?n) { <urn:s> <urn:p> ?o }").to_dicts()
    assert row["n"] == outcomes.count("made") >= 5
    assert outcomes.count("busy") >= 1


def many_writes_leave_nothing_behind(service: ProcessQueryService) -> None:
    parent = os.getppid()

    def held() -> tuple[int, int, int]:
        settled()
        time.sleep(0.5)  # The parent buries the dead at its next turn.
        mine, its = (len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in (os.getpid(), parent))
        return mine, its, len(settled())

    def write(rounds: int) -> None:
        for number in range(rounds):
            update(service, f"CLEAR DEFAULT ; INSERT DATA {{ <urn:s> <urn:p> {number} }}")
            ask(service, "?s ?p ?o")

    write(5)
    before, grown = held(), memory([parent])
    write(20 * TIMES)
    assert held() == before
    assert memory([parent]) - grown < 30 * 2**20


def a_service_without_limits_for_writes_takes_none(service: ProcessQueryService) -> None:
    assert not service.writable
    with pytest.raises(CstokgError, match="only for reading"):
        update(service, "INSERT DATA { <urn:s> <urn:p> 1 }")


def a_disk_that_is_full_stores_nothing_and_takes_more_later(service: ProcessQueryService) -> None:
    parent = os.getppid()
    resource.prlimit(parent, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
    big = f"INSERT DATA {{ <urn:s> <urn:p> '{'x' * 200_000}' }}"
    with pytest.raises(StorageFullError) as caught:
        update(service, big)
    assert "disk is full" in caught.value.message
    assert os.environ["STORE"] not in str(caught.value)
    assert service.is_current
    assert not ask(service, "<urn:s> <urn:p> ?o")
    resource.prlimit(parent, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    assert update(service, big).added == 1


def fill(path: Path) -> None:
    """Take all the room that the file system of `path` has left."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def a_file_system_without_room_stores_nothing_and_takes_more_later(
    service: ProcessQueryService,
) -> None:
    """On a small file system of its own, which this fills to the last block, again and again."""
    ballast = Path(os.environ["STORE"]).with_name("ballast")
    for number in range(TIMES):
        update(service, f"CLEAR DEFAULT ; INSERT DATA {{ <urn:s> <urn:p> {number} }}")
        fill(ballast)
        refusals = []
        for size in (100, 10_000, 300_000):
            text = "".join(chr(97 + (number + place * place) % 26) for place in range(size))
            try:
                update(service, f"INSERT DATA {{ <urn:s> <urn:full> '{size} {text}' }}")
            except StorageError as error:
                refusals.append(error)
        assert any(isinstance(error, StorageFullError) for error in refusals), refusals
        assert ask(service, f"<urn:s> <urn:p> {number}")
        assert not ask(service, "<urn:s> <urn:full> ?x FILTER(STRLEN(?x) > 100000)")
        ballast.unlink()
        update(service, "DELETE WHERE { <urn:s> <urn:full> ?x }")
    update(service, "CLEAR DEFAULT ; INSERT DATA { <urn:s> <urn:p> 9 }")
    Path(os.environ["NOTES"]).write_text("9", "ascii")


def all_that_was_noted_is_there(service: ProcessQueryService) -> None:
    rows = service.select("SELECT ?n { <urn:s> <urn:p> ?n }").to_dicts()
    noted = int(Path(os.environ["NOTES"]).read_text("ascii"))
    # The one that was not acknowledged any more may be there as well, whole.
    assert [row["n"] for row in rows] in ([noted], [noted + 1]), (rows, noted)
    derived = service.select("SELECT ?v { GRAPH graph:meta { ?d schema:version ?v } }").to_dicts()
    assert [row["v"] for row in derived] == [service.info.revision]


def main(names: str, project: str, folder: str = "") -> int:
    settings = load_settings(Path(project))
    if not folder:
        return run(names, settings, build_dataset(settings), None)
    with DiskStore(Path(folder)).exclusive() as disk:
        dataset = open_stored(settings, disk)
        if dataset is None:
            dataset = build_dataset(settings)
            seed(disk, dataset)
        return run(names, settings, dataset, disk)


def run(names: str, settings: Settings, dataset: Dataset, disk: DiskStore | None) -> int:
    chosen = [globals()[name] for name in names.split(",")]

    def play(service: ProcessQueryService) -> None:
        for scenario in chosen:
            sys.stderr.write(f"{scenario.__name__}\n")
            scenario(service.current())
            if service.writable and len(chosen) > 1:
                update(service, _EMPTY)

    seconds = WRITE_SECONDS if refusals_come_through_as_they_are in chosen else DEADLINE
    return supervise(
        dataset,
        Limits(DEADLINE, 512 * 2**20, 100_000),
        2,
        play,
        check=ShapesCheck(settings.shapes),
        writes=WriteLimits(seconds, WRITE_MEMORY) if set(chosen) - {*READING} else None,
        disk=disk,
    )


_EMPTY: Final = "CLEAR DEFAULT ; DROP SILENT GRAPH <urn:one> ; DROP SILENT GRAPH <urn:two>"

READING: Final = (
    a_worker_that_crashes_costs_one_query,
    a_fault_of_ours_is_told_as_one_and_costs_no_worker,
    idle_workers_that_are_killed_are_replaced,
    a_worker_that_had_to_wait_is_not_one_too_many,
    a_query_is_stopped_by_its_id_and_no_other,
    what_a_thread_waits_for_can_be_cancelled,
    a_worker_ends_with_the_process_that_asked,
    a_long_query_leaves_the_processors_to_others,
    of_many_long_queries_the_longest_makes_room,
    each_worker_has_its_own_random_numbers,
    large_answers_come_in_files_and_whole,
    a_service_without_limits_for_writes_takes_none,
)
"""What is tried with a dataset that is only for reading."""

WRITING: Final = (
    a_write_is_seen_by_whoever_asks_after_it,
    readers_never_see_half_a_write,
    a_query_that_runs_while_a_write_is_made_keeps_its_state,
    a_writer_that_is_killed_leaves_everything_as_it_was,
    writes_wait_for_one_another_and_too_many_are_refused,
    many_writes_leave_nothing_behind,
)
"""What is tried with one that is written."""

STORING: Final = (
    a_disk_that_is_full_stores_nothing_and_takes_more_later,
    a_file_system_without_room_stores_nothing_and_takes_more_later,
    all_that_was_noted_is_there,
)

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
