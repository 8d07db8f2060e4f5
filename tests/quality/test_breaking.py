"""Each disjointness, domain and range of the ontology is one that HermiT holds the data to.

`owlapi/Break.java` takes the axioms from the ontology itself and tries to break each alone. Where
one cannot be broken alone, HermiT says why: the other axioms say the same, or refuse it as well.
"""

from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest
from rdflib import OWL, RDF, RDFS, Graph
from rdflib.collection import Collection
from rdflib.term import Node

from cstokg.namespaces import PREFIXES

ROOT = Path(__file__).parents[2]
EX = "http://example.org/"
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
IMPLIED = {"follows", "with others"}


class Attempt(NamedTuple):
    """One line of `Break.java`."""

    kind: str
    one: str
    other: str
    found: str
    probe: str


def attempts(hermit: Callable[..., list[str]], graph: Graph, folder: Path) -> list[Attempt]:
    path = folder / "ontology.nt"
    graph.serialize(path, format="nt", encoding="utf-8")
    return [Attempt(*line.split("\t")) for line in hermit("Break.java", path)]


def axioms(graph: Graph) -> set[tuple[str, frozenset[str]]]:
    """Return every disjointness, domain and range of a graph, as its kind and its two terms."""

    def axiom(kind: str, one: Node, other: Node) -> tuple[str, frozenset[str]]:
        return kind, frozenset((str(one), str(other)))

    pairs = list(graph.subject_objects(OWL.disjointWith))
    for node in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        members = graph.value(node, OWL.members)
        assert members is not None
        pairs += combinations(Collection(graph, members), 2)
    return {
        *(axiom("disjoint", *pair) for pair in pairs),
        *(axiom("domain", *pair) for pair in graph.subject_objects(RDFS.domain)),
        *(axiom("range", *pair) for pair in graph.subject_objects(RDFS.range)),
    }


@pytest.fixture(scope="module")
def core() -> Graph:
    return Graph().parse(ROOT / "ontology/cstokg.ttl")


@pytest.mark.slow
@pytest.mark.long
def test_each_disjointness_domain_and_range_can_be_broken(
    hermit: Callable[..., list[str]], core: Graph, tmp_path: Path
) -> None:
    found = attempts(hermit, core, tmp_path)
    tried = {(each.kind, frozenset((each.one, each.other))) for each in found}
    assert tried == axioms(core)
    assert len(tried) > 600
    unbroken = [each for each in found if each.found not in {"alone", *IMPLIED}]
    assert unbroken == []
    # What others say too is as a rule an inverse's or a broader property's; most stand alone.
    assert Counter(each.found for each in found)["alone"] > len(found) * 0.8


@pytest.mark.slow
def test_why_an_axiom_cannot_be_broken_alone_is_found_out(
    hermit: Callable[..., list[str]], tmp_path: Path
) -> None:
    text = f"""{HEAD} @prefix : <{EX}> . <{EX}> a owl:Ontology .
    :A a owl:Class . :B a owl:Class . :C a owl:Class . :D a owl:Class .
    :SubA a owl:Class ; rdfs:subClassOf :A .
    :A owl:disjointWith :B . :SubA owl:disjointWith :B .
    :free a owl:ObjectProperty ; rdfs:domain :C ; rdfs:range :A .
    :broad a owl:ObjectProperty ; rdfs:domain :A ; rdfs:range :D .
    :narrow a owl:ObjectProperty ; rdfs:subPropertyOf :broad ; rdfs:domain :A , :SubA .
    :size a owl:DatatypeProperty ; rdfs:domain :B ; rdfs:range xsd:integer .
    """
    found = {
        (each.kind, each.one.removeprefix(EX), each.other.removeprefix(EX)): each.found
        for each in attempts(hermit, Graph().parse(data=text, format="turtle"), tmp_path)
    }
    assert found == {
        ("disjoint", "A", "B"): "alone",
        ("disjoint", "B", "SubA"): "follows",
        ("domain", "free", "C"): "no probe",
        ("range", "free", "A"): "alone",
        ("domain", "broad", "A"): "alone",
        ("range", "broad", "D"): "no probe",
        ("domain", "narrow", "A"): "follows",
        ("domain", "narrow", "SubA"): "with others",
        ("domain", "size", "B"): "alone",
        ("range", "size", "http://www.w3.org/2001/XMLSchema#integer"): "alone",
    }


PARTICIPATION = "a ckg:TreatyParticipation ; ckg:party state:x ; ckg:treaty treaty:x"
MEMBERSHIP = "a ckg:Membership ; ckg:member state:x ; ckg:organization organization:x"
TWO_ACCOUNTS = (
    (
        f"treaty-participation:x {PARTICIPATION} ; ckg:begin '1992-05' . "
        f"treaty-participation:y {PARTICIPATION} ; ckg:begin '1993' ."
    ),
    (
        f"membership:x {MEMBERSHIP} ; ckg:begin '2002' ; ckg:end '2024' . "
        f"membership:y {MEMBERSHIP} ; ckg:begin '2002' ; ckg:end '2025' ."
    ),
    "event:x ckg:actuality actuality:alleged . event:y ckg:actuality actuality:actual .",
)
"""Facts of which each is true by one source."""
BREAKS = (
    "state:x a ckg:State , ckg:Person .",
    "claim:x a ckg:Claim , ckg:Event .",
    "claim:x a ckg:Claim ; ckg:member state:x .",
    "membership:x ckg:member claim:x . claim:x a ckg:Claim .",
    "passage:x ckg:paragraph 'one' .",
    "event:x ckg:actuality actuality:x . actuality:x a ckg:Stance .",
    "membership:x ckg:begin '1992' , '1993' .",
    "claim:x ckg:contradicts claim:x .",
    "claim:x ckg:contradicts claim:y ; ckg:supports claim:y .",
    "membership:x ckg:member state:x , state:y . state:x owl:differentFrom state:y .",
    # One account has one value.
    "event:x ckg:actuality actuality:alleged , actuality:actual .",
    "claim:x ckg:basis basis:stated , basis:implied .",
    "statement:x ckg:stance stance:claims , stance:denies .",
)


@pytest.mark.slow
def test_what_breaks_an_axiom_is_inconsistent_and_two_accounts_that_differ_are_not(
    core: Graph, hermit: Callable[..., list[str]], tmp_path: Path
) -> None:
    ontology = core + Graph().parse(ROOT / "ontology/schemes.ttl")
    ontology.remove((None, OWL.imports, None))
    text = ontology.serialize(format="nt", encoding="utf-8")
    paths = [tmp_path / "ontology.nt"]
    paths[0].write_bytes(text)
    for number, facts in enumerate((*TWO_ACCOUNTS, *BREAKS)):
        said = Graph().parse(data=HEAD + facts, format="turtle")
        for name in {node for triple in said for node in (triple[0], triple[2])}:
            if str(name).endswith(("/x", "/y")):
                said.add((name, RDF.type, OWL.NamedIndividual))
        # The ontology as well: without its declarations, a property might be of either kind.
        paths.append(tmp_path / f"{number}.nt")
        paths[-1].write_bytes(text + said.serialize(format="nt", encoding="utf-8"))
    answers = hermit("Consistent.java", paths[0], "".join(f"{path}\n" for path in paths[1:]))
    cases = zip(("the ontology", *TWO_ACCOUNTS, *BREAKS), answers, strict=True)
    assert [facts for facts, consistent in cases if consistent == "true"] == [
        "the ontology",
        *TWO_ACCOUNTS,
    ]
