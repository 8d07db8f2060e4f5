import json
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java"),
]

CKG = "https://w3id.org/cstokg/ontology#"
DEFINED = """
ckg:Island a owl:Class ; rdfs:label "island"@en ;
    owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( ckg:Agent ckg:Wet ) ] .
ckg:Wet a owl:Class ; rdfs:label "wet"@en .
ckg:inside a owl:ObjectProperty , owl:TransitiveProperty .
<https://w3id.org/cstokg/id/state/skye> a ckg:State , ckg:Wet ;
    ckg:inside <https://w3id.org/cstokg/id/state/hebrides> .
<https://w3id.org/cstokg/id/state/hebrides> a ckg:State ;
    ckg:inside <https://w3id.org/cstokg/id/state/scotland> .
<https://w3id.org/cstokg/id/state/scotland> a ckg:State .
"""
IMPOSSIBLE = """
ckg:Port a owl:Class ; rdfs:subClassOf ckg:State , ckg:Sea .
ckg:Sea a owl:Class ; owl:disjointWith ckg:Agent .
"""
CONTRADICTION = IMPOSSIBLE + "<https://w3id.org/cstokg/id/state/skye> a ckg:Port ."


def add(project: Path, text: str) -> Path:
    with (project / "ontology/small.ttl").open("a") as file:
        file.write(text)
    return project


def test_consistent_files_are_fine(run: Run) -> None:
    result = run("reason")
    assert result.exit_code == 0
    assert result.stdout.startswith("consistent; 0 unsatisfiable classes; inferred: 0 types")


def test_what_was_inferred_can_be_listed(run: Run, small_copy: Path) -> None:
    result = run("reason", "--inferred", "--values", project=add(small_copy, DEFINED))
    assert result.exit_code == 0
    assert "state:skye a ckg:Island" in result.stdout
    assert "state:skye ckg:inside state:scotland" in result.stdout


def test_a_contradiction_exits_with_1(run: Run, small_copy: Path) -> None:
    result = run("reason", project=add(small_copy, CONTRADICTION))
    assert result.exit_code == 1
    assert result.stdout.startswith("inconsistent: ")


def test_an_unsatisfiable_class_is_named(run: Run, small_copy: Path) -> None:
    result = run("reason", project=add(small_copy, IMPOSSIBLE))
    assert result.exit_code == 1
    assert "unsatisfiable: nothing can be in the class ckg:Port" in result.stdout


def test_the_result_is_there_for_programs(run: Run, small_copy: Path) -> None:
    result = json.loads(run("reason", "--json", project=add(small_copy, DEFINED)).stdout)
    assert result["fine"] is True
    assert ["https://w3id.org/cstokg/id/state/skye", CKG + "Island"] in result["inferred_types"]
