from pathlib import Path

import pytest

from cstokg import Dataset, build_dataset, load_settings
from cstokg.analysis.lookup import Lookup
from cstokg.analysis.term_warnings import Terms, read_terms, warn_of_terms
from cstokg.namespaces import CKG

TERMS = Terms(
    frozenset(("State", "member", "memberOf", "Membership")), Lookup(lambda _: {}), {}, ()
)


def test_the_terms_are_those_that_are_declared_or_used(small_dataset: Dataset) -> None:
    terms = read_terms(small_dataset)
    assert {"Agent", "State"} <= terms.declared
    asked = "ASK { ?s a ckg:State ; ckg:member ?m ; ckg:memberOf ?o }"
    assert warn_of_terms(asked, terms) == []
    assert warn_of_terms("ASK { ?s a ckg:Treaty }", terms) == ["There is no term ckg:Treaty."]


@pytest.mark.parametrize(
    ("query", "warned"),
    [
        ("ASK { ?s a ckg:Sate }", ["There is no term ckg:Sate. Did you mean ckg:State?"]),
        ("ASK { ?s ckg:membr/ckg:x ?o . ?s ckg:membr ?p }", ["ckg:membr. Did", "ckg:x."]),
        (f"PREFIX c: <{CKG}> ASK {{ ?s a c:Stat }}", ["ckg:State?"]),
        (f"PREFIX : <{CKG}> ASK {{ ?s a :Stat }}", ["ckg:State?"]),
        (f"ASK {{ ?s a <{CKG}Stat> }}", ["ckg:State?"]),
        (f"ASK {{ ?s a <{CKG}{'x' * 900}> }}", [f"There is no term ckg:{'x' * 60}."]),
        ("ASK { " + " ".join(f"?s a ckg:C{n} ." for n in range(9)) + " }", ["no term"] * 5),
        ("ASK { ?s a ckg:State ; ckg:memberOf ?o }", []),
        ("ASK { ?s rdfs:label 'ckg:Sate' } # ckg:Sate", []),
        ("PREFIX ckg: <urn:x#> ASK { ?s a ckg:Sate }", []),
        ("ASK { FILTER(STRSTARTS(STR(?x), STR(ckg:))) }", []),
        (f"PREFIX c: <{CKG}> ASK {{ ?s a c:State , ckg:State }}", []),
    ],
)
def test_a_term_that_is_not_there_is_named_with_one_that_is_like_it(
    query: str, warned: list[str]
) -> None:
    warnings = warn_of_terms(query, TERMS)
    assert len(warnings) == len(warned), warnings
    assert all(part in warning for part, warning in zip(warned, warnings, strict=True))


@pytest.mark.parametrize(
    ("query", "warned"),
    [
        ("ASK { ?s a ckg:Withdrawal }", "ckg:Withdrawal is deprecated after 0.1.0: a kind, not"),
        ("ASK { ?s a ckg:Withdrawal }", "with ckg:membershipChangeKind membership-change-kind:wit"),
        (f"ASK {{ ?s <{CKG}issuedDocument> ?o }}", "Use ckg:result."),
        (f"PREFIX c: <{CKG}> ASK {{ ?s a c:War }}", "Use ckg:ArmedConflict;"),
        ("ASK { ?s ckg:attitudeKind attitude-kind:hope }", "Use attitude-kind:aspiration."),
        ("ASK { ?s ckg:outcome outcome:not-stated }", "Leave ckg:outcome out."),
    ],
)
def test_of_a_deprecated_term_it_is_said_what_to_use(
    dataset: Dataset, query: str, warned: str
) -> None:
    (warning,) = warn_of_terms(query, read_terms(dataset))
    assert warned in warning


def test_a_deprecated_term_without_a_note_names_its_successor(small_copy: Path) -> None:
    with (small_copy / "ontology" / "old.ttl").open("w", encoding="utf-8") as file:
        file.write(
            f"@prefix ckg: <{CKG}> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
            "ckg:Land a owl:Class ; owl:deprecated true ; "
            "<http://purl.org/dc/terms/isReplacedBy> ckg:State ."
            "ckg:Sea a owl:Class ; owl:deprecated true ."
        )
    terms = read_terms(build_dataset(load_settings(small_copy)))
    assert warn_of_terms("ASK { ?s a ckg:Land , ckg:Sea }", terms) == [
        "ckg:Land is deprecated. Use ckg:State.",
        "ckg:Sea is deprecated.",
    ]
