"""Files of RDF loaded into a store on disk."""

import gzip
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
import zstandard
from click.testing import Result
from tests.cli.conftest import Run, Start
from tests.processes import wait_until

from cstokg import Dataset
from cstokg.dataset.stored import origin_of
from cstokg.namespaces import PREFIXES, source_graph
from cstokg.store.disk import Contents, DiskStore

_USED = (
    "actuality",
    "ckg",
    "membership",
    "organization",
    "owl",
    "passage",
    "rdfs",
    "source",
    "state",
)
HEAD = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in _USED)

NO_EVIDENCE = "membership:west-2003-alda-pact: A membership names the passage it rests on."


def account(slug: str, evidence: str = "ckg:evidence passage:ost-1999-p1-s1 ;") -> str:
    """Return what a source of one membership says, in Turtle without its prefixes."""
    return f"""
source:{slug} a ckg:SourceDocument ; rdfs:label "{slug}"@en .
membership:{slug}-alda-pact
    a ckg:Membership ;
    rdfs:label "Alda in the pact"@en ;
    ckg:actuality actuality:actual ;
    ckg:begin "1992-05" ;
    ckg:end "2000" ;
    {evidence}
    ckg:member state:alda ;
    ckg:organization organization:pact ;
.
"""


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def source(folder: Path, slug: str, **more: str) -> Path:
    return write(folder / f"{slug}.ttl", HEAD + account(slug, **more))


def read(folder: Path) -> Contents:
    contents = DiskStore(folder).read()
    assert contents is not None
    return contents


def files_of(result: Result) -> list[dict[str, Any]]:
    assert result.stderr == "", result.stderr
    files: list[dict[str, Any]] = json.loads(result.stdout)["files"]
    return files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_a_file_is_a_source_with_what_follows_from_it(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    result = run("load", "--store", folder, source(tmp_path, "nord-2001"))
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "1 loaded (10 statements added, 0 removed), 0 unchanged, 0 set aside\n"
    )
    assert read(folder).head.commits == 1
    for graph, triple in (
        ("graph:source/nord-2001", "membership:nord-2001-alda-pact ckg:begin '1992-05'"),
        ("graph:derived/nord-2001", "membership:nord-2001-alda-pact ckg:beginEarliest ?day"),
        ("graph:links/nord-2001", "state:alda ckg:formerMemberOf organization:pact"),
        ("graph:source/ost-1999", "membership:alda-pact ckg:begin ?begin"),
    ):
        name = graph.replace("graph:", f"<{PREFIXES['graph']}") + ">"
        query = f"ASK {{ GRAPH {name} {{ {triple} }} }}"
        assert run("query", "--store", folder, query).stdout == "true\n", query


