"""The graph in owlready2, and back as a file of the project."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from owlready2 import locstr

from cstokg import CstokgError, Dataset, build_dataset, graph, load_settings, validate_dataset
from cstokg.namespaces import RESOURCE
from cstokg.quality.reasoning.hermit import reason_world
from cstokg.quality.reasoning.owlready import kind, new_source, open_world, save_turtle, terms
from cstokg.rdf.formatting import format_file


@pytest.fixture
def world(dataset: Dataset) -> Iterator[Any]:
    opened = open_world(dataset)
    yield opened
    opened.close()


def first(world: Any, class_name: str) -> Any:
    return min(getattr(terms(world), class_name).instances(), key=lambda each: each.iri)


def test_individuals_are_those_of_the_files(dataset: Dataset, world: Any) -> None:
    expected = dataset.select(
        "SELECT DISTINCT ?s { GRAPH ?g { ?s a ckg:State }"
        " FILTER STRSTARTS(STR(?g), CONCAT(STR(graph:), 'source/')) }"
    )
    assert {state.iri for state in terms(world).State.instances()} == {str(s) for (s,) in expected}


def test_nothing_derived_is_in_the_world(dataset: Dataset, world: Any) -> None:
    assert dataset.select("SELECT ?s { ?s ckg:memberOf ?o }").rows
    assert list(terms(world).memberOf.get_relations()) == []


def test_what_is_added_is_saved_in_the_projects_form(world: Any, tmp_path: Path) -> None:
    notes = new_source(world, "my-notes")
    state = terms(world).State("strelsau", namespace=kind(notes, "state"))
    state.label = [locstr("Strelsau", "en")]
    state.iso3166Alpha2 = "XS"
    path = tmp_path / "notes.ttl"
    save_turtle(notes, path)
    text = path.read_text(encoding="utf-8")
    assert format_file(path) == path.read_bytes()
    assert 'rdfs:label "Strelsau"@en ;' in text
    # owlready2 says xsd:string, which rdflib takes for another term than a plain text.
    assert 'ckg:iso3166Alpha2 "XS" ;' in text
    assert f"{RESOURCE}state/strelsau" in {
        str(s) for s in graph(build_dataset(load_settings(), files=[path])).subjects()
    }


def test_a_link_to_what_is_there_already_is_saved_with_the_new_only(
    world: Any, tmp_path: Path
) -> None:
    notes = new_source(world, "my-notes")
    made = terms(world).Membership("new-one", namespace=kind(notes, "membership"))
    made.member = first(world, "State")
    save_turtle(notes, tmp_path / "notes.ttl")
    lines = (tmp_path / "notes.ttl").read_text(encoding="utf-8").splitlines()
    subjects = [line for line in lines if line and not line.startswith((" ", "@", "."))]
    assert subjects == ["<https://w3id.org/cstokg/data/my-notes>", "membership:new-one"]


@pytest.mark.slow
def test_reasoning_adds_nothing_to_what_is_saved(world: Any, tmp_path: Path) -> None:
    if not shutil.which("java"):
        pytest.skip("needs a Java runtime")
    notes = new_source(world, "my-notes")
    made = terms(world).Membership("new-one", namespace=kind(notes, "membership"))
    made.member = first(world, "State")
    save_turtle(notes, tmp_path / "before.ttl")
    assert reason_world(world).consistent
    save_turtle(notes, tmp_path / "after.ttl")
    assert (tmp_path / "after.ttl").read_bytes() == (tmp_path / "before.ttl").read_bytes()


@pytest.mark.slow
def test_reasoning_sees_a_contradiction_that_was_added(world: Any) -> None:
    if not shutil.which("java"):
        pytest.skip("needs a Java runtime")
    notes = new_source(world, "my-notes")
    made = terms(world).Membership("new-one", namespace=kind(notes, "membership"))
    made.member = first(world, "Membership")
    assert not reason_world(world).consistent


def test_an_empty_ontology_is_not_saved(world: Any, tmp_path: Path) -> None:
    with pytest.raises(CstokgError, match="nothing was added"):
        save_turtle(new_source(world, "my-notes"), tmp_path / "notes.ttl")
    assert not (tmp_path / "notes.ttl").exists()


def test_a_slug_that_no_folder_has_is_refused(world: Any) -> None:
    for slug in ("", "My Notes", "../up", "a--b", "ü"):
        with pytest.raises(CstokgError, match="cannot be part of an IRI"):
            new_source(world, slug)


def test_validation_accepts_a_whole_node_and_names_what_is_missing(
    world: Any, tmp_path: Path
) -> None:
    notes = new_source(world, "my-notes")
    for slug in ("whole", "bare"):
        made = terms(world).AgentGroup(slug, namespace=kind(notes, "group"))
        made.label = [locstr(slug, "en"), locstr(slug, "ru")]
        made.description = [locstr("An example.", "en")]
        made.evidence = [world[RESOURCE + "passage/scepanovic-2024-p01-s1"]]
    made.evidence = []
    path = tmp_path / "notes.ttl"
    save_turtle(notes, path)
    settings = load_settings()
    built = build_dataset(settings, files=[path], use_cache=False)
    (finding,) = validate_dataset(built, settings.shapes, files=[path]).findings
    assert finding.focus == f"{RESOURCE}group/bare"
    assert "ckg:evidence" in finding.message
