"""Each source stands by itself: what follows from it, and what it is judged by."""

from pathlib import Path

import pytest

from cstokg import Dataset, build_dataset, load_settings, validate_dataset
from cstokg.dataset.changes import DropGraph, PutGraph, SparqlUpdate
from cstokg.dataset.derive import scopes
from cstokg.dataset.sources import find_others, find_sources
from cstokg.dataset.transaction import WritableDataset
from cstokg.namespaces import LINKS_GRAPH, source_graph
from cstokg.shacl.write_check import ShapesCheck

OST, WEST = source_graph("ost-1999"), source_graph("west-2001")

ACCOUNT = """
@prefix actuality: <https://w3id.org/cstokg/id/actuality/> .
@prefix ckg: <https://w3id.org/cstokg/ontology#> .
@prefix membership: <https://w3id.org/cstokg/id/membership/> .
@prefix organization: <https://w3id.org/cstokg/id/organization/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix passage: <https://w3id.org/cstokg/id/passage/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix source: <https://w3id.org/cstokg/id/source/> .
@prefix state: <https://w3id.org/cstokg/id/state/> .

source:west-2001 a ckg:SourceDocument, owl:NamedIndividual ; rdfs:label "West"@en ;
    ckg:dateWritten "2001" .
passage:west-2001-p01-s1 a ckg:Passage, owl:NamedIndividual ; rdfs:label "West, 1"@en ;
    ckg:passageOf source:west-2001 .
membership:west-2001-alda-pact a ckg:Membership, owl:NamedIndividual ;
    rdfs:label "Alda in the pact"@en ; ckg:actuality actuality:actual ; ckg:begin "1975" ;
    ckg:attestedOn "2001" ;
    ckg:evidence passage:west-2001-p01-s1 ;
    ckg:member state:alda ; ckg:organization organization:pact .
"""


@pytest.fixture(scope="module")
def two_sources(small_project: Path, tmp_path_factory: pytest.TempPathFactory) -> WritableDataset:
    settings = load_settings(small_project, tmp_path_factory.mktemp("cache"))
    dataset = build_dataset(settings)
    check = ShapesCheck(small_project / "shapes")
    writable = WritableDataset(dataset.store, dataset.info, check)
    commit = writable.apply(PutGraph(WEST, ACCOUNT.encode(), "text/turtle"))
    assert isinstance(commit.service, WritableDataset)
    return commit.service


def test_a_source_describes_its_document(two_sources: Dataset) -> None:
    assert find_sources(two_sources.store) == [OST, WEST]
    assert find_others(two_sources.store) == []


def test_each_shortcut_is_in_the_graph_of_the_source_that_supports_it(
    two_sources: Dataset,
) -> None:
    rows = two_sources.select(
        "SELECT ?g { GRAPH ?g { state:alda ckg:memberOf organization:pact } } ORDER BY ?g"
    )
    assert [str(graph) for (graph,) in rows] == [
        f"{LINKS_GRAPH}/ost-1999",
        f"{LINKS_GRAPH}/west-2001",
    ]
    assert len(two_sources.select("SELECT * { state:alda ckg:memberOf ?organization }")) == 1


def test_accounts_of_one_bond_are_tied_and_their_conflict_is_told(two_sources: Dataset) -> None:
    rows = two_sources.select(
        "SELECT ?p { GRAPH graph:links { ?one ?p membership:west-2001-alda-pact } }"
    )
    assert sorted(str(p).partition("#")[2] for (p,) in rows) == ["conflictsWith", "sameMatterAs"]


def test_a_write_to_one_source_leaves_what_follows_from_another(
    two_sources: WritableDataset,
) -> None:
    begin = f"GRAPH <{WEST}> {{ membership:west-2001-alda-pact ckg:begin "
    after = two_sources.apply(
        SparqlUpdate(f"DELETE DATA {{ {begin} '1975' }} }} ; INSERT DATA {{ {begin} '1992' }} }}")
    ).service
    assert not after.ask("ASK { ?one ckg:conflictsWith ?other }")
    assert after.ask("ASK { ?one ckg:sameMatterAs ?other }")


def test_a_source_is_judged_beside_what_all_share_and_no_other_source(
    two_sources: WritableDataset, small_project: Path
) -> None:
    judged = {graph: scope for graph, scope in scopes(two_sources.store) if graph == WEST}
    report = validate_dataset(two_sources, small_project / "shapes", judged=judged)
    (finding,) = report.findings  # the state is described by the other source alone
    assert finding.message == "The member has a label."
    assert finding.focus.endswith("west-2001-alda-pact")


def test_a_source_can_be_removed_and_leaves_nothing(two_sources: WritableDataset) -> None:
    after = two_sources.apply(DropGraph(WEST)).service
    assert not [graph for graph in after.info.triples if "west-2001" in graph]
    assert not after.ask("ASK { ?one ckg:sameMatterAs ?other }")
    assert after.ask("ASK { state:alda ckg:memberOf organization:pact }")


def test_a_graph_that_is_no_source_may_speak_of_all(two_sources: WritableDataset) -> None:
    note = "INSERT DATA { membership:west-2001-alda-pact ckg:evidence passage:ost-1999-p1-s1 }"
    assert two_sources.apply(SparqlUpdate(note)).added == 1


def test_the_project_holds_each_source_by_itself(dataset: Dataset) -> None:
    assert find_sources(dataset.store) == [source_graph("scepanovic-2024")]
    assert find_others(dataset.store) == []
    assert validate_dataset(dataset, load_settings().shapes).ok
