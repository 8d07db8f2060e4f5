"""What follows after a change to a source is what would follow if all were derived anew."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cstokg.dataset.build import BuildInfo, compute
from cstokg.dataset.changes import SparqlUpdate
from cstokg.dataset.derive import TIES, rules, tie_rules, with_iris
from cstokg.dataset.incremental import _shortcuts
from cstokg.dataset.model import Dataset
from cstokg.dataset.transaction import WritableDataset
from cstokg.namespaces import (
    DEFAULT_GRAPH,
    LINKS_GRAPH,
    ONTOLOGY_GRAPH,
    PREFIXES,
    THINGS_GRAPH,
    is_computed,
    source_graph,
)
from cstokg.store import Store

HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
HEAD += "PREFIX : <urn:x:>\nPREFIX source: <https://w3id.org/cstokg/id/source/>\n"

# A link follows from what another link brings (State), and links bring what OWL's rules give.
ONTOLOGY = """
    :A rdfs:subClassOf :B . :B rdfs:subClassOf :C .
    :p rdfs:subPropertyOf :q ; rdfs:domain :A . :q rdfs:range :B ; owl:inverseOf :r .
    :s a owl:SymmetricProperty . :t a owl:TransitiveProperty .
    :u owl:propertyChainAxiom ( :p :t ) . :v owl:propertyChainAxiom ( :p :s :q ) .
    ckg:leads rdfs:subPropertyOf :t . ckg:begin rdfs:domain :A . ckg:endEarliest rdfs:domain :C .
    ckg:signatoryOf rdfs:domain ckg:State ; rdfs:range ckg:State ; owl:inverseOf :p .
    ckg:beginLatest rdfs:subPropertyOf :latest .
"""
NAMELESS = """
    :D owl:equivalentClass [ owl:intersectionOf ( :B [ owl:onProperty :s ; owl:hasValue :a ] ) ] .
    :E owl:equivalentClass [ owl:unionOf ( :D [ owl:oneOf ( :b ) ] ) ] .
