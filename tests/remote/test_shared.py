"""A dataset on another server: the same answers, the same writes."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tests.remote.conftest import SECONDS
from tests.remote.servers import SERVERS

from cstokg import Dataset, Settings, load_settings
from cstokg.dataset.changes import Change, DropGraph, PostGraph, PutGraph, SparqlUpdate
from cstokg.dataset.metadata import describe
from cstokg.dataset.query_service import Commit
from cstokg.dataset.shared import (
    SharedDataset,
    SharedProposal,
    derive_anew,
    fill_shared,
    open_shared,
)
from cstokg.dataset.transaction import WritableDataset
from cstokg.errors import (
    AnswerTooLargeError,
    QueryRefusedError,
    QuerySyntaxError,
    ShapeViolationError,
    StorageError,
    StoreUnavailableError,
    WorkersBusyError,
)
from cstokg.namespaces import LINKS_GRAPH, META_GRAPH, ONTOLOGY_GRAPH, UNION_GRAPH
from cstokg.quality.competency_questions import load_questions
from cstokg.shacl.write_check import ShapesCheck
from cstokg.store import QueryOptions, SelectResult, Store
from cstokg.store.remote.connection import Connection, Endpoint
from cstokg.store.remote.store import RemoteStore
from cstokg.store.remote.updates import marked

pytestmark = pytest.mark.slow

NOTES = "urn:notes"
BLANK = b"""@prefix : <urn:> .
:a :has [ :size 1 ; :part [ :size 2 ] ] .
"""
CHANGES: list[Change] = [
    PutGraph(NOTES, b"<urn:a> <urn:p> <urn:b>, 'x\\ny \\\"z\\\"' .", "text/turtle"),
    PostGraph("urn:more", b"<urn:a> <urn:p> <urn:b>, 7, 1.5, true, 'x'@en .", "text/turtle"),
    PostGraph(NOTES, BLANK, "text/turtle"),
    SparqlUpdate("DELETE { GRAPH ?g { ?s <urn:p> ?o } } WHERE { GRAPH ?g { ?s <urn:p> ?o } }"),
    SparqlUpdate(f"INSERT DATA {{ GRAPH <{ONTOLOGY_GRAPH}> {{ <urn:C> a owl:Class }} }}"),
    SparqlUpdate(f"DELETE DATA {{ GRAPH <{ONTOLOGY_GRAPH}> {{ <urn:C> a owl:Class }} }}"),
    SparqlUpdate("INSERT DATA { <urn:n> <urn:q> _:b . _:b <urn:q> 5 }"),
    DropGraph(NOTES),
    SparqlUpdate("CLEAR DEFAULT"),
]


def make(dataset: SharedDataset, change: Change, settings: Settings) -> Commit:
    return dataset.propose(change, ShapesCheck(settings.shapes)).make()


def update(dataset: SharedDataset, text: str, settings: Settings) -> Commit:
    return make(dataset, SparqlUpdate(text), settings)


def content(store: Store) -> list[str]:
    """All that a store has, with blank nodes named by their place.

    The name of a version is left out: it depends on how blank nodes were named.
    """
    copy = store.copy()
    copy.label_blank_nodes()
    lines = copy.dump().decode().splitlines()
    return [line for line in lines if "<https://schema.org/version>" not in line]


def test_a_server_has_all_that_was_put_there(
    shared: SharedDataset, endpoint: Endpoint, small_settings: Settings, small_dataset: Dataset
) -> None:
    with RemoteStore(endpoint, SECONDS) as store:
        found = open_shared(small_settings, store)
        assert found is not None
        assert found.info == replace(small_dataset.info, from_cache=False)
        assert found.prefixes == small_dataset.prefixes
    assert content(shared.store) == content(small_dataset.store)


def test_changes_come_to_the_same_as_in_this_process(
    shared: SharedDataset, small_settings: Settings, small_dataset: Dataset
) -> None:
    check = ShapesCheck(small_settings.shapes)
    here: Dataset = WritableDataset(small_dataset.store, small_dataset.info, check)
    for change in CHANGES:
        mine, theirs = here.apply(change), make(shared.current(), change, small_settings)
        assert (theirs.added, theirs.removed, theirs.created) == (
            mine.added,
            mine.removed,
            mine.created,
        )
        assert isinstance(mine.service, WritableDataset)
        here, there = mine.service, shared.current()
        assert there.info.triples == here.info.triples
        assert content(there.store) == content(here.store)
        # The merge of all graphs: each triple once.
        count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        assert there.select(count).rows == here.select(count).rows
        assert there.state == theirs.state
    assert set(here.info.triples) == set(small_dataset.info.triples)


def test_a_blank_node_of_a_graph_is_the_same_one_in_the_merge_of_all(
    shared: SharedDataset, small_settings: Settings
) -> None:
    make(shared, PutGraph(NOTES, BLANK, "text/turtle"), small_settings)
    same = f"ASK {{ GRAPH <{NOTES}> {{ ?b <urn:size> 1 }} ?b <urn:part>/<urn:size> 2 }}"
    assert shared.ask(same)
    make(shared, DropGraph(NOTES), small_settings)
    assert not shared.ask("ASK { ?s <urn:size> ?size }")


def test_a_triple_of_two_graphs_is_there_until_neither_has_it(
    shared: SharedDataset, small_settings: Settings
) -> None:
    counts, triple = [], "<urn:s> <urn:twice> 1"
    for text in (
        f"INSERT DATA {{ GRAPH <urn:g> {{ {triple} }} GRAPH <urn:h> {{ {triple} }} }}",
        "CLEAR GRAPH <urn:g>",
        "CLEAR GRAPH <urn:h>",
    ):
        update(shared, text, small_settings)
        counts.append(len(shared.select("SELECT * { ?s <urn:twice> ?o }")))
    assert counts == [1, 1, 0]


def test_the_graphs_are_those_of_the_dataset(shared: SharedDataset, small_dataset: Dataset) -> None:
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
    assert shared.select(query).rows == small_dataset.select(query).rows
    assert not shared.ask(f"ASK {{ GRAPH <{UNION_GRAPH}> {{ ?s ?p ?o }} }}")
    chosen = QueryOptions(default_graphs=[ONTOLOGY_GRAPH])
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert shared.select(count, chosen).rows == small_dataset.select(count, chosen).rows
    named = f"SELECT (COUNT(*) AS ?n) FROM <{ONTOLOGY_GRAPH}> {{ ?s ?p ?o }}"
    assert shared.select(named).rows == small_dataset.select(named).rows


def test_of_two_changes_to_one_version_the_second_is_refused_whole(
    shared: SharedDataset, small_settings: Settings
) -> None:
    check = ShapesCheck(small_settings.shapes)
    first, second = (
        shared.propose(SparqlUpdate(f"INSERT DATA {{ <urn:{name}> <urn:p> 1 }}"), check)
        for name in ("first", "second")
    )
    made = first.make()
    with pytest.raises(WorkersBusyError, match="another server has written meanwhile"):
        second.make()
    assert shared.current().state == made.state
    assert not shared.ask("ASK { <urn:second> ?p ?o }")
    update(shared, "CLEAR DEFAULT", small_settings)


def test_of_two_changes_at_the_same_moment_at_most_one_is_made(
    shared: SharedDataset, endpoint: Endpoint, small_settings: Settings
) -> None:
    check = ShapesCheck(small_settings.shapes)

    def try_to_make(proposal: SharedProposal) -> bool:
        with RemoteStore(endpoint, SECONDS) as store:
            alone = replace(proposal, dataset=replace(proposal.dataset, store=store))
            try:
                alone.make()
            except (StorageError, WorkersBusyError):  # Virtuoso ends one of two that wait
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        for turn in range(5):
            now = shared.current()
            texts = [f"INSERT DATA {{ <urn:at-once> <urn:p> {turn}{each} }}" for each in "01"]
            proposals = [now.propose(SparqlUpdate(text), check) for text in texts]
            made = list(pool.map(try_to_make, proposals))
            assert sum(made) <= 1
            rows = shared.current().select("SELECT ?n { <urn:at-once> ?p ?n }").to_dicts()
            found = [row["n"] for row in rows if row["n"] // 10 == turn]
            assert found == [turn * 10 + each for each in range(2) if made[each]]
    update(shared, "CLEAR DEFAULT", small_settings)


def test_what_violates_the_shapes_is_refused(
    shared: SharedDataset, small_settings: Settings
) -> None:
    before = shared.current().state
    with pytest.raises(ShapeViolationError):
        update(shared, "INSERT DATA { membership:x a ckg:Membership }", small_settings)
    assert shared.current().state == before


def test_a_change_too_long_for_one_update_is_made_in_parts(
    shared: SharedDataset, small_settings: Settings
) -> None:
    lines = b"".join(b"<urn:s%d> <urn:long> %d .\n" % (n, n) for n in range(1500))
    nodes = b"".join(b"[ <urn:of> [ <urn:is> %d ] ] .\n" % n for n in range(700))
    made = make(shared, PutGraph(NOTES, lines + nodes, "text/turtle"), small_settings)
    assert made.added == 2900
    assert len(shared.select("SELECT ?n { ?s <urn:long> ?n }")) == 1500
    assert len(shared.select("SELECT DISTINCT ?n { ?a <urn:of>/<urn:is> ?n }")) == 700
    make(shared, DropGraph(NOTES), small_settings)
    assert not shared.ask("ASK { { ?s <urn:long> ?n } UNION { ?a <urn:is> ?b } }")


def test_while_a_long_change_is_unfinished_no_other_begins(
    shared: SharedDataset, endpoint: Endpoint, small_settings: Settings
) -> None:
    before, connection = shared.current(), Connection(endpoint, SECONDS)
    mark = marked("'other'")
    assert connection.update(f"INSERT DATA {{ {mark} }}").status < 300
    try:
        assert shared.current().state == f"{before.state} other"
        with pytest.raises(WorkersBusyError):
            update(shared, "INSERT DATA { <urn:a> <urn:p> 1 }", small_settings)
        with pytest.raises(StorageError, match="has begun and not ended"):
            open_shared(small_settings, shared.store)
    finally:
        connection.update(f"DELETE DATA {{ {mark} }}")
    assert shared.current().state == before.state


def test_what_is_no_query_or_not_allowed_does_not_reach_the_server(shared: SharedDataset) -> None:
    with pytest.raises(QuerySyntaxError) as told:
        shared.query("SELECT * {\n oops")
    assert told.value.line == 2
    for text in (
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT (<bif:user>() AS ?x) {}",
    ):
        with pytest.raises(QueryRefusedError):
            shared.query(text)
    with pytest.raises(QuerySyntaxError):
        shared.query("DEFINE get:soft 'soft' SELECT * { ?s ?p ?o }")
    with pytest.raises(QueryRefusedError):
        shared.query("CLEAR DEFAULT")


def test_prefixes_and_bases_are_as_in_this_process(
    shared: SharedDataset, small_dataset: Dataset
) -> None:
    based = QueryOptions(base="https://w3id.org/cstokg/id/state/")
    for text, options in (
        ("SELECT ?p { state:alda ?p ?o } ORDER BY ?p", QueryOptions()),
        ("SELECT ?p { <alda> ?p ?o } ORDER BY ?p", based),
        ("PREFIX state: <urn:x:> SELECT ?p { state:alda ?p ?o }", QueryOptions()),
        ("# PREFIX state:\nSELECT ?p { state:alda ?p ?o } ORDER BY ?p", QueryOptions()),
    ):
        assert shared.select(text, options).rows == small_dataset.select(text, options).rows


def test_what_is_put_beside_the_dataset_is_asked_with_it(shared: SharedDataset) -> None:
    beside = QueryOptions(beside=b"<urn:x> <urn:example> 1 .")
    assert shared.ask("ASK { ?x <urn:example> 1 }", beside)
    assert not shared.ask(f"ASK FROM <{ONTOLOGY_GRAPH}> {{ ?x <urn:example> 1 }}", beside)


def test_an_answer_may_have_so_many_rows(shared: SharedDataset, small_dataset: Dataset) -> None:
    for text in ("SELECT * { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
        with pytest.raises(AnswerTooLargeError):
            shared.query(text, QueryOptions(max_rows=10))
    construct = "CONSTRUCT { state:alda ?p ?o } WHERE { state:alda ?p ?o }"
    assert shared.graph(construct).payload == small_dataset.graph(construct).payload


def test_a_server_that_is_not_there_or_refuses_is_told_of(
    endpoint: Endpoint, small_settings: Settings
) -> None:
    for wrong, problem in (
        (replace(endpoint, query="http://127.0.0.1:9/sparql"), "refused"),
        (replace(endpoint, query=re.sub("[^/]*$", "nothing", endpoint.query)), "status 40[45]"),
    ):
        with (
            RemoteStore(wrong, SECONDS) as store,
            pytest.raises(StoreUnavailableError, match=problem),
        ):
            open_shared(small_settings, store)
    if endpoint.user:
        refused = pytest.raises(StoreUnavailableError, match="the credentials, with status 401")
        wrong = replace(endpoint, password="wrong")
        with RemoteStore(wrong, SECONDS) as store, refused:
            open_shared(small_settings, store)


def test_an_update_that_a_server_refuses_is_told_of_with_its_reason(
    shared: SharedDataset, endpoint: Endpoint, small_settings: Settings
) -> None:
    wrong = replace(endpoint, update=re.sub("[^/]*$", "nothing", endpoint.update))
    refused = pytest.raises(StorageError, match="refuses the change, with status 40")
    with RemoteStore(wrong, SECONDS) as store, refused:
        update(replace(shared, store=store), "INSERT DATA { <urn:a> <urn:p> 1 }", small_settings)


def test_what_another_version_derived_is_derived_anew_before_anything_is_written(
    small_settings: Settings, small_dataset: Dataset, tmp_path: Path
) -> None:
    info = replace(small_dataset.info, version="0.0.1")
    old = small_dataset.store.copy()
    old.remove_graph(META_GRAPH)
    links = next(graph for graph in info.triples if graph.startswith(f"{LINKS_GRAPH}/"))
    old.remove_graph(links)
    old.insert(META_GRAPH, describe(info, old.graphs()))
    with SERVERS["oxigraph"](tmp_path) as endpoint, RemoteStore(endpoint, SECONDS) as store:
        fill_shared(small_settings, store, Dataset(old, replace(info, triples=old.graphs())))
        found = open_shared(small_settings, store)
        assert found is not None
        assert found.info.version == "0.0.1"
        with pytest.raises(StorageError, match=r"derived by cstokg 0\.0\.1"):
            update(found, "INSERT DATA { <urn:a> <urn:p> 1 }", small_settings)
        anew = derive_anew(found)
        assert content(store) == content(small_dataset.store)
        assert anew.state == found.current().state == small_dataset.state
        assert derive_anew(anew) is anew
        update(anew, "INSERT DATA { <urn:a> <urn:p> 1 }", small_settings)


@pytest.mark.parametrize(
    "name",
    ["oxigraph", *(pytest.param(name, marks=pytest.mark.long) for name in ("jena", "virtuoso"))],
)
def test_every_question_has_the_answer_that_it_has_in_this_process(
    name: str, dataset: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> None:
    questions = load_questions()
    assert questions
    with (
        SERVERS[name](tmp_path_factory.mktemp(name)) as endpoint,
        RemoteStore(endpoint, SECONDS) as store,
    ):
        there = fill_shared(load_settings(), store, dataset)
        for question in questions:
            mine, theirs = dataset.query(question.query), there.query(question.query)
            if isinstance(mine, SelectResult):
                assert isinstance(theirs, SelectResult)
                assert theirs.rows == mine.rows, question.id
            else:
                assert theirs == mine, question.id
