"""The contract of a store, whatever its engine."""

from pathlib import Path

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import RDF, XSD

from cstokg.store import QueryOptions, SelectResult, Store

EX = "http://example.org/"
ANN, BOB, KNOWS = URIRef(EX + "ann"), URIRef(EX + "bob"), URIRef(EX + "knows")

TURN = f"CONSTRUCT {{ ?y <{KNOWS}> ?x }} WHERE {{ ?x <{KNOWS}> ?y FILTER isIRI(?y) }}"


def test_graphs_are_counted_and_sorted(store: Store) -> None:
    assert store.graphs() == {"urn:a": 7, "urn:b": 3}


def test_triples_of_one_graph(store: Store) -> None:
    assert (ANN, KNOWS, BOB) in set(store.triples(["urn:b"]))
    assert (ANN, RDF.type, URIRef(EX + "Person")) not in set(store.triples(["urn:b"]))


def test_triples_of_all_graphs_are_distinct(store: Store) -> None:
    store.construct(f"CONSTRUCT WHERE {{ ?s <{KNOWS}> ?o }}", "urn:c", unless_in=[])
    assert sum(store.graphs().values()) == 12
    assert len(list(store.triples())) == 10


def test_literals_keep_their_terms(store: Store) -> None:
    values = {o for s, p, o in store.triples(["urn:a"]) if isinstance(o, Literal)}
    assert Literal("Ann", lang="en") in values
    # Not "Anna"^^xsd:string, which rdflib takes for another term.
    assert Literal("Anna") in values
    assert Literal("30", datatype=XSD.integer) in values


def test_an_ill_typed_literal_keeps_its_text() -> None:
    store = Store()
    store.insert("urn:a", [(ANN, KNOWS, Literal("soon", datatype=XSD.date, normalize=False))])
    assert [str(o) for _, _, o in store.triples()] == ["soon"]


def test_blank_nodes_of_two_files_are_kept_apart() -> None:
    store = Store()
    for name in ("one.ttl", "two.ttl"):
        store.load(b"_:x <urn:p> <urn:o> .", Path(name), "urn:a")
    assert store.graphs() == {"urn:a": 2}


def test_a_dump_loads_to_the_same_dump(store: Store) -> None:
    store.label_blank_nodes()
    other = Store()
    other.load_dump(store.dump())
    assert other.dump() == store.dump()


def test_a_dump_is_sorted_and_can_be_of_one_graph(store: Store) -> None:
    lines = store.dump(["urn:b"]).splitlines()
    assert len(lines) == 3
    assert lines == sorted(lines)
    assert all(line.endswith(b" <urn:b> .") for line in lines)


def test_a_union_names_no_graph(store: Store) -> None:
    assert b"urn:" not in store.dump_union()
    assert store.dump_union().count(b"\n") == 10


def test_blank_nodes_get_the_same_names_in_every_run(tmp_path: Path) -> None:
    text = b"@prefix : <urn:> . :a :p [ :q [ :r 1 ] ] , [ :q [ :r 2 ] ] . :b :list ( 1 2 ) ."
    dumps = []
    for _ in range(2):
        store = Store()
        store.load(text, tmp_path / "a.ttl", "urn:a")
        store.label_blank_nodes()
        dumps.append(store.dump())
    assert dumps[0] == dumps[1]


def test_names_of_blank_nodes_are_those_of_the_whole_dataset_by_rdfc10(tmp_path: Path) -> None:
    text = b"@prefix : <urn:> . :a :p [ :q [ :r 1 ] ] , [ :q [ :r 2 ] ] ; :s :b . :b :l ( 1 ) ."
    store = Store()
    for name in ("one", "two"):
        store.load(text, tmp_path / f"{name}.ttl", f"urn:{name}")
    whole = ox.Dataset(ox.parse(store.dump(), format=ox.RdfFormat.N_QUADS))
    whole.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    store.label_blank_nodes()
    assert store.dump().splitlines() == sorted(f"{quad} .".encode() for quad in whole)
    assert store.dump_union().splitlines() == sorted(
        {f"{quad.triple} .".encode() for quad in whole}
    )


def test_insert_adds_what_no_graph_says(store: Store) -> None:
    triples = [(ANN, KNOWS, BOB), (BOB, KNOWS, ANN), (BOB, KNOWS, BNode("x"))]
    assert store.insert("urn:c", triples) == 2
    assert store.graphs()["urn:c"] == 2


