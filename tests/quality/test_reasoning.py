import shutil
import tempfile
from pathlib import Path

import pytest
from rdflib import Graph

from cstokg import Dataset
from cstokg.errors import ReasonerError, ReasonerUnavailableError
from cstokg.namespaces import PREFIXES, RDF
from cstokg.quality.reasoning.hermit import Reasoning, reason_dataset, reason_ntriples

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java")

EX = "http://example.org/"
HEAD = (
    "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    + f"@prefix : <{EX}> . <{EX}> a owl:Ontology . :A a owl:Class . :B a owl:Class .\n"
)


def reasoned(text: str) -> Reasoning:
    graph = Graph().parse(data=HEAD + text, format="turtle")
    return reason_ntriples(graph.serialize(format="nt", encoding="utf-8"))


@needs_java
def test_a_contradiction_is_an_answer_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = reasoned(":A owl:disjointWith :B . :x a owl:NamedIndividual , :A , :B .")
    assert not result.consistent
    assert not result.is_fine
    assert list(tmp_path.iterdir()) == []
    assert tempfile.tempdir == str(tmp_path)
    # Nor does the next run know of it.
    assert reasoned(":x a owl:NamedIndividual , :A .").inferred_types == ()


@needs_java
def test_a_class_that_nothing_can_be_in_is_named() -> None:
    result = reasoned(":A owl:disjointWith :B . :C a owl:Class ; rdfs:subClassOf :A , :B .")
    assert result.consistent
    assert result.unsatisfiable == (EX + "C",)
    assert not result.is_fine


@needs_java
def test_what_follows_and_is_not_said_is_listed() -> None:
    result = reasoned(
        """
        <http://example.org/> owl:imports <http://127.0.0.1:9/other> .
        :p a owl:ObjectProperty ; rdfs:domain :A . :q a owl:ObjectProperty .
        <http://e.org/x/> a owl:NamedIndividual ; :p :y .
        :x a owl:NamedIndividual ; :p :y . :y a owl:NamedIndividual , :B .
        :C a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :A :B ) ] .
        :D a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:unionOf ( :A ) ] .
        """
    )
    assert result.is_fine
    assert (EX + "x", EX + "A") in result.inferred_types
    # A slash at the end of an IRI stays, and no import is fetched.
    assert ("http://e.org/x/", EX + "A") in result.inferred_types
    assert (EX + "y", EX + "B") not in result.inferred_types
    assert (EX + "C", EX + "B") in result.inferred_superclasses
    assert result.inferred_equivalents
    assert result.seconds > 0


@needs_java
def test_what_hermit_cannot_read_is_explained() -> None:
    with pytest.raises(ReasonerError, match="XMLSchema#date'") as caught:
        reasoned(
            ':d a owl:DatatypeProperty . :x a owl:NamedIndividual ; :d "1992-05-01"^^xsd:date .'
        )
    assert "xsd:date" in caught.value.hint


def test_without_java_the_message_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReasonerUnavailableError, match="needs Java") as caught:
        reasoned("")
    assert "jre" in caught.value.hint


@needs_java
@pytest.mark.slow
def test_what_hermit_infers_of_the_project_is_in_its_dataset(dataset: Dataset) -> None:
    result = reason_dataset(dataset, values=True)
    assert result.consistent
    assert result.unsatisfiable == ()
    chains = {"attestedIn", "assertedBy", "involves"}
    assert chains <= {predicate.rpartition("#")[2] for _, predicate, _ in result.inferred_values}
    links = [*result.inferred_values, *((s, RDF + "type", o) for s, o in result.inferred_types)]
    missing = [
        triple for triple in links if not dataset.query("ASK {{ <{}> <{}> <{}> }}".format(*triple))
    ]
    assert missing == []
