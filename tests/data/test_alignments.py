"""Whoever knows other vocabularies alone finds the graph's facts in their terms."""

from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph, URIRef

from cstokg import Dataset
from cstokg.namespaces import PREFIXES

ROOT = Path(__file__).parents[2]
ALIGNMENTS = ROOT / "ontology/alignments.ttl"
ARMENIA = f"<{PREFIXES['state']}armenia>"
CSTO = f"<{PREFIXES['organization']}csto>"
SOURCE = f"<{PREFIXES['source']}scepanovic-2024>"
MOSCOW = f"<{PREFIXES['place']}moscow>"
FORCE = f"<{PREFIXES['force']}csto-joint-force>"

QUESTIONS = {
    "org": f"?m a org:Membership ; org:member {ARMENIA} ; org:organization {CSTO} . "
    f"{ARMENIA} org:hasMembership ?m ; org:memberOf {CSTO} . {CSTO} org:hasMember {ARMENIA}",
    "prov": f"{ARMENIA} a prov:Agent . ?passage a prov:Entity ; prov:wasDerivedFrom {SOURCE} . "
    f"?statement a prov:Activity ; prov:wasAssociatedWith ?speaker . ?speaker a prov:Person",
    "skos": "?value a skos:Concept ; skos:inScheme ?scheme ; skos:prefLabel 'alleged'@en",
    "oa": f"?p a oa:TextPositionSelector ; oa:start ?s ; oa:end ?e ; oa:hasSource {SOURCE}",
    "schema": f"{ARMENIA} a schema:Country ; schema:memberOf {CSTO} . "
    f"{CSTO} schema:member {ARMENIA} . ?event schema:location ?place",
    "foaf": f"?group a foaf:Group ; foaf:member {ARMENIA} . {SOURCE} foaf:maker ?person",
    "dcterms": f"?force dcterms:isPartOf {FORCE} . {FORCE} dcterms:hasPart ?force . "
    f"{ARMENIA} dcterms:isReferencedBy {SOURCE} . ?event dcterms:date ?date",
    "geo": f"{MOSCOW} a geo:Feature",
    "sem": "?event a sem:Event ; sem:hasActor ?actor ; sem:hasPlace ?place . ?actor a sem:Actor",
}


@pytest.mark.parametrize("vocabulary", QUESTIONS)
def test_a_query_in_one_vocabulary_finds_the_facts(dataset: Dataset, vocabulary: str) -> None:
    assert dataset.query(f"ASK {{ {QUESTIONS[vocabulary]} }}")


# What others would take for true of the world, and the source only tells of.
NOT_SAID = {
    "a thing is not derived from a sentence": f"{ARMENIA} prov:wasDerivedFrom ?any",
    "what never came about is no activity": "?event ckg:actuality ?any ; a prov:Activity",
    "what never came about is no event of schema.org": "?event ckg:actuality ?any ; a schema:Event",
    "what happens has a time and is none": "?any a time:TemporalEntity",
    "an organ of a state is no unit of an organization": "?any a org:OrganizationalUnit",
}


@pytest.mark.parametrize("name", NOT_SAID)
def test_no_alignment_says_more_than_the_source(dataset: Dataset, name: str) -> None:
    assert not dataset.query(f"ASK {{ {NOT_SAID[name]} }}")


def test_each_reused_term_is_declared_and_each_declared_one_used() -> None:
    graph = Graph().parse(ALIGNMENTS)
    ours = (PREFIXES["ckg"], PREFIXES["ckg"].removesuffix("#"), str(OWL), str(RDF))
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    declared = {node for kind in kinds for node in graph.subjects(RDF.type, kind)}
    used = {
        node
        for subject, node in graph.subject_objects()
        if isinstance(node, URIRef) and str(subject).startswith(PREFIXES["ckg"])
    }
    foreign = {node for node in used if not str(node).startswith(ours)}
    assert len(foreign) > 50
    assert declared == foreign
