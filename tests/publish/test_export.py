import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import Dataset as RdfDataset
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from tests.processes import output_of

from cstokg.dataset.build import build_dataset, graph
from cstokg.dataset.model import Dataset
from cstokg.errors import UnknownFormatError, UnknownGraphError, UnwritableError
from cstokg.namespaces import META_GRAPH
from cstokg.publish.export import SUMS, export_all, export_dataset, export_formats
from cstokg.settings import load_settings

# rdflib's own parsers of TriG, N-Quads and JSON-LD use what rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PARSERS = {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
NAMES = [row.name for row in export_formats()]

TRICKY = """
@prefix : <http://example.org/> .
@prefix ckg: <https://w3id.org/cstokg/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ckg:member a owl:ObjectProperty .
ckg:strength a owl:DatatypeProperty ; rdfs:range xsd:integer .
:x a ckg:Place ;
    :text "a \\"quoted\\" text\\nof two lines\\twith \\\\ and <&>" , "жизнь"@ru , "" ;
    :number 1 , 1.50 , 1e0 , 1.25e-7 , true , "soon"^^xsd:date ;
    ckg:member :x , "not a node" ; ckg:wording "" ;
    ckg:strength 3 , -7 , 99999999999999999999 , "three" ;
    :list ( 1 [ :inner ( :a ) ] () ) ;
    :shared _:b ; :again _:b ; :alone [ :p [ :q 2 ] ] ;
    <http://other.example/p.q> <http://other.example/a(b),c> .
_:b a ckg:Place . _:loop :p _:loop .
"""


@pytest.fixture(autouse=True)
def _literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep rdflib's parsers from rewriting what they read."""
    monkeypatch.setattr("rdflib.NORMALIZE_LITERALS", False)


