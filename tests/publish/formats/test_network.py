"""The network as networkx reads it, and as Gephi and others do by the same rules."""

from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import networkx
import pytest

from cstokg import Dataset
from cstokg.analysis.bonds.accounts import KINDS
from cstokg.namespaces import RESOURCE
from cstokg.publish.formats.network import to_gexf, to_graphml

GEXF = "{http://www.gexf.net/1.2draft}"
ARMENIA = f"{RESOURCE}state/armenia"
CSTO = f"{RESOURCE}organization/csto"
BONDS = {*KINDS, "Leadership"}


@pytest.fixture(scope="module", params=["graphml", "gexf"])
def network(request: pytest.FixtureRequest, dataset: Dataset) -> Any:
    if request.param == "graphml":
        return networkx.read_graphml(BytesIO(to_graphml(dataset)))
    return networkx.read_gexf(BytesIO(to_gexf(dataset)))


def edges(network: Any, one: str, other: str) -> list[dict[str, str]]:
    return list(network.get_edge_data(one, other, default={}).values())


def test_each_bond_and_each_part_in_an_event_is_an_edge(network: Any, dataset: Dataset) -> None:
    bonds = [told for *_, told in network.edges(data=True) if told["kind"] in BONDS]
    for kind, ends in KINDS.items():
        ends_of = f"ckg:{ends.party} ?party ; ckg:{ends.scope} ?of"
        pairs = dataset.select(f"SELECT * {{ ?bond a ckg:{kind} ; {ends_of} }}")
        assert sum(told["kind"] == kind for told in bonds) == len(pairs) > 0
    supplied = dataset.select("SELECT * { ?event a ckg:Event ; ckg:supplier ?who }")
    found = [told for *_, told in network.edges(data=True) if told["kind"] == "supplier"]
    assert len(found) == len(supplied) > 0


def test_agents_treaties_and_forces_are_nodes_with_their_names(
    network: Any, dataset: Dataset
) -> None:
    things = dataset.select(
        "SELECT DISTINCT ?node { VALUES ?kind { ckg:Agent ckg:Treaty ckg:Force } ?node a ?kind }"
    )
    assert {str(node) for (node,) in things} <= set(network.nodes)
    assert network.nodes[ARMENIA]["label"] == "Armenia"
    assert network.nodes[ARMENIA]["kind"] == "State"


def test_an_edge_says_when_by_whom_and_in_which_sentence(network: Any) -> None:
    (told,) = edges(network, ARMENIA, CSTO)
    assert told["label"] == told["kind"] == "Membership"
    assert told["actuality"] == "actual"
    assert told["begin_edtf"] == "2002"
    assert (told["begin_earliest"], told["begin_latest"]) == ("2002-01-01", "2002-12-31")
    assert told["end_earliest"] == "2024-06-25"
    assert told["voice"] == "Janko Šćepanović"
    assert "paragraph 6, sentence 1" in told["sentence"]
    assert told["document"].startswith("Will the CSTO")
    assert told["iri"] == f"{RESOURCE}membership/armenia-csto"


def test_what_is_not_known_is_left_out(network: Any) -> None:
    (told,) = edges(network, ARMENIA, CSTO)
    assert {"end_latest", "end_edtf", "end"}.isdisjoint(told)
    every = (*network.nodes.values(), *network.edges.values())
    assert all(value not in ("", "None") for each in every for value in each.values())


def test_what_is_no_fact_is_seen_in_the_label(network: Any) -> None:
    freeze = f"{RESOURCE}event/armenia-freeze-of-csto-participation"
    (told,) = edges(network, freeze, ARMENIA)
    assert told["label"] == "actor (alleged)"
    for *_, each in network.edges(data=True):
        assert (each["label"] == each["kind"]) == (each["actuality"] == "actual"), each


def test_the_timeline_of_gephi_has_the_bounds(dataset: Dataset) -> None:
    root = ElementTree.fromstring(to_gexf(dataset))
    graph = root.find(f"{GEXF}graph")
    assert graph is not None
    assert (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "date")
    (meta,) = root.findall(f"{GEXF}meta")
    assert meta.get("lastmodifieddate") == "2026-11-28"  # of the ontology, not of the run
    dated = [edge for edge in root.iter(f"{GEXF}edge") if edge.get("start")]
    assert ("2002-01-01", None) in [
        (edge.get("start"), edge.get("end"))
        for edge in dated
        if (edge.get("source"), edge.get("target")) == (ARMENIA, CSTO)
    ]
    ends = [(edge.get("start"), edge.get("end")) for edge in dated if edge.get("end")]
    assert ends
    assert all(start and end and start <= end for start, end in ends)


def test_another_dataset_is_a_network_of_its_own(small_dataset: Dataset) -> None:
    for read, content in (
        (networkx.read_graphml, to_graphml(small_dataset)),
        (networkx.read_gexf, to_gexf(small_dataset)),
    ):
        kinds = [kind for *_, kind in read(BytesIO(content)).edges(data="kind")]
        assert kinds == ["Membership", "Membership"]
