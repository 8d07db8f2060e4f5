"""What a change reaches: about all other nodes a shape's query finds what it found."""

from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.term import Node

from cstokg import build_dataset, load_settings
from cstokg.namespaces import CKG, META_GRAPH, ONTOLOGY_GRAPH, RDFS
from cstokg.shacl.compiler import Probe
from cstokg.shacl.reach import Reach
from cstokg.shacl.validation import find_suspects, read_shapes
from cstokg.store import Store
from cstokg.store.sparql.reads import find_nodes, find_reads

FIXTURES: Final = Path(__file__).parents[1] / "shapes"
EXAMPLES: Final = (
    *("DuplicateMembership", "EndAfterBegin", "EvidencePassage", "StrengthNode"),
    *("MemberOfNode", "OrderOfOccurrences", "StatementShape", "ReportedClaim"),
)
ODD: Final = (
    '"2002-02-30"',
    '""',
    '"text"@EN',
    f"<{CKG}Membership>",
    f"<{CKG}State>",
    "<https://w3id.org/cstokg/id/state/nowhere>",
)


@cache
def conforming() -> tuple[Store, list[str]]:
    """Return a store with examples, and the lines of it that a change may take away."""
    files = [FIXTURES / "base.ttl", *(FIXTURES / name / "conforms.ttl" for name in EXAMPLES)]
    dataset = build_dataset(load_settings(), files=files, with_data=False, use_cache=False)
    graphs = [iri for iri in dataset.info.triples if iri not in (META_GRAPH, ONTOLOGY_GRAPH)]
    lines = dataset.store.dump(graphs).decode().splitlines(keepends=True)
    return dataset.store, [line for line in lines if "_:" not in line]


@cache
def probes() -> tuple[Probe, ...]:
    known = read_shapes(load_settings().shapes).probes or ()
    return tuple(probe for probe in known if find_reads(probe.any_suspect) is not None)


@cache
def suspects_before() -> dict[Node, list[Node]]:
    return find_suspects(conforming()[0], probes())


def changes() -> st.SearchStrategy[tuple[bytes, bytes]]:
    """Return what is removed and added: lines, all of a node, and lines with other ends."""
    lines = conforming()[1]
    parts = [line.split(" ", 2) for line in lines]
    subjects = sorted({subject for subject, _, _ in parts})
    rests = [tuple(rest.rsplit(" ", 2)) for _, _, rest in parts]
    objects = {value for value, _, _ in rests}
    values, pointed_to = sorted(objects | set(ODD)), sorted(objects.intersection(subjects))

    def change(
        gone: set[int],
        node: str,
        other: list[tuple[int, str]],
        moved: list[tuple[int, str]],
    ) -> tuple[bytes, bytes]:
        new = {
            f"{parts[at][0]} {parts[at][1]} {value} {' '.join(rests[at][1:])}"
            for at, value in other
        }
        new |= {f"{subject} {parts[at][1]} {parts[at][2]}" for at, subject in moved}
        removed = {lines[at] for at in gone} - new
        removed |= {line for line in lines if line.startswith(f"{node} ")} - new
        return "".join(removed).encode(), "".join(new - set(lines)).encode()

    numbers = st.integers(0, len(lines) - 1)
    return st.builds(
        change,
        st.sets(numbers, max_size=5),
        st.sampled_from(["", *pointed_to]),
        st.lists(st.tuples(numbers, st.sampled_from(values)), max_size=3),
        st.lists(st.tuples(numbers, st.sampled_from(subjects)), max_size=3),
    )


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_changed_nodes_beyond_its_reach_are_as_they_were(data: st.DataObject) -> None:
    changed = data.draw(changes())
    store = conforming()[0].copy()
    store.amend(*changed)
    after, reach = find_suspects(store, probes()), Reach(b"".join(changed), store)
    for probe in probes():
        focus = reach.focus(probe)
        if focus is None:
            continue
        new = set(after.get(probe.shape, ())) - set(suspects_before().get(probe.shape, ()))
        assert {node.n3() for node in new} <= focus, probe.shape
        found = bool(focus) and store.holds(probe.about(sorted(focus)))
        assert found == any(node.n3() in focus for node in after.get(probe.shape, ())), probe.shape


def test_a_value_that_is_taken_away_reaches_what_has_it() -> None:
    claim = "<https://w3id.org/cstokg/id/claim/union-will-grow>"
    gone = "".join(line for line in conforming()[1] if line.startswith(f"{claim} ")).encode()
    store = conforming()[0].copy()
    store.amend(gone, b"")
    reach, before = Reach(gone, store), suspects_before()
    beyond = [
        (node.n3(), reach.focus(probe))
        for probe in probes()
        for node in find_suspects(store, [probe]).get(probe.shape, ())
        if node.n3() != claim and node not in before.get(probe.shape, ())
    ]
    assert beyond
    assert all(focus is not None and node in focus for node, focus in beyond)


