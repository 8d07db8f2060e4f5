"""The form of Turtle files: what it looks like, that nothing is lost, and what is refused."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from cstokg.errors import MissingFileError, SourceError
from cstokg.namespaces import CKG, PREFIXES
from cstokg.rdf.formatting import format_content, format_file
from cstokg.store import read_triples

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for folder in ("ontology", "data", "shapes") for path in (ROOT / folder).rglob("*.ttl")
)
PATH = Path("file.ttl")
HEAD = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("ckg", "owl", "sh"))


def form(text: str) -> str:
    return format_content(text.encode(), PATH).decode()


def body(text: str) -> str:
    """Return the form of `text` without its prefixes."""
    return form(HEAD + text).split("\n\n", 1)[1]


def graph(content: bytes) -> Graph:
    # As one string: rdflib would read a file's path, and normalize literals that it knows.
    return Graph().parse(data=content.decode(), format="turtle")


EVERYTHING = """\
@prefix ckg: <https://w3id.org/cstokg/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/x/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/file>
    a owl:Ontology ;
    rdfs:label "file"@en ;
    dcterms:title "A file"@en ;
    owl:imports <https://example.org/a> ;
    owl:imports <https://example.org/a/b> ;
    owl:imports <https://example.org/b> ;
.

ckg:Thing
    a owl:Class ;
    rdfs:label "thing"@en ;
    rdfs:subClassOf ckg:Other ;
    rdfs:subClassOf [
        a owl:Restriction ;
        owl:onProperty ckg:part ;
        owl:someValuesFrom ckg:Thing ;
    ] ;
    owl:equivalentClass [
        a owl:Class ;
        owl:unionOf ( ckg:A ckg:B ) ;
    ] ;
    owl:propertyChainAxiom ( ckg:z ckg:a ) ;
    dcterms:description "with \\"quotes\\", a \\\\ and a \\t tab" ;
    ckg:empty [] ;
    ckg:nothing () ;
    ckg:number "1"^^xsd:byte ;
    ckg:number 007 ;
    ckg:number 1.50 ;
    ckg:number 1.5e0 ;
    ckg:truth true ;
.

ex:Shape
    sh:property [
        sh:path [ sh:inversePath ckg:part ] ;
        sh:minCount 1 ;
    ] ;
    sh:property [ sh:path ( ckg:z [ sh:zeroOrMorePath ckg:a ] ) ] ;
    sh:sparql [
        sh:select \"\"\"
            SELECT $this
            WHERE { $this ckg:part "x" }
        \"\"\" ;
    ] ;
    ckg:other "after what the order knows" ;
    sh:severity sh:Violation ;
    sh:message "Fix it."@en ;
.

[]
    a owl:AllDisjointClasses ;
    owl:members (
        ckg:AgentsWithAVeryLongName
        ckg:OccurrencesWithAVeryLongName
        ckg:PlacesWithAVeryLongName
    ) ;
