from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cstokg.analysis.unknown_terms import read_terms, warn_of_unknown_terms
from cstokg.namespaces import CKG

if TYPE_CHECKING:
    from cstokg import Dataset

KNOWN = frozenset(("State", "member", "memberOf", "Membership"))


def test_the_terms_are_those_that_are_declared_or_used(small_dataset: Dataset) -> None:
    terms = read_terms(small_dataset)
    assert {"State", "member", "memberOf"} <= terms
    assert "Treaty" not in terms


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
    warnings = warn_of_unknown_terms(query, KNOWN)
    assert len(warnings) == len(warned), warnings
    assert all(part in warning for part, warning in zip(warned, warnings, strict=True))
