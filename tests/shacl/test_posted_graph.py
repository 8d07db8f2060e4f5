"""A graph is held to the shapes, and the dataset stays as it is."""

from pathlib import Path

import pytest

from cstokg import Dataset
from cstokg.errors import MissingFolderError, SourceError, UnknownFormatError
from cstokg.shacl.posted_graph import PostedGraph, shapes_graph, validate_posted_graph

ONTOLOGY = "https://w3id.org/cstokg/ontology#"
KNOWN = "https://w3id.org/cstokg/id/membership/alda-pact"
NEW = f"<urn:new> a <{ONTOLOGY}Membership> ."


@pytest.mark.parametrize("alone", [False, True])
def test_the_dataset_stays_as_it_is(
    small_dataset: Dataset, small_project: Path, *, alone: bool
) -> None:
    before = small_dataset.store.dump()
    result = validate_posted_graph(
        small_dataset, PostedGraph(NEW.encode(), "text/turtle", alone), small_project / "shapes"
    )
    assert not result.conforms
    assert {finding["focus"] for finding in result.findings} == {"urn:new"}
    assert small_dataset.store.dump() == before


def test_what_the_dataset_says_of_a_node_counts(
    small_dataset: Dataset, small_project: Path
) -> None:
    content = f"<{KNOWN}> a <{ONTOLOGY}Membership> .".encode()
    for alone, conforms in ((False, True), (True, False)):
        posted = PostedGraph(content, "text/turtle", alone)
        assert (
            validate_posted_graph(small_dataset, posted, small_project / "shapes").conforms
            is conforms
        )


def test_what_follows_is_looked_at_beside_the_dataset(
    small_dataset: Dataset, small_project: Path
) -> None:
    posted = PostedGraph(b"", "text/turtle")
    result = validate_posted_graph(small_dataset, posted, small_project / "shapes")
    looked_at = small_dataset.store.dump_union(
        [iri for iri in small_dataset.info.triples if not iri.endswith("/meta")]
    )
    assert result.triples == looked_at.count(b"\n")


@pytest.mark.parametrize(
    "shape",
    ["a sh:NodeShape", "sh:targetClass <urn:C>", "sh:target []", "sh:shapesGraph <urn:shapes>"],
)
@pytest.mark.parametrize("alone", [False, True])
def test_what_is_not_used_of_a_graph_is_noted(
    small_dataset: Dataset, small_project: Path, shape: str, *, alone: bool
) -> None:
    content = f"""PREFIX sh: <http://www.w3.org/ns/shacl#> <urn:shape> {shape} .
        <urn:o> <http://www.w3.org/2002/07/owl#imports> <urn:away> ."""
    posted = PostedGraph(content.encode(), "text/turtle", alone)
    result = validate_posted_graph(small_dataset, posted, small_project / "shapes")
    shapes, imports = result.notes
    assert "there are shapes among the data" in shapes
    assert imports.startswith("urn:o imports urn:away")
    report = result.report.serialize("turtle").decode()
    assert all(note in report for note in result.notes)
    empty = validate_posted_graph(
        small_dataset, PostedGraph(b"", "text/turtle", alone), small_project / "shapes"
    )
    assert empty.notes == []


@pytest.mark.parametrize("alone", [False, True])
def test_what_is_no_date_is_a_finding(
    small_dataset: Dataset, small_project: Path, *, alone: bool
) -> None:
    content = f"<urn:new> <{ONTOLOGY}date> '2001-02-29' , '2001-02-28' .".encode()
    posted = PostedGraph(content, "text/turtle", alone)
    (finding,) = validate_posted_graph(small_dataset, posted, small_project / "shapes").findings
    assert (finding["focus"], finding["value"]) == ("urn:new", "2001-02-29")
    assert "there is no such day" in finding["message"]


def test_a_mistake_has_its_place(small_dataset: Dataset, small_project: Path) -> None:
    with pytest.raises(SourceError) as caught:
        validate_posted_graph(
            small_dataset, PostedGraph(b"\n<urn:a> .", "text/turtle"), small_project / "shapes"
        )
    assert caught.value.line == 2
    with pytest.raises(UnknownFormatError):
        validate_posted_graph(small_dataset, PostedGraph(b"", "text/csv"), small_project / "shapes")


def test_shapes_are_a_graph(small_project: Path, tmp_path: Path) -> None:
    assert len(shapes_graph(small_project / "shapes")) > 5
    with pytest.raises(MissingFolderError):
        shapes_graph(tmp_path)
