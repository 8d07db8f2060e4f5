import pytest
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib import Dataset as RdfDataset
from rdflib.compare import isomorphic

from cstokg import Dataset
from cstokg.publish.export import export_dataset
from cstokg.rdf.turtle_writer import to_trig, to_turtle


def test_turtle_is_for_reading(small_dataset: Dataset) -> None:
    text = export_dataset(small_dataset, "turtle", "source/ost-1999").decode()
    head, *blocks = text.strip().split("\n\n")
    assert all(line.startswith("@prefix ") for line in head.splitlines())
    assert head.splitlines() == sorted(head.splitlines())
    subjects = [block.split()[0] for block in blocks]
    assert len(subjects) == len(set(subjects)) > 5
    assert "state:alda" in subjects


def test_turtle_uses_only_the_prefixes_it_declares(small_dataset: Dataset) -> None:
    assert "@prefix foaf:" not in export_dataset(small_dataset, "turtle").decode()


def test_a_double_keeps_its_digits() -> None:
    graph = Graph()
    value = Literal("0.123456789012345", datatype=XSD.double)
    graph.add((URIRef("urn:s"), URIRef("urn:p"), value))
    assert list(Graph().parse(data=to_turtle(graph), format="turtle").objects()) == [value]


def test_shared_blank_nodes_and_rings_have_labels() -> None:
    text = """<urn:a> <urn:p> _:x . <urn:b> <urn:p> _:x . _:x <urn:q> ( 1 _:y ) . _:y <urn:q> _:y .
    <urn:c> <urn:list> _:l . _:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 ; rdf:rest () .
    <urn:d> <urn:list> _:m . _:one <urn:q> _:two . _:two <urn:q> _:one ."""
    graph = Graph().parse(data=f"@prefix rdf: <{RDF}> .\n{text}", format="turtle")
    written = to_turtle(graph)
    assert isomorphic(Graph().parse(data=written, format="turtle"), graph)


# rdflib's own parser of TriG uses what rdflib deprecates.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_blank_node_of_two_graphs_stays_one() -> None:
    node, first, second = BNode("shared"), Graph(), Graph()
    first.add((URIRef("urn:s"), URIRef("urn:p"), node))
    first.add((node, URIRef("urn:q"), Literal("first")))
    second.add((node, RDF.type, URIRef("urn:C")))
    parsed = RdfDataset(default_union=True)
    parsed.parse(data=to_trig({"urn:1": first, "urn:2": second}), format="trig")
    (found,) = parsed.objects(URIRef("urn:s"), URIRef("urn:p"))
    assert (found, RDF.type, URIRef("urn:C")) in parsed
    assert (found, URIRef("urn:q"), Literal("first")) in parsed
