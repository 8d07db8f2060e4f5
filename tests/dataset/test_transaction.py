from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cstokg import Dataset
from cstokg.dataset.build import compute
from cstokg.dataset.changes import (
    Change,
    Delta,
    DropGraph,
    PostGraph,
    PutGraph,
    PutGraphs,
    SparqlUpdate,
)
from cstokg.dataset.query_service import QueryService
from cstokg.dataset.transaction import WritableDataset, apply, plan
from cstokg.errors import (
    QueryRefusedError,
    QuerySyntaxError,
    ReadOnlyDatasetError,
    ReadOnlyGraphError,
    ShapeViolationError,
    SourceError,
    UnknownFormatError,
    UnknownGraphError,
)
from cstokg.namespaces import (
    DEFAULT_GRAPH,
    DERIVED_GRAPH,
    LINKS_GRAPH,
    META_GRAPH,
    is_computed,
    source_graph,
)
from cstokg.shacl.write_check import ShapesCheck
from cstokg.store import Store

OST = source_graph("ost-1999")
NEW = "https://w3id.org/cstokg/graph/new"

MEMBER = """
    membership:dora-pact a ckg:Membership, owl:NamedIndividual ;
        rdfs:label "Dora in the pact"@en ;
        ckg:actuality actuality:actual ; ckg:begin "1993" ; ckg:attestedOn "1999" ;
        ckg:evidence passage:ost-1999-p2-s1 ;
        ckg:member state:dora ; ckg:organization organization:pact .
    state:dora a ckg:State, owl:NamedIndividual ; rdfs:label "Dora"@en, "Дора"@ru ;
        ckg:evidence passage:ost-1999-p2-s1 .
"""
JOIN = SparqlUpdate(f"INSERT DATA {{ GRAPH <{OST}> {{ {MEMBER} }} }}")


@pytest.fixture
def check(small_project: Path) -> ShapesCheck:
    return ShapesCheck(small_project / "shapes")


@pytest.fixture
def writable(small_dataset: Dataset, check: ShapesCheck) -> WritableDataset:
    return WritableDataset(small_dataset.store, small_dataset.info, check)


def written(dataset: Dataset, change: Change) -> Dataset:
    """Return the dataset that is there after `change`."""
    after = dataset.apply(change).service
    assert isinstance(after, Dataset)
    return after


def test_prefixes_are_those_of_the_kinds_that_there_are(small_dataset: Dataset) -> None:
    dataset: Dataset = WritableDataset(small_dataset.store, small_dataset.info, lambda *_: None)
    id_ = "<https://w3id.org/cstokg/id/{}>"
    quay, pier = id_.format("harbour/quay"), id_.format("harbour/pier")
    steps = [
        (f"INSERT DATA {{ {quay} a owl:NamedIndividual }}", True),
        (f"INSERT DATA {{ {pier} a owl:NamedIndividual, ckg:Place }}", True),
        (f"DELETE DATA {{ {quay} a owl:NamedIndividual }}", True),
        (f"DELETE {{ {pier} a ?c }} INSERT {{ {quay} a ?c }} WHERE {{ {pier} a ?c }}", True),
        (f"DELETE WHERE {{ {quay} ?p ?o }}", False),
        (
            f"INSERT DATA {{ {pier} a ckg:Place . {id_.format('odd')} a owl:NamedIndividual }}",
            False,
        ),
    ]
    for update, is_there in steps:
        dataset = written(dataset, SparqlUpdate(update))
        assert ("harbour" in dataset.prefixes) is is_there, update
        assert list(dataset.prefixes.items()) == list(
            Dataset(dataset.store, dataset.info).prefixes.items()
        )


def ask(service: QueryService, pattern: str) -> bool:
    return service.ask(f"ASK {{ {pattern} }}")


def test_a_change_brings_what_follows_from_it(writable: WritableDataset) -> None:
    commit = writable.apply(JOIN)
    after = commit.service
    assert isinstance(after, Dataset)
    assert ask(
        after, f"GRAPH <{LINKS_GRAPH}/ost-1999> {{ state:dora ckg:memberOf organization:pact }}"
    )
    assert ask(
        after, f"GRAPH <{DERIVED_GRAPH}/ost-1999> {{ membership:dora-pact ckg:beginEarliest ?day }}"
    )
    assert (commit.added, commit.removed, commit.created) == (14, 0, False)
    back = written(after, SparqlUpdate(JOIN.text.replace("INSERT", "DELETE")))
    assert not ask(back, "GRAPH ?g { state:dora ?p ?o }")
    asserted = sorted(set(back.info.triples).difference({META_GRAPH}))
    assert back.store.dump(asserted) == writable.store.dump(asserted)


