"""The nanopublications by the check of the nanopub library, and by what they may not assert."""

from collections import defaultdict
from dataclasses import replace

import pyoxigraph as ox
import pytest
from nanopub.nanopub import Nanopub
from rdflib import PROV, RDF, ConjunctiveGraph, Graph, URIRef
from rdflib.term import Node

from cstokg import Dataset
from cstokg.namespaces import BASE, CKG, RESOURCE
from cstokg.publish.formats.nanopublications import to_nanopublications

# The library and rdflib's parser of TriG use what rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

FREEZE = URIRef(f"{RESOURCE}event/armenia-freeze-of-csto-participation")
CLAIM = URIRef(f"{RESOURCE}claim/armenia-froze-participation")


def split(content: bytes) -> dict[str, list[ox.Quad]]:
    """Return the quads of each nanopublication of a file by its name."""
    quads = defaultdict(list)
    for quad in ox.parse(content, format=ox.RdfFormat.TRIG):
        name = str(quad.graph_name).strip("<>").partition("#")[0]
        quads[name].append(quad)
    return quads


def read(content: bytes, step: int) -> list[Nanopub]:
    """Return one in `step` nanopublications of a file, and each with a claim, by the library."""
    found = []
    for number, each in enumerate(split(content).values()):
        if number % step and not any(str(CLAIM) in str(quad) for quad in each):
            continue
        graph = ConjunctiveGraph()
        graph.parse(data=ox.serialize(each, format=ox.RdfFormat.N_QUADS), format="nquads")
        found.append(Nanopub(rdf=graph))
    return found


@pytest.fixture(scope="module")
def content(dataset: Dataset) -> bytes:
    return to_nanopublications(dataset)


@pytest.fixture(scope="module", params=[10, pytest.param(1, marks=pytest.mark.long)])
def nanopubs(content: bytes, request: pytest.FixtureRequest) -> list[Nanopub]:
    """One in so many as the library reads them, and those that tell of one claim."""
    return read(content, request.param)


def about(nanopubs: list[Nanopub], node: URIRef) -> Nanopub:
    def is_about(assertion: Graph) -> bool:
        kinds = assertion.subjects(RDF.type)
        return (node in kinds and (None, URIRef(f"{CKG}expresses"), node) in assertion) or (
            set(assertion.subjects()) == {node}
        )

    (found,) = (each for each in nanopubs if is_about(each.assertion))
    return found


def test_each_is_valid_and_has_the_name_that_its_content_gives(nanopubs: list[Nanopub]) -> None:
    assert nanopubs
    for each in nanopubs:
        assert each.is_valid
        assert str(each.source_uri).startswith(f"{BASE}np/RA")
        assert each.has_valid_trusty


def test_there_is_one_for_each_claim_and_each_actual_fact(content: bytes, dataset: Dataset) -> None:
    claims = dataset.select("SELECT DISTINCT ?claim { ?claim a ckg:Claim }")
    facts = dataset.select("SELECT DISTINCT ?fact { ?fact ckg:actuality actuality:actual }")
    assert len(split(content)) == len(claims) + len(facts)


def test_a_claim_is_asserted_as_said_and_not_as_so(nanopubs: list[Nanopub]) -> None:
    found = about(nanopubs, CLAIM)
    (statement,) = found.assertion.subjects(URIRef(f"{CKG}expresses"), CLAIM)
    assert set(found.assertion.subjects()) == {CLAIM, statement}
    speaker = URIRef(f"{RESOURCE}person/nikol-pashinyan")
    assert (statement, URIRef(f"{CKG}speaker"), speaker) in found.assertion
    assert (
        statement,
        URIRef(f"{CKG}stance"),
        URIRef(f"{RESOURCE}stance/claims"),
    ) in found.assertion
    assert (CLAIM, URIRef(f"{CKG}describes"), FREEZE) in found.assertion


def test_nothing_asserts_what_is_not_actual(nanopubs: list[Nanopub], dataset: Dataset) -> None:
    others = dataset.select(
        "SELECT DISTINCT ?node { ?node ckg:actuality ?mode FILTER(?mode != actuality:actual) }"
    )
    unreal = {node for (node,) in others}
    assert FREEZE in unreal
    for each in nanopubs:
        assert unreal.isdisjoint(each.assertion.subjects())


