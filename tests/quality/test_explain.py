"""Why files contradict each other: minimal sets of axioms, with their places."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

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


def explain(project: Path, path: Path, text: str, *options: str) -> str:
    """Return what the command prints of a project together with a file that breaks it."""
    path.write_text(HEAD + RULES + text, encoding="utf-8")
    arguments = ["--no-cache", "--project", str(project), "reason", "--explain", *options]
    result = CliRunner().invoke(main, [*arguments, str(path)])
    assert result.exit_code == 1, result.output
    return result.stdout


@needs_java
@pytest.mark.slow
def test_each_contradiction_is_explained_by_what_makes_it(
    small_project: Path, tmp_path: Path
) -> None:
    path = tmp_path / "break.ttl"
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
    _, *explained = explain(small_project, path, text, "--all").split("\n\n")
    reasons = {}
    for paragraph in explained:
        axioms = re.findall(r"\d\. (?:fact|rule): (.+)\n +(?:\S+\.ttl:\d+)\n", paragraph)
        kinds = re.findall(r"\d\. (fact|rule)", paragraph)
        assert paragraph.startswith(f"these {len(axioms)} cannot all be true:")
        assert len(axioms) == len(kinds)
        assert kinds == sorted(kinds)
        reasons[frozenset(axioms)] = paragraph
    disjoint = frozenset(
        {
            "state:alda a ckg:Place",
            "state:alda a ckg:State",
            "ckg:Place owl:disjointWith ckg:State",
        }
    )
    assert reasons.keys() == {
        disjoint,
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
    assert "  1. fact: state:alda a ckg:Place\n" in reasons[disjoint]
    assert f"{path}:{len((HEAD + RULES).splitlines()) + 3}\n" in reasons[disjoint]
    assert "what to change: one of the facts 1 to 2" in reasons[disjoint]


@needs_java
@pytest.mark.slow
def test_a_class_that_nothing_can_be_in_is_explained(small_project: Path, tmp_path: Path) -> None:
    text = "ckg:Agent owl:disjointWith ckg:Place . ckg:Ship rdfs:subClassOf ckg:State , ckg:Place ."
    said = json.loads(explain(small_project, tmp_path / "break.ttl", text, "--json"))
    assert said["consistent"]
    (found,) = said["explanations"]
    assert found["unsatisfiable"] == CKG + "Ship"
    assert {axiom["axiom"] for axiom in found["axioms"]} == {
        "ckg:Ship rdfs:subClassOf ckg:State",
        "ckg:Ship rdfs:subClassOf ckg:Place",
        "ckg:State rdfs:subClassOf ckg:Agent",
        "ckg:Agent owl:disjointWith ckg:Place",
    }
    assert not any(axiom["fact"] for axiom in found["axioms"])


@needs_java
@pytest.mark.slow
@pytest.mark.long
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