def test_the_dataset_that_is_written_stays_as_it_was(writable: WritableDataset) -> None:
    before = writable.store.dump()
    writable.apply(JOIN)
    assert writable.store.dump() == before


def test_each_version_has_a_state_of_its_own_and_its_description(
    writable: WritableDataset,
) -> None:
    first = written(writable, JOIN)
    second = written(first, DropGraph(OST))
    assert len({writable.state, first.state, second.state}) == 3
    assert first.info.triples == first.store.graphs()
    assert second.info.triples == second.store.graphs()
    counts = "GRAPH graph:meta { ?d void:triples %d ; void:subset <%s> ; schema:version '%s' }"
    total = sum(n for iri, n in first.info.triples.items() if iri != META_GRAPH)
    assert ask(first, counts % (total, OST, first.info.revision))
    assert not ask(second, f"GRAPH graph:meta {{ ?d void:subset <{OST}> }}")


def test_a_change_that_changes_nothing_makes_no_new_version(writable: WritableDataset) -> None:
    commit = writable.apply(SparqlUpdate("DELETE DATA { <urn:s> <urn:p> <urn:o> }"))
    assert (commit.state, commit.added, commit.removed) == (writable.state, 0, 0)
    assert commit.service is writable


def test_the_same_change_comes_to_the_same_delta(
    writable: WritableDataset, check: ShapesCheck
) -> None:
    delta = plan(replace(writable, store=writable.store.copy()), JOIN, check)
    assert delta == plan(replace(writable, store=writable.store.copy()), JOIN, check)
    assert delta.added.splitlines() == sorted(delta.added.splitlines())
    assert not {*delta.added.splitlines()} & {*delta.removed.splitlines()}
    changed = apply(replace(writable, store=writable.store.copy()), delta)
    assert changed.store.dump() == written(writable, JOIN).store.dump()
    assert apply(writable, Delta(b"", b"")) is writable


def test_a_link_that_a_source_supports_and_somebody_says_is_there_once(
    writable: WritableDataset,
) -> None:
    link = "state:alda ckg:memberOf organization:pact"
    assert ask(writable, f"GRAPH <{LINKS_GRAPH}/ost-1999> {{ {link} }}")
    after = written(writable, SparqlUpdate(f"INSERT DATA {{ {link} }}"))
    assert ask(after, f"GRAPH <{DEFAULT_GRAPH}> {{ {link} }}")
    assert ask(after, f"GRAPH <{LINKS_GRAPH}/ost-1999> {{ {link} }}")
    assert len(after.select("SELECT * { state:alda ckg:memberOf ?to }")) == 1


def test_graphs_are_put_posted_and_dropped(writable: WritableDataset) -> None:
    content = b"<urn:a> <urn:p> 1 . <urn:b> <urn:p> [] ."
    put = writable.apply(PutGraph(NEW, content, "text/turtle"))
    assert (put.created, put.added, put.removed) == (True, 2, 0)
    post = put.service.apply(PostGraph(NEW, b"<urn:c> <urn:p> 1 .", "text/turtle"))
    assert (post.created, post.service.info.triples[NEW]) == (False, 3)
    again = post.service.apply(PutGraph(NEW, b"<urn:c> <urn:p> 1 .", "text/turtle"))
    assert (again.created, again.added, again.removed) == (False, 0, 2)
    more = ((b"<urn:d> <urn:p> _:b .", "application/n-triples"), (b"", "text/turtle"))
    merged = again.service.apply(PostGraph(NEW, b"<urn:e> <urn:p> _:b .", "text/turtle", more))
    assert (merged.created, merged.added, merged.removed) == (False, 2, 0)
    dropped = merged.service.apply(DropGraph(NEW))
    assert NEW not in dropped.service.info.triples
    with pytest.raises(UnknownGraphError):
        dropped.service.apply(DropGraph(NEW))


def test_a_blank_node_keeps_its_label_over_later_writes(writable: WritableDataset) -> None:
    first = written(writable, PutGraph(NEW, b"<urn:b> <urn:p> [] .", "text/turtle"))
    label = first.store.dump([NEW])
    second = written(first, JOIN)
    assert second.store.dump([NEW]) == label