def test_no_assertion_of_a_claim_speaks_of_another(
    nanopubs: list[Nanopub], dataset: Dataset
) -> None:
    claims = {node for (node,) in dataset.select("SELECT DISTINCT ?claim { ?claim a ckg:Claim }")}
    statements = {node for (node,) in dataset.select("SELECT ?act { ?act a ckg:Statement }")}
    for each in nanopubs:
        subjects = set(each.assertion.subjects())
        assert len(subjects & claims) <= 1
        assert subjects & claims or len(subjects - statements) == 1
        expressed = set(each.assertion.objects(None, URIRef(f"{CKG}expresses")))
        assert expressed <= subjects


def spoken(nanopub: Nanopub) -> set[Node]:
    """Return the claim that somebody made, which only the nanopublication of a claim has."""
    return {
        node for node in nanopub.assertion.subjects() if str(node).startswith(f"{RESOURCE}claim/")
    }


def test_the_provenance_names_sentence_source_and_voice(nanopubs: list[Nanopub]) -> None:
    author = URIRef(f"{RESOURCE}person/janko-scepanovic")
    source = URIRef(f"{RESOURCE}source/scepanovic-2024")
    for each in nanopubs:
        assertion = each.assertion.identifier
        (primary,) = each.provenance.objects(assertion, PROV.hadPrimarySource)
        assert primary == source
        passages = set(each.provenance.objects(assertion, PROV.wasDerivedFrom))
        assert passages
        sentences = set(each.provenance.subjects(URIRef(f"{CKG}passageOf"), source))
        assert sentences
        # Else it is inferred from another account, of which the provenance tells no more.
        assert set(each.provenance.subjects()) == {assertion, source, *sentences, *spoken(each)}
        assert set(each.provenance.objects(assertion, PROV.wasAttributedTo))
    claim = about(nanopubs, CLAIM)
    told_by = set(claim.provenance.objects(claim.assertion.identifier, PROV.wasAttributedTo))
    assert told_by == {author}
    said_by = set(claim.provenance.objects(CLAIM, PROV.wasAttributedTo))
    assert said_by == {URIRef(f"{RESOURCE}person/nikol-pashinyan")}


def test_the_publication_info_has_version_licence_and_day(nanopubs: list[Nanopub]) -> None:
    for each in nanopubs:
        told = {str(value) for value in each.pubinfo.objects()}
        assert {"0.1.0", "2026-11-28", "https://creativecommons.org/licenses/by/4.0/"} <= told


def test_each_is_of_one_source_and_of_its_voices(two_source_dataset: Dataset) -> None:
    sources = set()
    for quads in split(to_nanopublications(two_source_dataset)).values():
        told = [
            (quad.predicate.value, quad.object)
            for quad in quads
            if str(quad.subject).endswith("#assertion>")
        ]
        (source,) = (thing for link, thing in told if link == str(PROV.hadPrimarySource))
        assert any(link == str(PROV.wasAttributedTo) for link, _ in told)
        sources.add(source)
    assert len(sources) == 2


def test_another_version_has_other_names(small_dataset: Dataset) -> None:
    later = replace(small_dataset, info=replace(small_dataset.info, version="9.9.9"))
    names, others = (split(to_nanopublications(each)).keys() for each in (small_dataset, later))
    assert len(names) == len(others) > 0
    assert names.isdisjoint(others)


def test_texts_with_lines_quotes_and_languages_are_hashed_as_the_library_does(
    dataset: Dataset,
) -> None:
    store = dataset.store.copy()
    text = f'<{CLAIM}> <{CKG}wording> "a\\n\\"b\\" \\\\c" , "жизнь"@ru , "x"@EN-gb , 1.50 .'
    store.load_content(text.encode(), "text/turtle", dataset.find_graph("source/scepanovic-2024"))
    content = to_nanopublications(replace(dataset, store=store))
    found = about(read(content, 10_000), CLAIM)
    assert len(set(found.assertion.objects(CLAIM, URIRef(f"{CKG}wording")))) == 4
    assert found.has_valid_trusty