def test_most_shapes_of_the_project_are_asked_about_what_a_change_reaches() -> None:
    known = read_shapes(load_settings().shapes).probes or ()
    assert len(probes()) > len(known) * 4 / 5
    assert sum(bool(probe.classes or probe.properties) for probe in probes()) > len(known) * 4 / 5


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?this <urn:p>+ ?node }",
        "ASK { ?this !<urn:p> ?node }",
        "ASK { ?this ?p ?v . ?p a <urn:C> }",
        "ASK { ?this <urn:p> ?v . ?v ?q ?w }",
        "ASK { ?this <urn:p> ?v . ?other <urn:q> ?w }",
        "ASK { { ?this <urn:p> ?v } UNION { ?v <urn:q> 2 } }",
        "ASK { FILTER EXISTS { ?this <urn:p> ?v } FILTER NOT EXISTS { ?v <urn:q> ?w } }",
        "ASK { ?this <urn:p> ?v { ?x <urn:q> 1 FILTER EXISTS { ?v <urn:r> ?x } } }",
        "ASK { { SELECT ?this { ?this <urn:p> ?v } } ?v <urn:q> 1 }",
        "ASK { SELECT ?x ?this <urn:p> ?v }",
    ],
)
def test_what_is_not_surely_read_is_not_told(query: str) -> None:
    assert find_reads(query) is None


@pytest.mark.parametrize(
    ("query", "changed", "reached"),
    [
        ("?node <urn:p> ?this", ("a", "p", "b"), "b"),
        ("?this ^<urn:p> ?node", ("a", "p", "b"), "b"),
        ("?this <urn:p>/(<urn:q>|<urn:r>) ?node", ("b", "r", "c"), "a"),
        ("?this (^<urn:p>)/<urn:q> ?node", ("a", "q", "c"), "b"),
        ("?this <urn:q> ?v . ?node <urn:q> ?v ; <urn:p> ?w", ("x", "p", "y"), "x z"),
        ("?this <urn:n> ?v . ?node <urn:n> ?v ; <urn:p> ?w", ("m", "p", "y"), "m n"),
        ("?this <urn:p> <urn:b>", ("a", "p", "c"), ""),
        ("?v ?p ?this", ("a", "r", "b"), "b"),
        ("{ ?this <urn:p> ?v . ?v <urn:q> 1 } UNION { ?this <urn:r> ?v }", ("b", "q", "c"), "a"),
        (
            "{ SELECT ?v { ?this <urn:p> ?v } } FILTER NOT EXISTS { ?v <urn:q> ?w }",
            ("b", "q", "c"),
            "a",
        ),
    ],
)
def test_what_a_query_reads_leads_back(
    query: str, changed: tuple[str, str, str], reached: str
) -> None:
    store = Store()
    triples = ["a p b", "x q y", "z q y", 'm n "1"', 'n n "1"']
    parts = [[end if '"' in end else f"<urn:{end}>" for end in each.split()] for each in triples]
    store.load_dump("".join(f"{' '.join(part)} <urn:g> .\n" for part in parts).encode())
    subject, predicate, value = (f"<urn:{end}>" for end in changed)
    reads = find_reads(f"ASK {{ {query} }}")
    found = find_nodes(reads, {predicate: [(subject, value)]}, store.linked)
    assert found == {f"<urn:{name}>" for name in reached.split()}


def test_a_change_of_what_a_value_is_reaches_those_that_have_the_value() -> None:
    store = Store()
    in_graph = "<urn:g> ."
    store.load_dump(
        f"<urn:a> a <urn:C> {in_graph}\n<urn:a> <urn:p> <urn:b> {in_graph}\n".replace(
            " a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        ).encode()
    )
    query = "ASK { ?this <urn:p>/<urn:q> ?v }"
    probe = Probe(None, query, query, frozenset({"<urn:C>"}), frozenset())  # type: ignore[arg-type]
    changed = f"<urn:b> <urn:q> <urn:c> {in_graph}\n".encode()
    assert Reach(changed, store).focus(probe) == {"<urn:a>"}
    above = f"<urn:D> <{RDFS}subClassOf> <urn:C> {in_graph}\n".encode()
    assert Reach(changed + above, store).focus(probe) is None
    blank = f"_:x <urn:q> <urn:c> {in_graph}\n".encode()
    assert Reach(changed + blank, store).focus(probe) is None
