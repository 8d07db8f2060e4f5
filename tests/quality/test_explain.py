"""Why files contradict each other: minimal sets of axioms, with their places."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cstokg import Dataset, build_dataset, explain_dataset, load_settings
from cstokg.cli import main
from cstokg.namespaces import CKG, PREFIXES
from cstokg.quality.reasoning.hermit import first_inconsistent

ROOT = Path(__file__).parents[2]
needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
RULES = """
ckg:Place a owl:Class ; rdfs:label "place"@en .
ckg:Membership a owl:Class . ckg:Statement a owl:Class . ckg:Ship a owl:Class .
ckg:member a owl:ObjectProperty ; rdfs:label "has member"@en .
ckg:organization a owl:ObjectProperty . ckg:begin a owl:DatatypeProperty .
"""


def broken(project: Path, folder: Path, text: str) -> Dataset:
    """Return the dataset of a project with what breaks it."""
    path = folder / "break.ttl"
    path.write_text(HEAD + RULES + text, encoding="utf-8")
    return build_dataset(load_settings(project), files=[path], use_cache=False)


@needs_java
@pytest.mark.slow
def test_each_contradiction_is_explained_by_what_makes_it(
    small_project: Path, tmp_path: Path
) -> None:
    text = """
    [] a owl:AllDisjointClasses ; owl:members ( ckg:Place ckg:Statement ckg:State ) .
    state:alda a ckg:Place .
    ckg:begin a owl:FunctionalProperty . membership:new a ckg:Membership .
    membership:new ckg:begin "1992" . membership:new ckg:begin "1993" .
    ckg:stance a owl:FunctionalProperty , owl:ObjectProperty .
    [] a owl:AllDifferent ; owl:distinctMembers ( stance:says stance:denies stance:doubts ) .
    statement:new ckg:stance stance:says , stance:doubts .
    membership:new ckg:member state:new . state:new a ckg:Ship .
    ckg:Membership rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ckg:member ;
      owl:allValuesFrom [ a owl:Class ; owl:complementOf ckg:Ship ] ] .
    """
    found = explain_dataset(broken(small_project, tmp_path, text), limit=10)
    assert {frozenset(axiom.text for axiom in axioms) for axioms in found} == {
        frozenset(
            {
                "state:alda a ckg:Place",
                "state:alda a ckg:State",
                "ckg:Place owl:disjointWith ckg:State",
            }
        ),
        frozenset(
            {
                'membership:new ckg:begin "1992"',
                'membership:new ckg:begin "1993"',
                "ckg:begin a owl:FunctionalProperty",
            }
        ),
        frozenset(
            {
                "statement:new ckg:stance stance:says",
                "statement:new ckg:stance stance:doubts",
                "stance:says owl:differentFrom stance:doubts",
                "ckg:stance a owl:FunctionalProperty",
            }
        ),
        frozenset(
            {
                "membership:new a ckg:Membership",
                "membership:new ckg:member state:new",
                "state:new a ckg:Ship",
                (
                    "ckg:Membership rdfs:subClassOf [ a owl:Restriction ; "
                    "owl:onProperty ckg:member ; "
                    "owl:allValuesFrom [ a owl:Class ; owl:complementOf ckg:Ship ; ] ; ]"
                ),
            }
        ),
    }
    for axioms in found:
        assert all(re.search(r"\.ttl:\d+$", axiom.place) for axiom in axioms)
        kinds = [axiom.is_fact for axiom in axioms]
        assert kinds == sorted(kinds, reverse=True)


@needs_java
@pytest.mark.slow
def test_a_class_that_nothing_can_be_in_is_explained(small_project: Path, tmp_path: Path) -> None:
    text = "ckg:Agent owl:disjointWith ckg:Place . ckg:Ship rdfs:subClassOf ckg:State , ckg:Place ."
    dataset = broken(small_project, tmp_path, text)
    (found,) = explain_dataset(dataset, CKG + "Ship")
    assert {axiom.text for axiom in found} == {
        "ckg:Ship rdfs:subClassOf ckg:State",
        "ckg:Ship rdfs:subClassOf ckg:Place",
        "ckg:State rdfs:subClassOf ckg:Agent",
        "ckg:Agent owl:disjointWith ckg:Place",
    }
    assert explain_dataset(dataset) == ()  # the files do not contradict each other


@needs_java
@pytest.mark.slow
def test_a_mistake_in_the_projects_data_is_explained_on_the_command_line(tmp_path: Path) -> None:
    for name in ("ontology", "data", "shapes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    path = tmp_path / "data/things/states.ttl"
    text = path.read_text("utf-8")
    wrong = "\nstate:armenia\n    a ckg:State ;\n    ckg:member state:russia ;\n"
    path.write_text(text.replace("\nstate:armenia\n    a ckg:State ;\n", wrong), "utf-8")
    line = path.read_text("utf-8").splitlines().index("    ckg:member state:russia ;") + 1
    arguments = ["--no-cache", "--project", str(tmp_path), "reason", "--explain", "--json"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    (found,) = json.loads(result.stdout)["explanations"]
    assert found["unsatisfiable"] is None
    assert {
        "axiom": "state:armenia ckg:member state:russia",
        "place": f"data/things/states.ttl:{line}",
        "fact": True,
    } in found["axioms"]
    rules = [axiom for axiom in found["axioms"] if not axiom["fact"]]
    assert rules
    assert all(re.match(r"ontology/cstokg\.ttl:\d+$", axiom["place"]) for axiom in rules)


@needs_java
@pytest.mark.slow
def test_an_explanation_says_what_to_change(small_project: Path, tmp_path: Path) -> None:
    path = tmp_path / "break.ttl"
    text = "ckg:Place owl:disjointWith ckg:State . state:alda a ckg:Place ."
    path.write_text(HEAD + RULES + text, encoding="utf-8")
    arguments = ["--project", str(small_project), "reason", "--explain", str(path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "these 3 cannot all be true:" in result.output
    assert "  1. fact: state:alda a ckg:Place\n" in result.output
    assert f"{path}:{len((HEAD + RULES).splitlines()) + 1}" in result.output
    assert "what to change: one of the facts 1 to 2" in result.output


def test_all_goes_with_explain() -> None:
    result = CliRunner().invoke(main, ["reason", "--all"])
    assert result.exit_code == 2
    assert "--explain" in result.output


@needs_java
def test_the_first_inconsistent_of_several_is_returned() -> None:
    good = f"<urn:a> <{PREFIXES['rdf']}type> <{PREFIXES['owl']}Thing> .\n".encode()
    bad = f"<urn:a> <{PREFIXES['rdf']}type> <{PREFIXES['owl']}Nothing> .\n".encode()
    assert first_inconsistent([good, bad, good]) == 1
    assert first_inconsistent([good, good]) is None