.
"""


def test_the_form_of_everything() -> None:
    assert form(EVERYTHING) == EVERYTHING


def test_a_set_is_sorted_and_an_order_is_kept() -> None:
    text = body("""
        ckg:x owl:unionOf ( ckg:c ckg:a ) ; owl:hasKey ( ckg:c ckg:a ) ;
          owl:propertyChainAxiom ( ckg:c ckg:a ) ; sh:path ( ckg:c ckg:a ) ; sh:in ( 2 1 ) .
        [] a owl:AllDifferent ; owl:distinctMembers ( ckg:c ckg:a ) .
    """)
    assert "owl:unionOf ( ckg:a ckg:c )" in text
    assert "owl:hasKey ( ckg:a ckg:c )" in text
    assert "owl:distinctMembers ( ckg:a ckg:c )" in text
    assert "owl:propertyChainAxiom ( ckg:c ckg:a )" in text
    assert "sh:path ( ckg:c ckg:a )" in text
    assert "sh:in ( 2 1 )" in text


@pytest.mark.parametrize(
    "text",
    ['"', '""', '"""', '""""', 'a"', "\\", "a\nb", 'a\n"', 'a\n""', 'a\n"""b""""', "a\n\\", "\r\n"],
)
def test_any_text_comes_back(text: str) -> None:
    before = Graph()
    before.add((URIRef(CKG + "x"), URIRef(CKG + "y"), Literal(text)))
    after = graph(format_content(before.serialize(format="nt").encode(), PATH))
    assert [str(value) for value in after.objects()] == [text]


def test_prefixes_of_a_file_are_kept_and_the_projects_come_first() -> None:
    text = form(
        "@prefix mine: <https://w3id.org/cstokg/ontology#> . @prefix own: <https://own.test/a#> ."
        "@prefix org: <https://org.test/> . mine:x own:y org:z , <http://www.w3.org/ns/org#Role> ."
    )
    assert "ckg:x\n    own:y <http://www.w3.org/ns/org#Role> ;\n    own:y org:z ;\n" in text
    assert "mine:" not in text


OTHER = "https://other.test/"


@pytest.mark.parametrize(
    "text",
    [
        # A prefix of the project for a namespace that nothing uses, or that is relative.
        f"@prefix ckg: <{OTHER}> . <urn:a> <{CKG}b> 1 .",
        f"@prefix ckg: <{OTHER}> . @prefix own: <{CKG}> . <urn:a> own:b 1 .",
        f"@prefix ckg: <{OTHER}> . @prefix ckg: <{CKG}> . ckg:a ckg:b 1 .",
        f"@base <{CKG.removesuffix('ontology#')}> . @prefix ckg: <ontology#> . ckg:a ckg:b 1 .",
        f"@base <{CKG}> . @prefix ckg: <> . ckg:a ckg:b 1 .",
        f"@base <{OTHER}> . @prefix ckg: <x#> . @prefix own: <x#> . ckg:a own:b <{CKG}c> .",
        # One after the other comes free, as the longer namespace is used.
        f"@prefix rdf: <{OTHER}> . @prefix owl: <{CKG}> . @prefix ckg: <urn:z:> . owl:a owl:b 1 .",
        f"@prefix ckg: <{OTHER}> . ckg:a <{CKG}b> 1 .",
        f"@prefix a: <{OTHER}> . @prefix b: <{OTHER}> . a:x b:y b:z .",
        f"@prefix a: <{OTHER}> . @prefix b: <{OTHER}x/> . <{OTHER}x/y> a:z 1 .",
        f"@prefix a: <{OTHER}> . a:x a:y 1 . @prefix a: <urn:p:> . a:x a:y 2 .",
        f'@prefix a: <{OTHER}> . <urn:s> <urn:p> "@prefix ckg: <{OTHER}> ." , "1"^^<{CKG}b> .',
    ],
)
def test_a_second_time_changes_nothing(text: str) -> None:
    once = form(text)
    assert form(once) == once
    assert set(read_triples(once.encode(), PATH)) == set(read_triples(text.encode(), PATH))


def test_a_prefix_that_nothing_uses_keeps_no_name_from_the_projects() -> None:
    text = form(f"@prefix ckg: <{OTHER}> . <urn:a> <{CKG}b> 1 .")
    assert text == f"@prefix ckg: <{CKG}> .\n\n<urn:a>\n    ckg:b 1 ;\n.\n"


def test_a_string_typed_as_string_is_plain() -> None:
    assert body('ckg:x ckg:y "z"^^<http://www.w3.org/2001/XMLSchema#string> .') == (
        'ckg:x\n    ckg:y "z" ;\n.\n'
    )


def test_files_come_back_from_rdflib_in_other_syntaxes() -> None:
    """Where rdflib chooses the names of blank nodes and the order; and nothing is lost."""
    assert FILES
    changed = []
    for path in FILES:
        content = format_file(path)
        written = graph(path.read_bytes())
        prefixes = "".join(f"@prefix {p}: <{n}> .\n" for p, n in written.namespaces())
        for syntax in ("turtle", "nt"):
            again = written.serialize(format=syntax)
            if form(again if syntax != "nt" else prefixes + again) != content.decode():
                changed.append((path, syntax))
    assert changed == []


def test_what_is_in_no_form_keeps_its_triples() -> None:
    text = HEAD + "_:x a sh:NodeShape ; sh:in ( 2 [ ckg:b 1 , 1.0 ] ) . ckg:a ckg:b 'x' , <a:b> ."
    assert isomorphic(graph(form(text).encode()), graph(text.encode()))
    assert form(form(text)) == form(text)


def test_one_added_triple_is_one_line() -> None:
    path = ROOT / "data/scepanovic-2024/memberships.ttl"
    before = format_file(path)
    added = before + b'\nmembership:armenia-csto skos:editorialNote "An example." .\n'
    after = format_content(added, path).decode().splitlines()
    old = before.decode().splitlines()
    assert len(after) == len(old) + 1
    assert set(after) - set(old) == {'    skos:editorialNote "An example." ;'}


def test_labels_and_order_of_blank_nodes_make_no_difference() -> None:
    source = graph((ROOT / "shapes/circumstances.ttl").read_bytes())
    expected = format_file(ROOT / "shapes/circumstances.ttl").decode().partition("\n\n")[2]
    randomness = random.Random(5)
    nodes = [node for node in source.all_nodes() if isinstance(node, BNode)]
    for _ in range(5):
        names = [f"n{number}" for number in range(len(nodes))]
        randomness.shuffle(names)
        renamed = dict(zip(nodes, names, strict=True))
        lines = [
            " ".join(f"_:{renamed[t]}" if isinstance(t, BNode) else t.n3() for t in triple) + " .\n"
            for triple in source
        ]
        randomness.shuffle(lines)
        text = "@prefix shapes: <https://w3id.org/cstokg/shapes#> .\n" + "".join(lines)
        assert form(text).partition("\n\n")[2] == expected


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_hash_seed_makes_no_difference(seed: str) -> None:
    path = ROOT / "shapes/links.ttl"
    run = subprocess.run(
        [sys.executable, "-m", "cstokg", "fmt", path, "-o", "-"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    assert run.stdout == format_file(path)


RDF_XML = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns:own="https://own.test/a#">
  <!-- https://own.test/a#x -->
  <rdf:Description rdf:about="https://own.test/a#x"><own:y>z</own:y></rdf:Description>
</rdf:RDF>
<!-- Generated by the OWL API (version 5.1.20) https://github.com/owlcs/owlapi/ -->
"""


