"""What is read of the ontology for its documentation."""

import pytest
from rdflib import Graph

from cstokg import Dataset, graph
from cstokg.namespaces import CKG, PREFIXES
from cstokg.publish.ontology_docs import Branch, Documentation, document

EXPRESSIONS = """
@prefix ckg: <https://w3id.org/cstokg/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ckg:A a owl:Class ; owl:equivalentClass [ owl:intersectionOf ( ckg:B
  [ a owl:Restriction ; owl:onProperty ckg:p ; owl:someValuesFrom ckg:C ] ) ] .
ckg:p a owl:ObjectProperty, owl:FunctionalProperty ; rdfs:domain [ owl:unionOf ( ckg:A ckg:B ) ] ;
  rdfs:range [ owl:complementOf ckg:C ] .
ckg:q a owl:ObjectProperty ; rdfs:range
  [ a owl:Restriction ; owl:onProperty ckg:p ; owl:minCardinality 2 ] .
"""


@pytest.fixture(scope="module")
def about(dataset: Dataset) -> Documentation:
    return document(graph(dataset, "ontology"))


def names(branches: tuple[Branch, ...]) -> set[str]:
    return {branch.iri.removeprefix(CKG) for branch in branches}


def test_every_term_is_there_with_its_label_and_definition(about: Documentation) -> None:
    assert len(about.classes) > 100
    assert len(about.properties) > 130
    for term in about.terms.values():
        assert term.label, term.iri
        assert term.definition, term.iri


def test_the_ontology_says_what_it_is(about: Documentation) -> None:
    said = dict(about.metadata)
    assert about.title == "cstokg ontology"
    assert about.version_iri == f"{CKG.removesuffix('#')}/{about.version}"
    assert {"Namespace", "Preferred prefix", "Creator", "Licence", "How to cite"} <= said.keys()
    assert about.versions[about.version_iri] == CKG.removesuffix("#")
    assert CKG.removesuffix("#") + "/schemes" in about.versions


def test_a_class_knows_its_neighbours(about: Documentation) -> None:
    membership = about.terms[CKG + "Membership"]
    assert membership.parents == (CKG + "Situation",)
    assert "http://www.w3.org/ns/org#Membership" in membership.aligned
    assert {CKG + "member", CKG + "organization"} >= set(membership.used_as_domain) != set()
    assert membership.keys == ()
    (key,) = about.terms[CKG + "Passage"].keys
    assert key[:2] == (f"{CKG}passageOf", "and")
    assert CKG + "ObserverStatus" in membership.disjoint


def test_a_property_knows_its_neighbours(about: Documentation) -> None:
    member = about.terms[CKG + "member"]
    assert (member.domain, member.range) == (((CKG + "Membership",),), ((CKG + "Agent",),))
    assert member.inverses == (CKG + "hasMembership",)
    assert about.terms[CKG + "hasMembership"].inverses == (CKG + "member",)
    contradicts = about.terms[CKG + "contradicts"]
    assert any(said.startswith("symmetric") for said in contradicts.characteristics)
    assert contradicts.disjoint == (CKG + "supports",)
    chains = about.terms[CKG + "assertedBy"].chains
    assert chains == ((CKG + "expressedIn", "then", CKG + "speaker"),)


def test_the_hierarchy_has_every_class_and_a_class_with_two_parents_twice(
    about: Documentation,
) -> None:
    tree = about.tree(about.classes)
    places: dict[str, int] = {}

    def walk(branches: tuple[Branch, ...]) -> None:
        for branch in branches:
            places[branch.iri] = places.get(branch.iri, 0) + 1
            walk(branch.children)

    walk(tree)
    assert set(places) == {term.iri for term in about.classes}
    assert {"Attestable", "Passage"} <= names(tree)
    twice = [term for term in about.classes if len(term.parents) > 1]
    assert twice
    assert all(places[term.iri] >= 2 for term in twice)


def test_the_value_lists_have_their_values(about: Documentation) -> None:
    lists = {each.label: each for each in about.value_lists}
    assert len(lists) == 27
    actuality = next(each for each in about.value_lists if each.iri.endswith("/actuality"))
    assert actuality.classes == (CKG + "Actuality",)
    assert {value.label for value in actuality.values} >= {"actual", "alleged", "unrealized"}
    assert all(value.definition for each in about.value_lists for value in each.values)


def test_class_expressions_are_read() -> None:
    about = document(Graph().parse(data=EXPRESSIONS, format="turtle"))
    a, p, q = (about.terms[CKG + name] for name in "Apq")
    words = (f"{CKG}B", "and", "some value of", f"{CKG}p", "is", f"{CKG}C")
    assert a.equivalents == (words,)
    assert p.domain == ((f"{CKG}A", "or", f"{CKG}B"),)
    assert p.range == (("not", f"{CKG}C"),)
    assert q.range == (("at least 2 values of", f"{CKG}p"),)
    assert p.characteristics == ("functional: at most one value",)


def test_a_deprecated_term_is_marked_with_what_took_its_place() -> None:
    text = """@prefix ckg: <https://w3id.org/cstokg/ontology#> .
    @prefix dcterms: <http://purl.org/dc/terms/> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    ckg:old a owl:ObjectProperty ; owl:deprecated true ; dcterms:isReplacedBy ckg:new ;
      skos:editorialNote "Deprecated in 0.3.0."@en . ckg:new a owl:ObjectProperty ."""
    about = document(Graph().parse(data=text, format="turtle"))
    old = about.terms[CKG + "old"]
    assert (old.deprecated, old.successors) == (True, (CKG + "new",))
    assert old.notes == ("Deprecated in 0.3.0.",)
    assert not about.terms[CKG + "new"].deprecated


def test_a_deprecated_value_says_what_to_do(about: Documentation) -> None:
    values = {value.iri: value for each in about.value_lists for value in each.values}
    (note,) = values[PREFIXES["outcome"] + "not-stated"].notes
    assert "Leave ckg:outcome out" in note


def test_a_circle_in_the_hierarchy_does_no_harm() -> None:
    text = """@prefix ckg: <https://w3id.org/cstokg/ontology#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    ckg:Top a owl:Class . ckg:A a owl:Class ; rdfs:subClassOf ckg:B, ckg:Top .
    ckg:B a owl:Class ; rdfs:subClassOf ckg:A ."""
    about = document(Graph().parse(data=text, format="turtle"))
    assert names(about.tree(about.classes)) == {"Top"}
