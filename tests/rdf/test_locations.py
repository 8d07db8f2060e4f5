"""The line of what a Turtle file says is found, in the project's form and in others."""

import pytest
from rdflib import RDF

from cstokg.namespaces import CKG, OWL, PREFIXES
from cstokg.rdf.locations import Locations

ALDA, BERIN = PREFIXES["state"] + "alda", PREFIXES["state"] + "berin"
IN_FORM = f"""\
@prefix ckg: <{CKG}> .
@prefix owl: <{OWL}> .
@prefix state: <{PREFIXES["state"]}> .

state:alda
    a ckg:State ;
    ckg:member state:berin ;
    ckg:note "A sentence.
state:berin ends in a full stop.
" ;
    ckg:unit 1.5 ;
.

state:berin
    a ckg:State ;
.

[]
    a owl:AllDisjointClasses ;
    owl:members (
        ckg:Place
        ckg:State
    ) ;
.
""".replace('"A', '"""A').replace('\n" ;', '\n""" ;')
OTHER = f"""\
PREFIX ckg: <{CKG}>
# state:alda . is not here
<{ALDA}> ckg:member
    <{BERIN}>, <{CKG}x> . <{BERIN}> a ckg:State.
"""
LOCATIONS = Locations({"form.ttl": IN_FORM.encode(), "other.ttl": OTHER.encode()})


@pytest.mark.parametrize(
    ("names", "subject", "rest", "place"),
    [
        (["form.ttl"], ALDA, (), "form.ttl:5"),
        (["form.ttl"], BERIN, (), "form.ttl:14"),
        (["form.ttl"], ALDA, (CKG + "member",), "form.ttl:7"),
        (["form.ttl"], ALDA, (CKG + "member", BERIN), "form.ttl:7"),
        # A property above the one that the file has; a value that the file has not.
        (["form.ttl"], ALDA, (CKG + "involves", BERIN), "form.ttl:7"),
        (["form.ttl"], ALDA, (CKG + "member", CKG + "x"), "form.ttl:7"),
        (["form.ttl"], ALDA, (str(RDF.type), CKG + "State"), "form.ttl:6"),
        (["form.ttl"], ALDA, (CKG + "unit", "1.5"), "form.ttl:11"),
        (["form.ttl"], BERIN, (str(RDF.type), CKG + "Place"), "form.ttl:15"),
        (["form.ttl"], BERIN, (CKG + "member",), "form.ttl:14"),
        (["form.ttl"], None, (CKG + "Place", CKG + "State"), "form.ttl:22"),
        (["form.ttl"], CKG + "Nothing", (), "form.ttl"),
        (["other.ttl"], ALDA, (CKG + "member", CKG + "x"), "other.ttl:4"),
        (["other.ttl"], BERIN, (), "other.ttl:4"),
        (["form.ttl", "other.ttl"], ALDA, (CKG + "member", CKG + "x"), "other.ttl:4"),
        (["form.ttl", "other.ttl"], CKG + "Nothing", (), "form.ttl, other.ttl"),
        ([], ALDA, (), ""),
    ],
)
def test_the_line_is_found(
    names: list[str], subject: str | None, rest: tuple[str, ...], place: str
) -> None:
    assert LOCATIONS.find(names, subject, *rest) == place


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    locations = Locations({"a.ttl": f"\ufeff<{ALDA}>\n    a <urn:x> .\n".encode()})
    assert locations.find(["a.ttl"], ALDA) == "a.ttl:1"