@pytest.fixture(scope="module")
def tricky(small_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The small project and a file with everything that is hard to write."""
    folder = tmp_path_factory.mktemp("tricky")
    (folder / "tricky.ttl").write_text(TRICKY, encoding="utf-8")
    return build_dataset(
        load_settings(small_project, folder), files=[folder / "tricky.ttl"], use_cache=False
    )


@pytest.mark.parametrize("name", ["turtle", "ntriples", "rdfxml", "jsonld"])
@pytest.mark.parametrize(
    "graph_name", ["source/tricky", "derived/ost-1999", "links/ost-1999", "meta", "ontology"]
)
def test_one_graph_is_read_back_the_same(tricky: Dataset, name: str, graph_name: str) -> None:
    content = export_dataset(tricky, name, graph_name)
    parsed = Graph().parse(data=content, format=PARSERS.get(name, name))
    assert len(parsed) > 0
    assert isomorphic(parsed, graph(tricky, graph_name))


@pytest.mark.parametrize("name", ["turtle", "ntriples", "rdfxml"])
def test_the_union_is_read_back_the_same(tricky: Dataset, name: str) -> None:
    content = export_dataset(tricky, name)
    parsed = Graph().parse(data=content, format=PARSERS.get(name, name))
    assert isomorphic(parsed, graph(tricky))


@pytest.mark.parametrize("name", ["trig", "nquads", "jsonld"])
def test_the_dataset_is_read_back_with_its_graphs(tricky: Dataset, name: str) -> None:
    parsed = RdfDataset()
    parsed.parse(data=export_dataset(tricky, name), format=PARSERS.get(name, name))
    assert len(parsed.graph()) == 0
    assert {str(each.identifier) for each in parsed.graphs() if len(each)} == set(
        tricky.info.triples
    )
    for iri in tricky.info.triples:
        assert isomorphic(parsed.graph(URIRef(iri)), graph(tricky, iri)), iri


@pytest.mark.parametrize("name", ["trig", "nquads", "jsonld"])
def test_blank_nodes_are_the_same_in_all_graphs(tricky: Dataset, name: str) -> None:
    parsed = RdfDataset(default_union=True)
    parsed.parse(data=export_dataset(tricky, name), format=PARSERS.get(name, name))
    union = Graph()
    for triple in parsed.triples((None, None, None)):
        union.add(triple)
    assert isomorphic(union, graph(tricky))


@pytest.mark.parametrize("name", ["trig", "nquads"])
def test_formats_of_datasets_name_the_one_graph(tricky: Dataset, name: str) -> None:
    parsed = RdfDataset()
    parsed.parse(data=export_dataset(tricky, name, "meta"), format=name)
    assert [str(each.identifier) for each in parsed.graphs() if len(each)] == [META_GRAPH]


def test_exports_are_the_same_in_every_run(small_project: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from cstokg import build_dataset, export_all, load_settings;"
        "d = build_dataset(load_settings(Path(sys.argv[1])), use_cache=False);"
        "export_all(d, Path(sys.argv[2]))"
    )
    sums = set()
    for seed in ("0", "1"):
        folder = tmp_path / seed
        subprocess.run(
            [sys.executable, "-c", program, str(small_project), str(folder)],
            env={"PYTHONHASHSEED": seed},
            check=True,
        )
        sums.add((folder / SUMS).read_text(encoding="utf-8"))
    assert len(sums) == 1
    assert len(sums.pop().splitlines()) == len(NAMES) + 1  # and what makes it an RO-Crate


@pytest.mark.slow
@pytest.mark.long
def test_exports_of_the_project_for_tools_are_the_same_in_every_run(
    dataset: Dataset, cache: Path
) -> None:
    program = (
        "import sys; from hashlib import sha256; from pathlib import Path;"
        "from cstokg import build_dataset, load_settings;"
        "from cstokg.publish.export import TOOLS;"
        "d = build_dataset(load_settings(cache=Path(sys.argv[1])));"
        "[print(name, sha256(make(d)).hexdigest()) for name, make in TOOLS.items()]"
    )
    # The names of this process are hashed at random, those of the other one otherwise.
    printed = output_of(sys.executable, "-c", program, cache, env={"PYTHONHASHSEED": "1"})
    sums = dict(line.split() for line in printed.splitlines())
    assert sums
    contents = {name: export_dataset(dataset, name) for name in sums}
    assert sums == {name: hashlib.sha256(each).hexdigest() for name, each in contents.items()}


def test_the_sums_are_those_of_the_files(small_dataset: Dataset, tmp_path: Path) -> None:
    paths = export_all(small_dataset, tmp_path / "new")
    names = {f"cstokg.{row.extension}" for row in export_formats()}
    assert {path.name for path in paths} == names | {SUMS, "ro-crate-metadata.json"}
    for line in paths[-1].read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        content = (tmp_path / "new" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest


@pytest.mark.parametrize("row", export_formats(), ids=lambda row: row.name)
def test_a_format_has_three_names(small_dataset: Dataset, row: object) -> None:
    from cstokg.formats import Format

    assert isinstance(row, Format)
    # Nanopublications are TriG, too; that media type means the plain dataset.
    others = () if row.name == "nanopub" else (row.media_type,)
    contents = {export_dataset(small_dataset, name) for name in (row.name, row.extension, *others)}
    assert len(contents) == 1


def test_what_is_unknown_is_refused(small_dataset: Dataset) -> None:
    with pytest.raises(UnknownFormatError, match="trig"):
        export_dataset(small_dataset, "docx")
    with pytest.raises(UnknownFormatError):
        export_dataset(small_dataset, "csv")
    with pytest.raises(UnknownGraphError, match="links"):
        export_dataset(small_dataset, "turtle", "nothing")


def test_what_one_format_cannot_carry_is_said_before_anything_is_written(
    small_dataset: Dataset, tmp_path: Path
) -> None:
    store = small_dataset.store.copy()
    store.load_content(b"<urn:s> <urn:p/> 1 .", "text/turtle", META_GRAPH)
    odd = replace(small_dataset, store=store)
    with pytest.raises(UnwritableError, match="the triple <urn:s> <urn:p/>"):
        export_all(odd, tmp_path / "exports")
    assert not (tmp_path / "exports").exists()
    assert b"<urn:p/>" in export_dataset(odd, "turtle")
