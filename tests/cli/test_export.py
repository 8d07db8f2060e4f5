import hashlib
from pathlib import Path

import pytest
from rdflib import Dataset, Graph, URIRef
from tests.cli.conftest import Run


# rdflib's own TriG parser still uses what rdflib deprecates.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_dataset_is_trig_by_default(run: Run) -> None:
    result = run("export")
    assert result.exit_code == 0
    graphs = Dataset().parse(data=result.stdout, format="trig").graphs()
    assert URIRef("https://w3id.org/cstokg/graph/source/ost-1999") in {
        graph.identifier for graph in graphs
    }


def test_one_graph_is_turtle_by_default(run: Run) -> None:
    result = run("export", "--graph", "ontology")
    assert len(Graph().parse(data=result.stdout, format="turtle")) == 7


@pytest.mark.parametrize("name", ["turtle", "ttl", "nt", "nquads", "rdf", "jsonld"])
def test_a_format_can_be_chosen(run: Run, name: str) -> None:
    result = run("export", "-f", name)
    assert result.exit_code == 0
    assert "state/alda" in result.stdout or "state:alda" in result.stdout


def test_the_name_of_the_file_says_the_format(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.nt"
    result = run("export", "--graph", "ontology", "-o", path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(path.read_text("utf-8").splitlines()) == 7


def test_all_formats_are_written_with_their_hashes(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    result = run("export", "--all", "-o", folder)
    assert result.exit_code == 0
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    assert len(lines) == 12
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_a_crate_is_a_folder_of_every_format(run: Run, tmp_path: Path) -> None:
    result = run("export", "-f", "ro-crate", "-o", tmp_path / "crate")
    assert result.exit_code == 0
    assert (tmp_path / "crate" / "ro-crate-metadata.json").is_file()
    assert (tmp_path / "crate" / "cstokg.sqlite").is_file()


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("a.graphml", b"<?xml"),
        ("a.gexf", b"<?xml"),
        ("a.sqlite", b"SQLite format 3"),
        ("a.db", b"SQLite format 3"),
        ("a.csvw.zip", b"PK"),
        ("a.nanopub.trig", b"@prefix"),
    ],
)
def test_a_file_for_another_tool_is_known_by_its_name(
    run: Run, tmp_path: Path, name: str, begin: bytes
) -> None:
    result = run("export", "-o", tmp_path / name)
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / name).read_bytes().startswith(begin)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-f", "pdf"], "pdf"),
        (["-f", "sqlite"], "-o"),
        (["-f", "csvw"], "-o"),
        (["-f", "gexf", "--graph", "links"], "--graph"),
        (["-f", "ro-crate"], "-o"),
        (["-o", "/nowhere/out.gexf"], "/nowhere/out.gexf"),
        (["--graph", "nowhere"], "nowhere"),
        (["--all"], "-o"),
        (["--all", "-o", "x", "-f", "turtle"], "--format"),
        (["-o", "/nowhere/out.ttl"], "/nowhere/out.ttl"),
    ],
)
def test_wrong_use_is_an_error(run: Run, arguments: list[str], message: str) -> None:
    result = run("export", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