def test_construct_adds_what_is_new_and_says_how_much(store: Store) -> None:
    assert store.construct(TURN, "urn:c") == 1
    assert store.construct(TURN, "urn:c") == 0
    assert store.graphs()["urn:c"] == 1


def test_construct_repeats_nothing_of_another_graph(store: Store) -> None:
    assert store.construct(f"CONSTRUCT WHERE {{ ?s <{KNOWS}> ?o }}", "urn:c") == 0


def test_construct_may_repeat_graphs_that_do_not_count(store: Store) -> None:
    everything = f"CONSTRUCT WHERE {{ ?s <{KNOWS}> ?o }}"
    assert store.construct(everything, "urn:c", unless_in=["urn:a"]) == 2
    assert store.construct(everything, "urn:c", unless_in=["urn:a"]) == 0


def test_construct_leaves_out_what_is_no_triple(store: Store) -> None:
    query = f"CONSTRUCT {{ ?o <{RDF.type}> <urn:x> }} WHERE {{ ?s <{EX}age> ?o }}"
    assert store.construct(query, "urn:c") == 0


def test_discard_takes_out_of_one_graph_only(store: Store) -> None:
    everything = f"CONSTRUCT WHERE {{ ?s <{KNOWS}> ?o }}"
    assert store.discard("urn:a", everything) == 0
    assert store.discard("urn:b", everything) == 2
    assert store.graphs() == {"urn:a": 7, "urn:b": 1}


def test_queries_see_the_union_of_the_graphs(store: Store) -> None:
    query = f"SELECT ?age WHERE {{ ?x <{KNOWS}> ?y ; <{EX}age> ?age }}"
    assert {int(str(age)) for (age,) in store.select(query)} == {30}


def test_graph_chooses_one(store: Store) -> None:
    assert not store.query(f"ASK {{ GRAPH <urn:a> {{ ?x <{KNOWS}> ?y }} }}")
    assert store.query(f"ASK {{ GRAPH ?g {{ ?x <{KNOWS}> ?y }} }}")


def test_from_chooses_the_default_graph(store: Store) -> None:
    result = store.query("SELECT DISTINCT ?p FROM <urn:b> WHERE { ?s ?p ?o }")
    assert isinstance(result, SelectResult)
    assert {str(p) for (p,) in result.rows} == {str(KNOWS), EX + "name"}


def test_from_named_leaves_the_default_graph_empty(store: Store) -> None:
    assert not store.query("ASK FROM NAMED <urn:b> { ?s ?p ?o }")
    assert store.query("ASK FROM NAMED <urn:b> { GRAPH ?g { ?s ?p ?o } }")
    assert not store.query("ASK FROM NAMED <urn:b> { GRAPH <urn:a> { ?s ?p ?o } }")


def test_from_reads_no_file(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "secret.ttl"
    path.write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    assert not store.query(f"ASK FROM <{path.as_uri()}> {{ ?s ?p ?o }}")
    assert store.graphs() == {"urn:a": 7, "urn:b": 3}


def test_from_in_a_text_or_a_name_is_no_from(store: Store) -> None:
    query = f"""
        PREFIX from: <{EX}>
        SELECT ?from WHERE {{ ?from from:knows ?y FILTER("from <x>" != "FROM") }} # from
    """
    assert len(store.select(query)) == 2


def test_the_protocol_can_choose_the_graphs(store: Store) -> None:
    ask = "ASK { ?s ?p ?o }"
    assert store.query(ask, QueryOptions(default_graphs=["urn:a"]))
    assert not store.query(ask, QueryOptions(default_graphs=["urn:nothing"]))
    assert not store.query(ask, QueryOptions(named_graphs=["urn:a"]))
    inside = f"ASK {{ GRAPH ?g {{ ?x <{KNOWS}> ?y }} }}"
    assert store.query(inside, QueryOptions(named_graphs=["urn:b"]))
    assert not store.query(inside, QueryOptions(named_graphs=["urn:a"]))


def test_prefixes_hold_where_the_query_declares_none(store: Store) -> None:
    prefixes = {"ex": EX}
    assert store.query("ASK { ex:ann ex:knows ex:bob }", QueryOptions(prefixes=prefixes))
    declared = "PREFIX ex: <urn:other> ASK { ex:ann ex:knows ex:bob }"
    assert not store.query(declared, QueryOptions(prefixes=prefixes))


def test_select_refuses_other_queries(store: Store) -> None:
    import pytest

    with pytest.raises(TypeError, match="not a SELECT query"):
        store.select("ASK {}")