"""
SOURCES = [source_graph("one"), source_graph("two")]
GRAPHS = [*SOURCES, THINGS_GRAPH, DEFAULT_GRAPH]

NODES = [":a", ":b", ":c"]
TRIPLES = [
    *(f"{s} {p} {o}" for s, p, o in product(NODES, [":p", ":q", ":s", ":t"], NODES)),
    *(f"{s} a {c}" for s, c in product(NODES, [":A", ":B", "ckg:State", "ckg:Membership"])),
    *(f'{s} ckg:{p} "{d}"' for s in NODES for p in ("begin", "end") for d in (2001, 2003)),
    *(f"{s} ckg:actuality actuality:actual" for s in NODES),
    *(f"{s} {p} {o}" for s, o in product(NODES, NODES) for p in ("ckg:leader", "ckg:led")),
    *(f"{s} {p} {o}" for s, o in product(NODES, NODES) for p in ("ckg:actor", "ckg:treaty")),
    *(f"{s} ckg:treatyEventKind treaty-event-kind:signature" for s in NODES),
    *(f"{s} ckg:sameMatterAs {o}" for s, o in product(NODES, NODES)),
    # What was derived may be said, and what is said may be derived.
    *(f"{s} {p} {o}" for s, o in product(NODES, NODES) for p in (":r", ":u", "ckg:leads")),
    *(f'{s} ckg:beginLatest "2001-12-31"^^xsd:date' for s in NODES),
]
ACCOUNTS = [
    f"{each} ; ckg:actuality actuality:actual ; ckg:begin '2002' . :b a ckg:State"
    for each in (
        ":a ckg:leader :b ; ckg:led :c",
        ":b ckg:leader :b ; ckg:led :c",
        ":c ckg:treatyEventKind treaty-event-kind:signature ; ckg:actor :b ; ckg:treaty :a",
        ":a ckg:treatyEventKind treaty-event-kind:signature ; ckg:actor :b ; ckg:treaty :b",
        ":a ckg:member :b ; ckg:organization :c ; ckg:evidence :p1 . :p1 ckg:passageOf source:one",
        ":c ckg:member :b ; ckg:organization :c ; ckg:evidence :p2 . :p2 ckg:passageOf source:two",
    )
]
"""From each follows a link, and from the last two that they are of one matter."""
PIECES = [
    ":a ckg:end '2003'",
    "source:one ckg:datePublished '2002'",
    ":b a ckg:State",
    ":p1 ckg:passageOf source:one",
    ":a a ckg:Membership",
    *(f"{s} ckg:{p} :b" for s in NODES for p in ("led", "leader", "actor", "member")),
]
AXIOMS = [":B rdfs:subClassOf :Z", ":q a owl:SymmetricProperty", ":A rdfs:subClassOf :C"]
DOCUMENTS = ["source:one a ckg:SourceDocument", "source:two a ckg:SourceDocument"]

_STEP = st.tuples(
    st.sampled_from([*SOURCES * 3, *GRAPHS]),
    st.lists(st.sampled_from(TRIPLES + PIECES * 9), max_size=20),
    st.lists(st.integers(0, 10**6), max_size=4),
    st.lists(st.sampled_from(TRIPLES + ACCOUNTS * 9), max_size=12),
    st.lists(st.sampled_from(TRIPLES * 4 + AXIOMS + DOCUMENTS), max_size=1),
)


def inserted(graph: str, triples: Sequence[str], verb: str = "INSERT") -> str:
    return f"{verb} DATA {{ GRAPH <{graph}> {{ {' . '.join(triples)} }} }}"


def said(dataset: Dataset, graph: str, places: Sequence[int]) -> list[str]:
    """Return some of the triples that a graph says, without those with blank nodes."""
    lines = [line for line in dataset.store.dump([graph]).decode().splitlines() if "_:" not in line]
    return [lines[place % len(lines)].rsplit(" ", 2)[0] for place in places if lines]


def built(more: str) -> WritableDataset:
    store = Store()
    graphs = [(ONTOLOGY_GRAPH, ONTOLOGY + more), *zip(SOURCES, DOCUMENTS, strict=True)]
    for graph, content in graphs:
        store.update(HEAD + inserted(graph, [content]), default_graph=DEFAULT_GRAPH)
    store.label_blank_nodes()
    info = BuildInfo("1", "", (), {}, from_cache=False)
    compute(store, info)
    info = BuildInfo("1", "", (), store.graphs(), from_cache=False)
    return WritableDataset(store, info, lambda *_: None)


def written(dataset: WritableDataset, text: str) -> WritableDataset:
    after = dataset.apply(SparqlUpdate(HEAD + text)).service
    assert isinstance(after, WritableDataset)
    return after


def assert_as_derived_anew(dataset: WritableDataset) -> None:
    fresh = Store()
    asserted = [graph for graph in dataset.info.triples if not is_computed(graph)]
    fresh.load_dump(dataset.store.dump(asserted))
    compute(fresh, dataset.info)
    assert fresh.dump() == dataset.store.dump()
    assert fresh.dump_union() == dataset.store.dump_union()


@pytest.mark.parametrize("more", ["", NAMELESS])
@settings(max_examples=settings().max_examples // 10, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(_STEP, min_size=1, max_size=6))
def test_what_follows_after_changes_is_what_follows_from_all(
    more: str, steps: list[tuple[str, list[str], list[int], list[str], list[str]]]
) -> None:
    dataset = built(more)
    for graph, gone, places, new, rare in steps:
        stale = [*gone, *said(dataset, graph, places)]
        text = f"{inserted(graph, stale, 'DELETE')} ; {inserted(graph, [*new, *rare])}"
        dataset = written(dataset, text)
    assert_as_derived_anew(dataset)


def test_what_each_rule_of_links_reads_is_known() -> None:
    known = list(_shortcuts())
    assert len(known) == len(rules("links"))
    assert all(rule.reads and rule.supports and rule.reads < rule.supports for rule in known)


def test_a_source_follows_what_is_said_of_what_it_mentions_alone() -> None:
    dataset = built("")
    steps = [(SOURCES[0], ":b :t :c"), (THINGS_GRAPH, ":a :t :b")]
    for graph, triple in steps:
        dataset = written(dataset, inserted(graph, [triple]))
    assert dataset.ask(f"{HEAD} ASK {{ :a :t :c }}")


def test_ties_stay_beside_a_graph_of_no_source() -> None:
    notes = inserted(DEFAULT_GRAPH, [":n :m :o"])
    tied = [inserted(source, [each]) for source, each in zip(SOURCES, ACCOUNTS[4:], strict=True)]
    tie = f"{HEAD} ASK {{ GRAPH <{LINKS_GRAPH}> {{ :a ckg:sameMatterAs :c }} }}"
    store = Store()
    documents = [inserted(graph, [each]) for graph, each in zip(SOURCES, DOCUMENTS, strict=True)]
    for text in [*documents, *tied, notes]:
        store.update(HEAD + text, default_graph=DEFAULT_GRAPH)
    compute(store, BuildInfo("1", "", (), {}, from_cache=False))
    assert store.holds(tie)
    later = inserted(SOURCES[0], [":a :m :o"])
    for order in ([*tied, notes, later], [notes, *tied, later]):
        dataset = built("")
        for text in order:
            dataset = written(dataset, text)
        assert dataset.store.holds(tie)


def test_what_is_in_a_class_without_a_name_by_what_all_share_counts_for_a_source() -> None:
    dataset = built(NAMELESS)
    for graph, triple in ((THINGS_GRAPH, ":c :s :a"), (SOURCES[0], ":c a :A")):
        dataset = written(dataset, inserted(graph, [triple]))
    assert dataset.ask(f"{HEAD} ASK {{ :c a :D }}")


def test_an_axiom_among_the_things_is_followed_up_in_all_sources() -> None:
    dataset = built("")
    for graph, triple in ((SOURCES[0], ":c :q :b"), (THINGS_GRAPH, ":B rdfs:subClassOf :Z")):
        dataset = written(dataset, inserted(graph, [triple]))
    assert dataset.ask(f"{HEAD} ASK {{ :b a :Z }}")


def test_one_source_alone_is_tied_to_none() -> None:
    dataset = built("")
    dataset = written(dataset, inserted(SOURCES[1], ACCOUNTS[4:]))
    assert LINKS_GRAPH in dataset.store.graphs()
    dataset = written(dataset, f"DROP GRAPH <{SOURCES[0]}>")
    assert LINKS_GRAPH not in dataset.store.graphs()


def bond(name: str, year: int, source: str, *, more: str = "ckg:organization :c") -> str:
    said = f"{name} ckg:member :b ; {more} ; ckg:begin '{year}' ; ckg:evidence {name}p"
    return f"{said} . {name}p ckg:passageOf {source}"


@pytest.mark.parametrize("more", ["ckg:organization :c", "ckg:sameMatterAs :two"])
def test_a_spell_that_fits_ends_a_conflict_of_others(more: str) -> None:
    conflict = f"{HEAD} ASK {{ :one ckg:conflictsWith :two }}"
    dataset = built("")
    for graph, account, conflicts in (
        (SOURCES[0], bond(":one", 1992, "source:one", more=more), False),
        (SOURCES[1], bond(":two", 2005, "source:two"), True),
        (SOURCES[0], bond(":again", 2005, "source:one"), False),
    ):
        dataset = written(dataset, inserted(graph, [account]))
        assert dataset.ask(conflict) == conflicts
        assert_as_derived_anew(dataset)
    dataset = written(dataset, inserted(SOURCES[0], [":again ckg:member :b"], "DELETE"))
    assert dataset.ask(conflict)


def test_rules_of_ties_say_them_both_ways_and_read_those_before_alone() -> None:
    assert sorted(rule for tie in TIES for rule in tie_rules(tie)) == sorted(rules("across"))
    for place, tie in enumerate(TIES):
        for rule in tie_rules(tie):
            head, _, body = with_iris(rule).partition("WHERE")
            both = f"{{ ?one <{tie}> ?other . ?other <{tie}> ?one }}"
            assert both in head
            assert not any(later in body for later in TIES[place:])


SIGNING = f"{ACCOUNTS[2].removesuffix('ckg:State')} :K"
LEADERSHIPS = " . ".join(
    f":n{n} ckg:leader :b ; ckg:led :c{n} ; ckg:actuality actuality:actual" for n in range(40)
)
BONDS = [
    " . ".join(
        bond(f":{name}{n}", year, f"source:{name}", more=f"ckg:organization :c{n}")
        for n in range(20)
    )
    for name, year in (("one", 1992), ("two", 2005))
]
SIGNINGS = [
    f":{name} ckg:treatyEventKind treaty-event-kind:signature ; ckg:treaty :t ; "
    f"ckg:actor :{name}a ; ckg:evidence :{name}p . :{name}p ckg:passageOf source:{name} . "
    f":{name}a a ckg:State"
    for name in ("one", "two")
]
RARE = {
    "a link rests on a class two steps above": [
        (SOURCES[0], "INSERT", SIGNING),
        (SOURCES[0], "DELETE", ":b a :K"),
    ],
    "a source says itself what a rule of links says": [
        (SOURCES[0], "INSERT", ":b ckg:leads :c"),
        (SOURCES[0], "INSERT", ACCOUNTS[1]),
    ],
    "what a rule of links says is said later": [
        (SOURCES[0], "INSERT", ACCOUNTS[1]),
        (SOURCES[0], "INSERT", ":b ckg:leads :c"),
    ],
    "what a rule of links says is said no more": [
        (SOURCES[0], "INSERT", f":b ckg:leads :c . {ACCOUNTS[1]}"),
        (SOURCES[0], "DELETE", ":b ckg:leads :c"),
    ],
    "a link rests on one of two accounts": [
        (SOURCES[0], "INSERT", f"{ACCOUNTS[1]} . :d ckg:leader :b ; ckg:led :c"),
        (SOURCES[0], "INSERT", ":d ckg:actuality actuality:actual"),
        (SOURCES[0], "DELETE", ":b ckg:led :c"),
        (SOURCES[0], "DELETE", ":d ckg:led :c"),
    ],
    "what follows from what is new tells against a link": [
        (SOURCES[0], "INSERT", ACCOUNTS[1]),
        (SOURCES[0], "INSERT", ":b :ends '2003'"),
        (SOURCES[0], "DELETE", ":b :ends '2003'"),
    ],
    "so many accounts have one leader that the rule is asked about all": [
        (SOURCES[0], "INSERT", LEADERSHIPS),
        (SOURCES[0], "DELETE", ":n0 ckg:leader :b ; ckg:led :c0"),
    ],
    "what is no source and the things imply the same link": [
        (DEFAULT_GRAPH, "INSERT", ACCOUNTS[2]),
        (THINGS_GRAPH, "INSERT", ":a :p :b"),
        (THINGS_GRAPH, "DELETE", ":a :p :b"),
    ],
    "most of a source is new": [
        (SOURCES[0], "INSERT", " . ".join(f":n{number} :p :a" for number in range(1_001))),
    ],
    "more accounts are new than a rule of ties is asked about at once": [
        (SOURCES[0], "INSERT", BONDS[0]),
        (SOURCES[1], "INSERT", BONDS[1]),
        (SOURCES[1], "DELETE", BONDS[1]),
    ],
    "so many accounts are new that all ties are asked for anew": [
        (SOURCES[0], "INSERT", BONDS[0]),
        (SOURCES[1], "INSERT", bond(":two", 2005, "source:two", more="ckg:organization :c1")),
        (
            SOURCES[1],
            "INSERT",
            " . ".join(f":n{number} ckg:actor :b" for number in range(1_001))
            + f" . {bond(':too', 2006, 'source:two', more='ckg:organization :c2')}",
        ),
    ],
    "two sources speak of one signing": [
        (SOURCES[0], "INSERT", SIGNINGS[0]),
        (SOURCES[1], "INSERT", SIGNINGS[1]),
        (SOURCES[1], "DELETE", ":twoa a ckg:State"),
        (SOURCES[0], "DELETE", ":onep ckg:passageOf source:one"),
    ],
    "a tie by hand comes and goes": [
        (SOURCES[0], "INSERT", bond(":one", 1992, "source:one", more="ckg:sameMatterAs :two")),
        (SOURCES[1], "INSERT", bond(":two", 2005, "source:two")),
        (SOURCES[0], "INSERT", bond(":again", 2005, "source:one")),
        (SOURCES[0], "DELETE", ":one ckg:sameMatterAs :two"),
        (SOURCES[0], "INSERT", ":again ckg:sameMatterAs :two"),
        (SOURCES[0], "DELETE", ":again ckg:sameMatterAs :two ; ckg:member :b"),
    ],
    "a source goes": [
        (SOURCES[0], "INSERT", ACCOUNTS[1]),
        (SOURCES[0], "DELETE", f"{DOCUMENTS[0]} . {ACCOUNTS[1]}"),
    ],
}


@pytest.mark.parametrize("steps", RARE.values(), ids=RARE)
def test_what_is_rare_is_as_if_derived_anew(steps: list[tuple[str, str, str]]) -> None:
    dataset = built(
        ":K rdfs:subClassOf :L . :L rdfs:subClassOf ckg:State . :ends rdfs:subPropertyOf ckg:end ."
    )
    for graph, verb, triples in steps:
        dataset = written(dataset, inserted(graph, [triples], verb))
        assert_as_derived_anew(dataset)
