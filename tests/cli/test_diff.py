"""`cstokg diff`."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

HEAD = """
@prefix ckg: <https://w3id.org/cstokg/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix state: <https://w3id.org/cstokg/id/state/> .
"""


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.ttl", tmp_path / "new.ttl"
    old.write_text(f'{HEAD} state:alda rdfs:label "Alda"@en ; ckg:a 1 , 2 . state:b ckg:a 1 .')
    long = "long " * 20
    new.write_text(
        f'{HEAD} state:alda rdfs:label "Alda"@en ; ckg:a 1 , 3 ; ckg:b """{long}\n{long}""" .'
        "ckg:X a owl:Class ."
    )
    return old, new


def test_the_difference_in_words(run: Run, versions: tuple[Path, Path]) -> None:
    result = run("diff", *versions)
    assert result.exit_code == 1
    long = " ".join(["long"] * 40)
    assert result.stdout == (
        "added term ckg:X\n"
        "  + a  owl:Class\n"
        'changed node state:alda "Alda"\n'
        "  ~ ckg:a  2 → 3\n"
        f'  + ckg:b  """{long} """\n'
        "removed node state:b\n"
        "  - ckg:a  1\n"
        "terms: 1 added, 0 removed, 0 changed; nodes: 0 added, 1 removed, 1 changed\n"
    )


def test_a_long_change_takes_lines_of_its_own(run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "old.ttl", tmp_path / "new.ttl"
    old.write_text(f'{HEAD} state:alda rdfs:label "{"a" * 50}" .')
    new.write_text(f'{HEAD} state:alda rdfs:label "{"b" * 50}" .')
    assert (
        f'  ~ rdfs:label\n      "{"a" * 50}"\n    → "{"b" * 50}"\n' in run("diff", old, new).stdout
    )


def test_the_difference_as_json(run: Run, versions: tuple[Path, Path]) -> None:
    result = run("diff", *versions, "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["same"] is False
    assert [node["name"] for node in answer["nodes"]] == ["ckg:X", "state:alda", "state:b"]
    assert answer["nodes"][1]["facts"][0] == {"path": ["ckg:a"], "old": "2", "new": "3"}


def test_no_difference_exits_with_0(run: Run, versions: tuple[Path, Path]) -> None:
    result = run("diff", versions[0], versions[0])
    assert (result.exit_code, result.stdout) == (0, "no difference\n")
    assert json.loads(run("diff", versions[0], versions[0], "--json").stdout) == {
        "same": True,
        "nodes": [],
    }


def test_wrong_use_exits_with_2(run: Run, versions: tuple[Path, Path]) -> None:
    assert run("diff", versions[0]).exit_code == 2
    assert run("diff", versions[0], versions[0].with_name("no.ttl")).exit_code == 2


def test_a_difference_is_told_with_its_graph(run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "old.trig", tmp_path / "new.trig"
    old.write_text("<https://w3id.org/cstokg/graph/a> { <urn:s> <urn:p> 1 }", "utf-8")
    new.write_text("<urn:h> { <urn:s> <urn:p> 1 }", "utf-8")
    result = run("diff", old, new)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[::2] == [
        "removed node <urn:s> in graph:a",
        "added node <urn:s> in urn:h",
        "terms: 0 added, 0 removed, 0 changed; nodes: 1 added, 1 removed, 0 changed",
    ]
    result = run("diff", "--ignore-graphs", old, new)
    assert (result.exit_code, result.stdout) == (0, "no difference\n")
