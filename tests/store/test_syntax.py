"""Files that other people's tools saved are told apart by how they begin."""

from pathlib import Path

import pytest

from cstokg.errors import SourceError
from cstokg.store import read_triples
from cstokg.store.syntax import find_syntax

OWL_XML = """<?xml version="1.0"?>
<!-- saved -->
<!DOCTYPE Ontology [ <!ENTITY owl "http://www.w3.org/2002/07/owl#" > ]>
<Ontology xmlns="http://www.w3.org/2002/07/owl#" ontologyIRI="urn:o"/>"""
FUNCTIONAL = "Prefix(:=<urn:o#>)\nPrefix(owl:=<http://www.w3.org/2002/07/owl#>)\nOntology(<urn:o>)"
MANCHESTER = "# by hand\nPrefix: owl: <http://www.w3.org/2002/07/owl#>\nOntology: <urn:o>"
OBO = "format-version: 1.2\nontology: o\n\n[Term]\nid: O:1\n"
HTML = "<!DOCTYPE html>\n<html lang='en'><body>Sign in</body></html>"
TURTLE = "# by hand\n@prefix : <urn:o#> .\n:a a :B ."
RDF_XML = (
    '<?xml version="1.0"?><!-- a --><!-- b --><!DOCTYPE rdf:RDF [ <!ENTITY a "urn:a" > ]>\n'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>'
)
JSON = '{"@id": "urn:s", "urn:p": 1}'


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (OWL_XML, "OWL/XML"),
        (OWL_XML.partition("\n")[2], "OWL/XML"),
        ('<owl:Ontology xmlns:owl="http://www.w3.org/2002/07/owl#"/>', "OWL/XML"),
        (FUNCTIONAL, "OWL functional syntax"),
        ("Ontology (<urn:o>)", "OWL functional syntax"),
        (MANCHESTER, "Manchester syntax"),
        ("Ontology: <urn:o>", "Manchester syntax"),
        (OBO, "OBO"),
        (HTML, "a web page (HTML)"),
        (TURTLE, "Turtle"),
        ("PREFIX a: <urn:a>\na:b a:c a:d .", "Turtle"),
        ("BASE <urn:a>\n<b> <c> <d> .", "Turtle"),
        ("@base <urn:a> .", "Turtle"),
        ("<urn:a> a <urn:B> .", "Turtle"),
        ("_:a <urn:p> <urn:o> .", "Turtle"),
        ("<urn:Ontology> <urn:p> <urn:o> .", "Turtle"),
        (RDF_XML, "RDF/XML"),
        (JSON, "JSON"),
        ('[{"@id": "urn:s"}]', "JSON"),
        ("", None),
        ("[] a <urn:B> .", None),
        ('<foaf:Person xmlns:foaf="urn:f"/>', None),
    ],
)
def test_a_syntax_is_known_by_its_beginning(text: str, name: str | None) -> None:
    assert find_syntax(text.encode()) == name


@pytest.mark.parametrize("name", ["a.ttl", "a.nt", "a.nq", "a.trig", "a.rdf", "a.owl", "a.jsonld"])
@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        (OWL_XML, "OWL/XML"),
        (FUNCTIONAL, "OWL functional syntax"),
        (MANCHESTER, "Manchester syntax"),
        (OBO, "OBO"),
    ],
)
def test_what_is_no_rdf_is_named_with_the_way_out(name: str, text: str, syntax: str) -> None:
    with pytest.raises(SourceError, match=f"this is {syntax}, not ") as caught:
        list(read_triples(text.encode(), Path(name)))
    assert "Save as, Turtle Syntax" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "text", "problem", "hint"),
    [
        ("a.owl", TURTLE, "this is Turtle, not RDF/XML", "ends in .ttl"),
        ("a.rdf", "<urn:a> a <urn:B> .", "this is Turtle, not RDF/XML", "ends in .ttl"),
        ("a.jsonld", TURTLE, "this is Turtle, not JSON-LD", "ends in .ttl"),
        ("a.ttl", RDF_XML, "this is RDF/XML, not Turtle", "ends in .rdf"),
        ("a.ttl", JSON, "this is JSON, not Turtle", "ends in .jsonld"),
        ("a.ttl", HTML, "this is a web page", "Download the data"),
        ("a.rdf", HTML, "this is a web page", "Download the data"),
        ("a.owx", OWL_XML, "this is OWL/XML", "Save as, Turtle Syntax"),
        ("a.ofn", FUNCTIONAL, "this is OWL functional syntax", "Save as, Turtle Syntax"),
        ("a.omn", MANCHESTER, "this is Manchester syntax", "Save as, Turtle Syntax"),
        ("a.obo", OBO, "this is OBO", "Save as, Turtle Syntax"),
        ("a.json", JSON, "this is JSON", "ends in .jsonld"),
        ("a.n3", TURTLE, "this is Turtle", "ends in .ttl"),
    ],
)
def test_a_file_under_the_name_of_another_syntax_is_told_its_own(
    name: str, text: str, problem: str, hint: str
) -> None:
    with pytest.raises(SourceError, match=problem) as caught:
        list(read_triples(text.encode(), Path(name)))
    assert hint in caught.value.hint


def test_a_long_beginning_is_read_in_one_go() -> None:
    assert find_syntax(b"<!-- a -->" * 10_000 + b"<?x?>" * 10_000 + b"# " * 10_000) is None
