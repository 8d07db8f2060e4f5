"""Why a triple is there, and what is lacking of one that is not, against the real graph."""

import pytest

from cstokg import Dataset
from cstokg.analysis.reasons.rules import read_rules
from cstokg.analysis.reasons.triples import Why, read_term, to_answer, why
from cstokg.dataset.derive import named_rules
from cstokg.errors import QueryRefusedError
from cstokg.namespaces import RESOURCE

SOURCE = f"{RESOURCE}source/scepanovic-2024"
CSTO = "organization:csto"


def short(iris: tuple[str, ...]) -> list[str]:
    return [iri.removeprefix(RESOURCE) for iri in iris]


def test_a_shortcut_follows_from_an_account_by_a_rule(dataset: Dataset) -> None:
    ground = why(dataset, "state:armenia", "ckg:memberOf", CSTO).grounds[0]
    assert (ground.rule, ground.source) == ("member-of", SOURCE)
    assert "no end of it is told" in ground.words
    (evidence,) = ground.evidence
    assert short((evidence.account,)) == ["membership/armenia-csto"]
    assert "passage/scepanovic-2024-p34-s2" in short(evidence.passages)
    assert short(evidence.voices) == ["person/janko-scepanovic"]


def test_what_a_source_says_itself_has_its_voice(dataset: Dataset) -> None:
    (ground,) = why(dataset, "membership:armenia-csto", "ckg:member", "state:armenia").grounds
    assert (ground.rule, ground.source) == ("", SOURCE)
    assert [short(each.voices) for each in ground.evidence] == [["person/janko-scepanovic"]]


def test_an_entailment_names_what_it_follows_from(dataset: Dataset) -> None:
    grounds = why(dataset, "state:armenia", "a", "ckg:Agent").grounds
    words = {ground.rule: ground.words for ground in grounds}
    assert "Here from: state:armenia a ckg:State." in words["class-subclass"]


def test_a_bound_follows_from_a_time(dataset: Dataset) -> None:
    day = '"2024-06-25"^^xsd:date'
    rows = dataset.select("SELECT ?s { ?s ckg:dateEarliest '2024-06-25'^^xsd:date } LIMIT 1")
    (ground,) = why(dataset, f"<{rows.rows[0][0]}>", "ckg:dateEarliest", day).grounds
    assert ground.rule == "times"


@pytest.mark.parametrize(
    ("triple", "rule", "lacks"),
    [
        (
            ("state:uzbekistan", "ckg:formerMemberOf", CSTO),
            "former-member-of",
            "a membership of the one in the other is told",
        ),
        (("state:armenia", "ckg:formerMemberOf", CSTO), "former-member-of", "an end of it is told"),
        (
            ("state:moldova", "ckg:memberOf", "organization:guam"),
            "member-of",
            "the source vouches for it as late as its own time of writing",
        ),
        (
            ("state:ukraine", "ckg:signatoryOf", "treaty:collective-security-treaty"),
            "signatory-of",
            "the state signs",
        ),
    ],
)
def test_what_is_not_there_lacks_what_its_rule_asks_for(
    dataset: Dataset, triple: tuple[str, str, str], rule: str, lacks: str
) -> None:
    found = why(dataset, *triple)
    assert not found.grounds
    assert [(lack.rule, lack.lacks) for lack in found.lacks] == [(rule, lacks)]


def test_what_no_rule_gives_has_neither(dataset: Dataset) -> None:
    assert why(dataset, CSTO, "rdfs:label", '"nothing"@en').lacks == ()


def test_each_source_has_its_own_ground(two_source_dataset: Dataset) -> None:
    found = why(two_source_dataset, "state:belarus", "ckg:memberOf", CSTO)
    by_rule = [ground for ground in found.grounds if ground.rule == "member-of"]
    assert {ground.source for ground in by_rule} == {SOURCE, f"{RESOURCE}source/second-2026"}
    assert all(len(each.voices) == 1 for ground in by_rule for each in ground.evidence)


def test_what_ties_two_sources_rests_on_both(two_source_dataset: Dataset) -> None:
    figures = "figure:crrf-strength", "ckg:conflictsWith", "figure:second-2026-crrf-strength"
    grounds = why(two_source_dataset, *figures).grounds
    assert "conflicting-figure" in {ground.rule for ground in grounds}


def test_each_derived_triple_of_a_sample_has_a_ground(dataset: Dataset) -> None:
    rows = dataset.select(
        """SELECT ?g (SAMPLE(?s) AS ?any) ?p (SAMPLE(?o) AS ?value) {
          GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), "/graph/links"))
        } GROUP BY ?g ?p"""
    )
    assert len(rows) > 10
    lacking = []
    for _, _, predicate, _ in rows:
        first = dataset.select(
            f"SELECT ?s ?o {{ GRAPH ?g {{ ?s <{predicate}> ?o }} "
            'FILTER(CONTAINS(STR(?g), "/graph/links")) } LIMIT 1'
        ).rows[0]
        subject, value = (term.n3() for term in first if term is not None)
        found = why(dataset, subject, f"<{predicate}>", value)
        if not any(ground.rule for ground in found.grounds):
            lacking.append(predicate)
    assert lacking == []


def test_every_rule_can_be_read() -> None:
    names = {rule.name for rule in read_rules()}
    assert names == {name for kind in ("links", "across", "owl") for name in named_rules(kind)}


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("a", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"),
        ("state:armenia", f"<{RESOURCE}state/armenia>"),
        (" <urn:x> ", "<urn:x>"),
        ('"a \\" b"@en', '"a \\" b"@en'),
        ("22000", "22000"),
        ('"1"^^xsd:integer', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ],
)
def test_a_term_is_read_as_sparql_writes_it(written: str, term: str) -> None:
    assert read_term(written) == term


@pytest.mark.parametrize(
    "text", ["", "?x", "nowhere:a", "<urn:a> } { <urn:b>", '"a" "b"', "_:b", "Armenia", '"open']
)
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(QueryRefusedError):
        read_term(text)


def test_the_answer_says_what_is_lacking_in_words() -> None:
    nothing = to_answer(Why(("<urn:a>", "<urn:b>", '"c"'), (), ()), str)
    assert nothing.title == 'Nothing says so, and no rule gives it: urn:a, urn:b, "c".'
