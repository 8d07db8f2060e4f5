"""Two versions told apart: facts, terms, nested and shared blank nodes, lists, exports."""

import gzip
from pathlib import Path

import pytest

from cstokg import Dataset, export_all
from cstokg.errors import MissingFileError, MissingFolderError, SourceError
from cstokg.formats import formats_for
from cstokg.namespaces import PREFIXES
from cstokg.rdf.diff import NodeDifference, compare_paths
from cstokg.rdf.formatting import format_file

ROOT = Path(__file__).parents[2]
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


@pytest.fixture
def compare(tmp_path: Path) -> "Compare":
    return Compare(tmp_path)


class Compare:
    """Compare two texts of Turtle."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, old: str, new: str) -> list[NodeDifference]:
        paths = self.folder / "old.ttl", self.folder / "new.ttl"
        for path, text in zip(paths, (old, new), strict=True):
            path.write_text(HEAD + text, "utf-8")
        return list(compare_paths(*paths))

    def facts(self, old: str, new: str) -> list[tuple[str, str | None, str | None]]:
        return [
            (" / ".join(fact.path), fact.old, fact.new)
            for node in self(old, new)
            for fact in node.facts
        ]


def test_order_prefixes_and_labels_of_blank_nodes_are_no_difference(compare: Compare) -> None:
    old = "state:a ckg:b 1 , 2 ; ckg:c [ ckg:d ( 1 2 ) ] . [] a owl:AllDisjointClasses ."
    new = "_:x a owl:AllDisjointClasses . <https://w3id.org/cstokg/id/state/a> ckg:c _:y ; ckg:b 2"
    assert compare(old, f"{new} , 1 . _:y ckg:d ( 1 2 ) .") == []


def test_added_removed_and_changed(compare: Compare) -> None:
    differences = compare(
        'state:a a ckg:State ; rdfs:label "A"@en . state:b a ckg:State .',
        'ckg:New a owl:Class . state:a a ckg:State ; rdfs:label "AA"@en . state:c a ckg:State .',
    )
    assert [(node.change, node.name, node.is_term) for node in differences] == [
        ("added", "ckg:New", True),
        ("changed", "state:a", False),
        ("removed", "state:b", False),
        ("added", "state:c", False),
    ]
    changed = differences[1]
    assert (changed.iri, changed.label) == ("https://w3id.org/cstokg/id/state/a", "AA")
    assert [(fact.path, fact.old, fact.new) for fact in changed.facts] == [
        (("rdfs:label",), '"A"@en', '"AA"@en')
    ]


def test_a_value_is_matched_with_one_of_its_language(compare: Compare) -> None:
    assert compare.facts(
        'state:a rdfs:label "A"@en , "Б"@ru , "x" .', 'state:a rdfs:label "B"@en , "Б"@ru , "y" .'
    ) == [("rdfs:label", '"A"@en', '"B"@en'), ("rdfs:label", '"x"', '"y"')]


def test_one_value_for_two_is_not_a_change_of_either(compare: Compare) -> None:
    assert compare.facts("state:a ckg:b 1 , 2 .", "state:a ckg:b 3 .") == [
        ("ckg:b", "1", None),
        ("ckg:b", "2", None),
        ("ckg:b", None, "3"),
    ]


def test_nested_nodes_are_matched_by_what_they_share(compare: Compare) -> None:
    shape = (
        "ckg:S sh:property [ sh:path ckg:a ; sh:minCount %s ] , [ sh:path ckg:b ; sh:maxCount 5 ] ."
    )
    assert compare.facts(shape % 1, shape % 2) == [
        ("sh:property [sh:path ckg:a] / sh:minCount", "1", "2")
    ]


def test_lists(compare: Compare) -> None:
    a_set = "[] a owl:AllDisjointClasses ; owl:members ( ckg:A %s ) ."
    assert compare.facts(a_set % "ckg:B ckg:C", a_set % "ckg:B ckg:D") == [
        ("owl:members", "ckg:C", None),
        ("owl:members", None, "ckg:D"),
    ]
    assert compare(a_set % "ckg:B ckg:C", a_set % "ckg:C ckg:B") == []
    order = "ckg:p owl:propertyChainAxiom ( %s ) ."
    assert compare.facts(order % "ckg:a ckg:b", order % "ckg:a ckg:c") == [
        ("owl:propertyChainAxiom (2)", "ckg:b", "ckg:c")
    ]
    assert compare.facts(order % "ckg:a ckg:b", order % "ckg:a") == [
        ("owl:propertyChainAxiom", "( ckg:a ckg:b )", "( ckg:a )")
    ]
    choice = "ckg:S sh:or ( [ sh:path ckg:a ; sh:minCount %s ] [ sh:path ckg:b ] ) ."
    assert compare.facts(choice % 1, choice % 2) == [("sh:or (1) / sh:minCount", "1", "2")]


def test_shared_and_ring_shaped_blank_nodes(compare: Compare) -> None:
    text = "state:a ckg:b _:x . state:c ckg:b _:x . _:x ckg:d %s . _:y ckg:e _:z . _:z ckg:e _:y ."
    assert compare(text % 1, (text % 1).replace("_:x", "_:other").replace("_:y", "_:w")) == []
    assert compare(text % 1, text % 2)


def test_a_file_in_another_syntax_and_a_folder(tmp_path: Path) -> None:
    from rdflib import Graph

    source = ROOT / "data/things/states.ttl"
    Graph().parse(source, format="turtle").serialize(tmp_path / "states.rdf", format="xml")
    assert compare_paths(source, tmp_path / "states.rdf") == ()
    folder = tmp_path / "states"
    folder.mkdir()
    (folder / "states.ttl").write_bytes(format_file(source))
    assert compare_paths(source, folder) == ()


QUADS = {
    ".trig": "<urn:g> { <urn:s> <urn:p> 1 } <urn:t> <urn:p> [ <urn:q> 2 ] .",
    ".nq": '<urn:s> <urn:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g> .\n'
    "<urn:t> <urn:p> _:b .\n"
    '_:b <urn:q> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    ".jsonld": '[{"@id": "urn:t", "urn:p": {"urn:q": 2}},'
    ' {"@id": "urn:g", "@graph": {"@id": "urn:s", "urn:p": 1}}]',
}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("suffix", QUADS)
def test_graphs_are_compared_where_both_files_can_name_them(tmp_path: Path, suffix: str) -> None:
    paths = [write(tmp_path, f"old{kind}", text) for kind, text in QUADS.items()]
    moved = write(tmp_path, f"new{suffix}", QUADS[suffix].replace("urn:g", "urn:h"))
    away = write(tmp_path, f"none{suffix}", QUADS[suffix].replace("urn:s", "urn:t"))
    for path in paths:
        found = [(node.change, node.iri, node.graph) for node in compare_paths(path, moved)]
        assert found == [("removed", "urn:s", "urn:g"), ("added", "urn:s", "urn:h")]
        assert compare_paths(path, moved, ignore_graphs=True) == ()
        assert compare_paths(path, paths[0]) == ()
        assert {node.graph for node in compare_paths(path, away)} == {"urn:g"}


def test_the_default_graph_is_one_of_them(tmp_path: Path) -> None:
    named = write(tmp_path, "a.trig", "<urn:g> { <urn:s> <urn:p> 1 }")
    default = write(tmp_path, "b.trig", "<urn:s> <urn:p> 1 .")
    found = [(node.change, node.graph) for node in compare_paths(named, default)]
    assert found == [("added", ""), ("removed", "urn:g")]


def test_against_a_file_of_triples_all_graphs_are_one(tmp_path: Path) -> None:
    triples = write(tmp_path, "a.ttl", "<urn:s> <urn:p> 1 . <urn:t> <urn:p> [ <urn:q> 2 ] .")
    for suffix, text in QUADS.items():
        assert compare_paths(write(tmp_path, f"b{suffix}", text), triples) == ()


def test_the_labels_of_graphs_without_a_name_are_no_difference(tmp_path: Path) -> None:
    old = write(tmp_path, "a.trig", "_:a { <urn:s> <urn:p> 1 }")
    new = write(tmp_path, "b.trig", "_:b { <urn:s> <urn:p> 1 }")
    assert compare_paths(old, new) == ()


def test_a_projects_folder_is_its_three_folders(small_project: Path, small_copy: Path) -> None:
    (small_copy / "other.ttl").write_text("<urn:a> <urn:b> 1 .")
    assert compare_paths(small_project, small_copy) == ()
    (small_copy / "data" / "ost-1999" / "more.ttl").write_text("<urn:a> <urn:b> 1 .")
    assert [node.iri for node in compare_paths(small_project, small_copy)] == ["urn:a"]


def test_every_format_of_an_export_says_the_same(small_dataset: Dataset, tmp_path: Path) -> None:
    made = export_all(small_dataset, tmp_path)
    of_rdf = (*formats_for("graph"), *formats_for("dataset"))
    names = {f"cstokg.{row.extension}" for row in of_rdf}
    files = [path for path in made if path.name in names]
    assert len(files) > 3
    for path in files[1:]:
        assert compare_paths(files[0], path) == (), path.suffix


def test_what_cannot_be_read(tmp_path: Path) -> None:
    good = ROOT / "shapes/names.ttl"
    with pytest.raises(MissingFileError):
        compare_paths(good, tmp_path / "no.ttl")
    with pytest.raises(MissingFolderError, match="has no Turtle file"):
        compare_paths(tmp_path, good)
    (tmp_path / "bad.ttl").write_text("<urn:a> <urn:b> .")
    with pytest.raises(SourceError):
        compare_paths(good, tmp_path / "bad.ttl")


def test_a_number_is_the_same_however_it_is_written_and_another_in_another_datatype(
    compare: Compare,
) -> None:
    same = compare.facts("<urn:a> ckg:b 007 , 1.50 , true .", "<urn:a> ckg:b 7 , 1.5 , true .")
    assert same == []
    for datatype in ("byte", "nonNegativeInteger", "unsignedLong", "dateTimeStamp"):
        typed = f'"7"^^xsd:{datatype}'
        found = compare.facts(f"<urn:a> ckg:b {typed} .", "<urn:a> ckg:b 7 .")
        assert found == [("ckg:b", typed, "7")]
        assert compare.facts(f"<urn:a> ckg:b {typed} .", f"<urn:a> ckg:b {typed} .") == []


def test_a_text_that_reads_like_a_datatype_stays_a_text(compare: Compare) -> None:
    text = r'"a\"^^<http://www.w3.org/2001/XMLSchema#byte>"'
    assert compare(f"<urn:a> ckg:b {text} .", f"<urn:a> ckg:b {text} .") == []
    (fact,) = compare.facts(f"<urn:a> ckg:b {text} .", '<urn:a> ckg:b "b" .')
    assert fact[1] == text


def test_a_compressed_file_is_of_the_same_kind(tmp_path: Path) -> None:
    old, new = tmp_path / "old.trig.gz", tmp_path / "new.TriG.gz"
    head = "@prefix own: <https://example.org/own/> .\n"
    old.write_bytes(gzip.compress(f"{head} own:g {{ own:a own:b 1 }}".encode()))
    new.write_bytes(gzip.compress(f"{head} own:g {{ own:a own:b 2 }}".encode()))
    (node,) = compare_paths(old, new)
    assert (node.name, node.graph) == ("own:a", "https://example.org/own/g")