@pytest.mark.parametrize(
    "graph", [f"{DERIVED_GRAPH}/ost-1999", f"{LINKS_GRAPH}/ost-1999", META_GRAPH]
)
@pytest.mark.parametrize(
    "change",
    [
        lambda graph: PutGraph(graph, b"", "text/turtle"),
        lambda graph: PostGraph(graph, b"<urn:a> <urn:p> 1 .", "text/turtle"),
        DropGraph,
        lambda graph: SparqlUpdate(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:p> 1 }} }}"),
        lambda graph: SparqlUpdate(f"CLEAR GRAPH <{graph}>"),
        lambda graph: SparqlUpdate(f"WITH <{graph}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}"),
        lambda graph: SparqlUpdate(f"COPY <{OST}> TO <{graph}>"),
        lambda graph: PutGraphs((graph,), f"<urn:a> <urn:p> 1 <{graph}> .\n".encode()),
    ],
)
def test_a_computed_graph_cannot_be_written(
    writable: WritableDataset, graph: str, change: type[Change]
) -> None:
    with pytest.raises(ReadOnlyGraphError, match="computed"):
        writable.apply(change(graph))  # type: ignore[arg-type, call-arg]


def test_clearing_all_leaves_nothing_that_could_follow_from_it(writable: WritableDataset) -> None:
    after = written(writable, SparqlUpdate("CLEAR ALL"))
    assert list(after.info.triples) == [META_GRAPH]


def test_what_would_violate_the_shapes_is_refused_with_the_report(
    writable: WritableDataset,
) -> None:
    with pytest.raises(ShapeViolationError, match="would violate its shapes") as caught:
        writable.apply(SparqlUpdate("INSERT DATA { membership:bad a ckg:Membership }"))
    (finding,) = caught.value.findings
    assert str(finding["focus"]).endswith("/membership/bad")
    assert b"sh:ValidationReport" in caught.value.report


OLD_FAULTS = """
    membership:old-1 a ckg:Membership ; ckg:member state:alda .
    membership:old-2 a ckg:Membership ; ckg:member state:berin .
"""


@pytest.fixture
def faulty(small_dataset: Dataset, check: ShapesCheck) -> WritableDataset:
    """A dataset with a source of which two memberships name no evidence."""
    store = small_dataset.store.copy()
    store.update(
        f"INSERT DATA {{ GRAPH <{OST}> {{ {OLD_FAULTS} }} }}",
        default_graph=DEFAULT_GRAPH,
        prefixes=small_dataset.prefixes,
    )
    return WritableDataset(store, small_dataset.info, check)


def test_what_was_wrong_before_refuses_no_write_that_leaves_it_alone(
    faulty: WritableDataset,
) -> None:
    assert ask(written(faulty, JOIN), "state:dora ckg:memberOf organization:pact")
    evidence = "membership:old-1 ckg:evidence passage:ost-1999-p2-s1"
    better = SparqlUpdate(f"INSERT DATA {{ GRAPH <{OST}> {{ {evidence} }} }}")
    assert written(faulty, better)


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("membership:old-1 rdfs:label 'Touched, and as wrong as before'@en", "old-1"),
        ("membership:new a ckg:Membership ; ckg:member state:berin", "new"),
    ],
)
def test_what_a_write_touches_must_be_right(faulty: WritableDataset, text: str, focus: str) -> None:
    with pytest.raises(ShapeViolationError, match="1 time") as caught:
        faulty.apply(SparqlUpdate(f"INSERT DATA {{ GRAPH <{OST}> {{ {text} }} }}"))
    assert [str(found["focus"]).rpartition("/")[2] for found in caught.value.findings] == [focus]
    assert "before" in caught.value.hint