def test_rdf_xml_is_read_whatever_the_files_name() -> None:
    expected = '@prefix own: <https://own.test/a#> .\n\nown:x\n    own:y "z" ;\n.\n'
    assert form(RDF_XML) == expected
    assert form("\ufeff" + expected) == expected


def test_a_bare_declaration_goes_only_from_what_the_owl_api_saved() -> None:
    made = "###  Generated by the OWL API (version 5.1.20) https://github.com/owlcs/owlapi/\n"
    text = "ckg:x ckg:y ckg:z . ckg:z a owl:NamedIndividual . ckg:w a owl:NamedIndividual .\n"
    kept = "\nckg:z\n    a owl:NamedIndividual ;\n.\n"
    assert kept in body(text)
    assert kept not in body(text + made)
    assert "ckg:w\n" in body(text + made)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (HEAD + "ckg:a ckg:b 1 . # why\n", 4, "a comment, which would be lost: # why"),
        (HEAD + "\n#    Notes\n", 5, "a comment"),
        (RDF_XML.replace("#x --", "#x, my note --"), 4, "a comment"),
        (HEAD + "ckg:a ckg:b ckg:c ckg:d .", 4, "expected"),
        (RDF_XML.replace("</rdf:RDF>", ""), 8, "this is not XML: no element found"),
        ("ckg:a ckg:b 1 .", 1, "prefix"),
        (HEAD + "ckg:a ckg:b _:x . ckg:c ckg:d _:x .", None, "ckg:b of ckg:a and ckg:d of ckg:c"),
        (HEAD + "_:x ckg:b _:y . _:y ckg:b _:x .", None, "in a ring, by ckg:b of a blank node"),
        ('<?xml version="1.0"?><Ontology/>', None, "this is OWL/XML, not Turtle"),
        ("Prefix(:=<urn:x>)", None, "this is OWL functional syntax, not Turtle"),
    ],
)
def test_what_is_refused(text: str, line: int | None, problem: str) -> None:
    with pytest.raises(SourceError, match=r"(?s)^file\.ttl") as raised:
        form(text)
    assert problem in raised.value.problem
    if line:
        assert raised.value.line == line


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_comment_ends_with_its_line(end: str) -> None:
    text = f"# why{end}@prefix own: <https://own.test/a#> .{end}own:x own:y 1 ."
    with pytest.raises(SourceError) as raised:
        form(text)
    assert raised.value.problem.endswith("would be lost: # why")
    assert "own:x" in form(text.removeprefix("# why"))


def test_what_only_looks_like_a_comment() -> None:
    text = body(
        "@prefix x: <https://x.test/> .\n"
        """ckg:a ckg:b "# a" , 'x # y' , \"\"\"m # "n"\no\"\"\" , <https://x.test/#c> , x:d\\#e ."""
    )
    assert text.count("ckg:b") == 5


def test_not_utf_8() -> None:
    with pytest.raises(SourceError, match=r"file\.ttl:2:1: this is not UTF-8"):
        format_content(b"\n\xff", PATH)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        format_file(tmp_path / "no.ttl")


def test_an_empty_file_stays_empty() -> None:
    assert form("") == ""
    assert form(HEAD) == ""
    for name in ("a.rdf", "a.owl"):  # which is not well-formed
        with pytest.raises(SourceError, match="this is not XML"):
            format_content(b" \n", Path(name))