def test_what_is_loaded_is_left_as_it_is_and_what_is_new_takes_its_place(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    paths = [source(tmp_path, slug) for slug in ("nord-2001", "sud-2002")]
    assert run("load", "--store", folder, *paths).exit_code == 0
    before = read(folder)
    result = run("load", "--store", folder, *paths, *paths)
    assert result.stdout == ("0 loaded (0 statements added, 0 removed), 2 unchanged, 0 set aside\n")
    assert read(folder) == before
    write(paths[0], paths[0].read_text().replace("1992-05", "1993"))
    first, second = files_of(run("load", "--json", "--store", folder, *paths))
    assert (first["status"], first["added"], first["removed"]) == ("loaded", 1, 1)
    assert (second["status"], second["graphs"]) == ("unchanged", [source_graph("sud-2002")])
    assert b'begin> "1993" <' in read(folder).nquads


def test_each_format_and_compression_says_the_same(run: Run, folder: Path, tmp_path: Path) -> None:
    turtle = HEAD + account("nord-2001") + "state:alda rdfs:seeAlso [ rdfs:label 'x' ], [] .\n"
    trig = f"{HEAD} GRAPH <{source_graph('nord-2001')}> {{ {account('nord-2001')} }}"
    assert run("load", "--store", folder, write(tmp_path / "any.trig", trig)).exit_code == 0
    nquads = b"".join(
        line
        for line in read(folder).nquads.splitlines(keepends=True)
        if line.endswith(f"<{source_graph('nord-2001')}> .\n".encode())
    )
    jsonld = json.dumps(
        {
            "@id": source_graph("nord-2001"),
            "@graph": [{"@id": "urn:a", "urn:p": [{"@id": "urn:b"}]}],
        }
    )
    packed = zstandard.ZstdCompressor().compress
    half = len(nquads.splitlines()) // 2
    parts = [
        b"".join(nquads.splitlines(keepends=True)[at]) for at in (slice(half), slice(half, None))
    ]
    for name, content, status in (
        ("any.nq", nquads, "unchanged"),
        ("any.nq.gz", gzip.compress(nquads), "unchanged"),
        ("any.nq.zst", packed(nquads), "unchanged"),
        ("two-frames.nq.zst", b"".join(map(packed, parts)), "unchanged"),
        ("no-ending.nq", gzip.compress(nquads), "unchanged"),
        ("nord-2001.jsonld", jsonld, "loaded"),
        ("nord-2001.ttl", turtle, "loaded"),
        ("nord-2001.ttl.gz", gzip.compress(turtle.encode()), "unchanged"),
        ("nord-2001.ttl.zst", packed(turtle.encode()), "unchanged"),
    ):
        (loaded,) = files_of(
            run("load", "--json", "--store", folder, write(tmp_path / name, content))
        )
        assert (name, loaded["status"], loaded["problems"]) == (name, status, [])
        assert loaded["graphs"] == [source_graph("nord-2001")]


def test_a_file_of_several_graphs_is_one_step(run: Run, folder: Path, tmp_path: Path) -> None:
    graphs = "".join(
        f"GRAPH <{source_graph(slug)}> {{ {account(slug)} _:b rdfs:label '{slug}' . }}\n"
        for slug in ("nord-2001", "sud-2002")
    )
    path = write(tmp_path / "both.trig", HEAD + graphs)
    (loaded,) = files_of(run("load", "--json", "--store", folder, path))
    assert loaded["graphs"] == [source_graph("nord-2001"), source_graph("sud-2002")]
    assert read(folder).head.commits == 1
    # A blank node is one node in all graphs of a file.
    query = "SELECT ?label { ?node rdfs:label 'nord-2001', ?label } ORDER BY ?label"
    labels = run("query", "--store", folder, "-f", "csv", query).stdout.split()
    assert labels == ["label", "nord-2001", "sud-2002"]


def test_what_is_not_used_of_a_file_is_said(
    run: Run, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text = """PREFIX sh: <http://www.w3.org/ns/shacl#> <urn:shape> sh:targetNode <urn:a> .
        <urn:o> <http://www.w3.org/2002/07/owl#imports> <urn:away> ."""
    assert run("load", "--store", folder, write(tmp_path / "odd.ttl", text)).exit_code == 0
    assert "urn:o imports urn:away, which is not among what was read" in caplog.text
    assert "there are shapes among the data" in caplog.text


def test_a_folder_is_one_source(run: Run, folder: Path, tmp_path: Path, small_copy: Path) -> None:
    turtle = HEAD + account("nord-2001")
    half = turtle.index("membership:nord-2001")
    write(tmp_path / "nord-2001" / "source.ttl", turtle[:half])
    write(tmp_path / "nord-2001" / "facts.ttl.gz", gzip.compress((HEAD + turtle[half:]).encode()))
    write(tmp_path / "nord-2001" / "notes.txt", "no RDF")
    write(tmp_path / "nord-2001" / "catalog-v001.xml", "<catalog/>")  # of Protégé
    data = small_copy / "data" / "ost-1999"
    facts = write(data / "facts.ttl", (data / "facts.ttl").read_text().replace("1992-05", "1992"))
    paths = [tmp_path / "nord-2001", data, small_copy / "ontology", facts]
    new, own, ontology, single = files_of(
        run("load", "--json", "--store", folder, *paths, project=small_copy)
    )
    assert (new["status"], new["graphs"], new["added"]) == (
        "loaded",
        [source_graph("nord-2001")],
        10,
    )
    assert (own["graphs"], own["status"]) == ([source_graph("ost-1999")], "unchanged")
    assert (ontology["graphs"], ontology["status"]) == (
        [PREFIXES["graph"] + "ontology"],
        "unchanged",
    )
    assert single["problems"] == [
        {
            "place": str(facts),
            "message": "this is one of the files of a source",
            "hint": "Load its folder, with all of them.",
        }
    ]


def test_bad_files_are_set_aside_with_place_and_fix_and_the_others_are_loaded(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    good = HEAD + account("sud-2002")
    computed = f"<urn:a> <urn:b> <urn:c> <{PREFIXES['graph']}links> .\n"
    bad: dict[str, tuple[str | bytes, str, str]] = {
        "mistake.ttl": (HEAD + "state:alda rdfs:label 'a' ;;\n  rdfs:label .\n", ":11:14", ""),
        "computed.nq": (computed, "", "Write what it follows from"),
        "other.ttl": (HEAD + account("nord-2001"), "", "Name it nord-2001"),
        "cut.ttl.gz": (gzip.compress(good.encode())[:-20], "", "cut off"),
        "cut.ttl.zst": (zstandard.ZstdCompressor().compress(good.encode())[:-5], "", "cut off"),
        "nothing.ttl": ("", "", ""),
        "table.csv": ("a,b", "", "Known are .ttl"),
        "blank.trig": ("GRAPH _:g { <urn:a> <urn:b> 1 }", "", "Name it by an IRI"),
        "sud-2002.trig": (good, "", "Put all that a graph says into one file"),
    }
    for name, (content, _, _) in bad.items():
        write(tmp_path / name, content)
    violating = source(tmp_path, "west-2003", evidence="")
    paths = [source(tmp_path, "nord-2001"), violating, source(tmp_path, "sud-2002")]
    paths += [tmp_path / name for name in bad] + [tmp_path / "missing.ttl"]
    result = run("load", "--json", "--store", folder, *paths)
    assert result.exit_code == 1
    files = {Path(each["name"]).name: each for each in files_of(result)}
    loaded = [name for name, each in files.items() if each["status"] == "loaded"]
    assert loaded == ["nord-2001.ttl", "sud-2002.ttl"]
    assert files["west-2003.ttl"]["problems"] == [
        {
            "place": f"{violating}:12",
            "message": NO_EVIDENCE,
            "hint": "",
        }
    ]
    assert files["missing.ttl"]["problems"][0]["message"].endswith("missing.ttl is missing")
    for name, (_, line, hint) in bad.items():
        (problem,) = files[name]["problems"]
        assert problem["place"] == f"{tmp_path / name}{line}", problem
        assert hint in problem["hint"], problem
    assert read(folder).head.commits == 2
    text = run("load", "--store", folder, *paths[:2])
    assert text.exit_code == 1
    assert text.stdout == (
        f"set aside: {violating}\n"
        f"  {violating}:12: {NO_EVIDENCE}\n"
        "0 loaded (0 statements added, 0 removed), 1 unchanged, 1 set aside\n"
    )


def test_a_load_that_was_killed_goes_on_where_it_was(
    start: Start, run: Run, folder: Path, tmp_path: Path
) -> None:
    slugs = ("nord-2001", "sud-2002", "west-2003", "ost-2004")
    paths = [source(tmp_path, slug) for slug in slugs]
    content = paths[2].read_text()
    paths[2].unlink()
    os.mkfifo(paths[2])  # where the load waits, for whoever writes
    process = start("load", "--store", folder, *paths)
    found = DiskStore(folder)
    wait_until(
        lambda: (contents := found.read()) is not None and contents.head.commits == 2, "two steps"
    )
    process.send_signal(signal.SIGKILL)
    process.wait()
    paths[2].unlink()
    write(paths[2], content)
    statuses = [
        each["status"] for each in files_of(run("load", "--json", "--store", folder, *paths))
    ]
    assert statuses == ["unchanged", "unchanged", "loaded", "loaded"]
    other = tmp_path / "other"
    assert run("load", "--store", other, *paths).exit_code == 0
    assert read(folder).nquads == read(other).nquads
    assert read(folder).head == read(other).head


def test_a_store_from_before_is_loaded_into_unless_a_server_has_it(
    start: Start, run: Run, folder: Path, tmp_path: Path, small_dataset: Dataset
) -> None:
    path = source(tmp_path, "nord-2001")
    with DiskStore(folder).exclusive() as disk:
        disk.seed(small_dataset.store.dump(), origin_of(small_dataset), revision="r7", commits=7)
        process = start("load", "--store", folder, path)
        _, stderr = process.communicate(timeout=120)
        assert process.returncode == 2
        assert stderr.startswith(f"error: another server has the store {folder} open (process ")
    assert run("load", "--store", folder, path).exit_code == 0
    assert read(folder).head.commits == 8