def test_what_a_write_breaks_elsewhere_refuses_it(faulty: WritableDataset) -> None:
    taken = SparqlUpdate("DELETE WHERE { GRAPH ?g { membership:alda-pact ckg:evidence ?e } }")
    with pytest.raises(ShapeViolationError, match="1 time") as caught:
        faulty.apply(taken)
    assert str(caught.value.findings[0]["focus"]).endswith("/alda-pact")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (SparqlUpdate("INSERT DATA {"), QuerySyntaxError, "too early"),
        (SparqlUpdate("LOAD <http://127.0.0.1/>"), QueryRefusedError, "fetches nothing"),
        (SparqlUpdate("INSERT DATA { <urn:a> ckg:date 'soon' }"), ShapeViolationError, "soon"),
        (
            SparqlUpdate(f"INSERT DATA {{ GRAPH <{OST}> {{ <urn:a> ckg:end '2001-02-29' }} }}"),
            ShapeViolationError,
            "no such day",
        ),
        (SparqlUpdate("INSERT DATA { <urn:a> <urn:p> 'a'@en--ltr }"), QueryRefusedError, "1.2"),
        (
            SparqlUpdate("INSERT DATA { <urn:a> <urn:p> <<( <urn:a> <urn:b> 1 )>> }"),
            QueryRefusedError,
            "1.2",
        ),
        (PutGraph(NEW, b"<urn:a> <urn:p>\n oops .", "text/turtle"), SourceError, "content:2:"),
        (PutGraph(NEW, b"", "image/png"), UnknownFormatError, "image/png"),
        (PutGraph("no iri", b"", "text/turtle"), QueryRefusedError, "not the IRI"),
        (PutGraph(NEW, b"<urn:g> { }", "text/turtle"), SourceError, "content"),
        (
            PutGraph(NEW, b"<urn:g> { <urn:s> <urn:p> 1 }", "application/trig"),
            SourceError,
            "a graph of its own",
        ),
    ],
)
def test_what_cannot_be_written_is_refused(
    writable: WritableDataset, change: Change, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        writable.apply(change)


def test_a_dataset_for_reading_takes_no_change(small_dataset: Dataset) -> None:
    assert not small_dataset.writable
    assert small_dataset.current() is small_dataset
    with pytest.raises(ReadOnlyDatasetError):
        small_dataset.apply(DropGraph(LINKS_GRAPH))


def test_a_change_to_what_the_links_follow_from_moves_them(writable: WritableDataset) -> None:
    # From one graph to another: what follows stays the same.
    move = f"MOVE <{OST}> TO <{NEW}>"
    after = written(writable, SparqlUpdate(move))
    for kind in (DERIVED_GRAPH, LINKS_GRAPH):
        before = [graph for graph in writable.info.triples if graph.startswith(kind)]
        now = [graph for graph in after.info.triples if graph.startswith(kind)]
        assert after.store.dump_union(now) == writable.store.dump_union(before)


_CHANGES = [
    JOIN,
    SparqlUpdate(JOIN.text.replace("INSERT", "DELETE")),
    SparqlUpdate("INSERT DATA { state:alda ckg:memberOf organization:pact . [] rdfs:label 'x' }"),
    SparqlUpdate("DELETE { GRAPH ?g { ?m ckg:member ?s } } INSERT { GRAPH ?g { ?m ckg:member "
                 "state:alda } } WHERE { GRAPH ?g { ?m a ckg:Membership ; ckg:member ?s } }"),
    SparqlUpdate("DELETE { GRAPH ?g { ?m ckg:end ?d } } WHERE { GRAPH ?g { ?m ckg:end ?d } "
                 "FILTER(STRSTARTS(STR(?g), CONCAT(STR(graph:), 'source'))) }"),
    SparqlUpdate("INSERT { ?m ckg:end '2001/2003' } WHERE { ?m a ckg:Membership }"),
    SparqlUpdate(f"ADD SILENT <{OST}> TO <{NEW}>"),
    SparqlUpdate(f"MOVE SILENT <{NEW}> TO <{OST}>"),
    SparqlUpdate("CLEAR DEFAULT"),
    PutGraph(NEW, b"<urn:a> <urn:p> [ <urn:p> 1 ] .", "text/turtle"),
    PostGraph(OST, b"<urn:a> a <https://w3id.org/cstokg/ontology#State> .", "text/turtle"),
]  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(st.sampled_from(_CHANGES), min_size=1, max_size=5))
def test_whatever_is_written_the_dataset_is_what_its_quads_would_be_built_into(
    writable: WritableDataset, changes: list[Change]
) -> None:
    dataset: Dataset = writable
    for change in changes:
        with suppress(ShapeViolationError):
            dataset = written(dataset, change)
    asserted = {graph for graph in dataset.info.triples if not is_computed(graph)}
    fresh = Store()
    fresh.load_dump(dataset.store.dump(sorted(asserted)))
    compute(fresh, dataset.info)
    assert fresh.dump() == dataset.store.dump()
    assert dataset.info.triples == fresh.graphs()
