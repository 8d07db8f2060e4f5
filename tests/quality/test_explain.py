"""Why files contradict each other: a minimal set of facts and rules, in words, with places."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cstokg import build_dataset, explain_dataset, load_settings
from cstokg.cli import main
from cstokg.namespaces import CKG, PREFIXES
from cstokg.quality.reasoning.hermit import first_inconsistent
from cstokg.rdf.locations import read_turtle

if TYPE_CHECKING:
    from pathlib import Path

    from cstokg import Dataset, Justification

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
RULES = """
ckg:Place a owl:Class ; rdfs:label "place"@en .
ckg:Membership a owl:Class . ckg:Statement a owl:Class .
ckg:member a owl:ObjectProperty ; rdfs:label "has member"@en .
ckg:organization a owl:ObjectProperty . ckg:begin a owl:DatatypeProperty .
"""


def explained(project: Path, folder: Path, text: str, limit: int = 1) -> tuple[Justification, ...]:
    """Return the explanations of what `text` does to the small project."""
    path = folder / "break.ttl"
    path.write_text(HEAD + RULES + text.replace(" . ", " .\n"), encoding="utf-8")
    dataset = build_dataset(load_settings(project), files=[path], use_cache=False)
    return explain_dataset(dataset, limit=limit)


def words(justification: Justification) -> set[str]:
    """Return the words of the axioms, without labels."""
    return {re.sub(r" '[^']*'", "", axiom.words) for axiom in justification.axioms}


@needs_java
@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ckg:Agent owl:disjointWith ckg:Place . state:alda a ckg:Place .",
            {
                "state:alda is in ckg:State",
                "state:alda is in ckg:Place",
                "all of ckg:State are in ckg:Agent",
                "nothing is in both ckg:Agent and ckg:Place",
            },
        ),
        (
            """[] a owl:AllDisjointClasses ; owl:members ( ckg:Place ckg:Statement ckg:State ) .
            ckg:member rdfs:range ckg:Place .""",
            {
                "membership:alda-pact ckg:member state:alda",
                "state:alda is in ckg:State",
                "ckg:member leads only to what is in ckg:Place",
                "nothing is in both ckg:Place and ckg:State",
            },
        ),
        (
            'ckg:begin a owl:FunctionalProperty . membership:alda-pact ckg:begin "1993" .',
            {
                'membership:alda-pact ckg:begin "1992-05" (xsd:string)',
                'membership:alda-pact ckg:begin "1993" (xsd:string)',
                "ckg:begin has at most one value",
            },
        ),
        (
            "ckg:begin rdfs:range xsd:integer .",
            {
                'membership:alda-pact ckg:begin "1992-05" (xsd:string)',
                "ckg:begin leads only to what is in xsd:integer",
            },
        ),
        (
            """ckg:Membership rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ckg:member ;
            owl:allValuesFrom [ a owl:Class ; owl:complementOf ckg:State ] ] .""",
            {
                "membership:alda-pact is in ckg:Membership",
                "membership:alda-pact ckg:member state:alda",
                "state:alda is in ckg:State",
                "all of ckg:Membership are in (ckg:member only not ckg:State)",
            },
        ),
    ],
    ids=["classes", "list of classes", "functional", "datatype", "restriction"],
)
def test_a_contradiction_is_explained_by_what_makes_it(
    small_project: Path, tmp_path: Path, text: str, expected: set[str]
) -> None:
    (found,) = explained(small_project, tmp_path, text)
    # Berin's membership would do as well as Alda's.
    alda = {each.replace("berin", "alda") for each in words(found)}
    assert alda == expected
    assert all(re.search(r"\.ttl:\d+$", axiom.place) for axiom in found.axioms)
    assert found.facts + found.rules == found.axioms


@needs_java
@pytest.mark.slow
def test_nothing_contradictory_has_no_explanation(small_project: Path, tmp_path: Path) -> None:
    assert explained(small_project, tmp_path, "state:alda a ckg:Place .") == ()


@needs_java
@pytest.mark.slow
def test_several_contradictions_are_all_explained(small_project: Path, tmp_path: Path) -> None:
    text = """ckg:Place owl:disjointWith ckg:State .
    state:alda a ckg:Place . state:berin a ckg:Place ."""
    found = explained(small_project, tmp_path, text, limit=2)
    assert {axiom.words.split()[0] for each in found for axiom in each.facts} == {
        "state:alda",
        "state:berin",
    }
    assert len(found) == 2


@needs_java
@pytest.mark.slow
def test_a_class_that_nothing_can_be_in_is_explained(small_project: Path, tmp_path: Path) -> None:
    path = tmp_path / "break.ttl"
    path.write_text(
        HEAD + RULES + "ckg:Agent owl:disjointWith ckg:Place ."
        "ckg:Ship a owl:Class ; rdfs:subClassOf ckg:State , ckg:Place .",
        encoding="utf-8",
    )
    dataset = build_dataset(load_settings(small_project), files=[path], use_cache=False)
    (found,) = explain_dataset(dataset, CKG + "Ship")
    assert words(found) == {
        "all of ckg:Ship are in ckg:State",
        "all of ckg:Ship are in ckg:Place",
        "all of ckg:State are in ckg:Agent",
        "nothing is in both ckg:Agent and ckg:Place",
    }


@pytest.fixture
def mistake(tmp_path: Path) -> Path:
    path = tmp_path / "mistake.ttl"
    path.write_text(HEAD + "state:armenia\n    ckg:member state:russia .\n", encoding="utf-8")
    return path


@needs_java
@pytest.mark.slow
def test_a_mistake_beside_the_project_is_explained_on_the_command_line(mistake: Path) -> None:
    result = CliRunner().invoke(main, ["--no-cache", "reason", "--explain", str(mistake)])
    assert result.exit_code == 1, result.output
    line = len(HEAD.splitlines()) + 2
    assert "cannot all be true" in result.output
    assert f"{mistake}:{line}" in result.output
    assert "state:armenia 'Armenia' ckg:member 'has member' state:russia 'Russia'" in result.output
    assert re.search(r"rule: .*\n +ontology/cstokg\.ttl:\d+", result.output)
    assert "what to change: " in result.output


@needs_java
@pytest.mark.slow
def test_explanations_are_in_the_json(small_project: Path, tmp_path: Path) -> None:
    path = tmp_path / "break.ttl"
    path.write_text(
        HEAD + RULES + "ckg:Place owl:disjointWith ckg:State . state:alda a ckg:Place .",
        encoding="utf-8",
    )
    arguments = ["--project", str(small_project), "reason", "--explain", "--json", str(path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    (found,) = json.loads(result.output)["explanations"]
    assert len(found["axioms"]) == 3
    assert found["unsatisfiable"] is None


def test_all_goes_with_explain() -> None:
    result = CliRunner().invoke(main, ["reason", "--all"])
    assert result.exit_code == 2
    assert "--explain" in result.output


@needs_java
def test_the_first_inconsistent_of_several_is_told() -> None:
    good = f"<urn:a> <{PREFIXES['rdf']}type> <{PREFIXES['owl']}Thing> .\n".encode()
    bad = f"<urn:a> <{PREFIXES['rdf']}type> <{PREFIXES['owl']}Nothing> .\n".encode()
    assert first_inconsistent([good, bad, good]) == 1
    assert first_inconsistent([good, good]) is None


def test_a_statement_is_found_in_its_file(small_dataset: Dataset) -> None:
    file = next(each for each in small_dataset.info.files if "ost-1999/facts" in each.name)
    text = read_turtle(file.content)
    lines = file.content.decode().splitlines()
    state = PREFIXES["state"] + "alda"
    at = text.find(state)
    assert at is not None
    assert lines[at - 1] == "state:alda"
    at = text.find(PREFIXES["membership"] + "alda-pact", CKG + "member", state)
    assert at is not None
    assert lines[at - 1] == "    ckg:member state:alda ;"
    assert text.find(PREFIXES["state"] + "nowhere") is None
