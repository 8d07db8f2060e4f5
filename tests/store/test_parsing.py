from __future__ import annotations

from pathlib import Path

import pytest

from cstokg.errors import SourceError
from cstokg.store.parsing import parse

PREFIX = "@prefix : <http://example.org/> .\n"


@pytest.mark.parametrize(
    ("text", "line", "column", "problem", "hint"),
    [
        (":a :b :c\n:d :e :f .", 3, 1, "A dot is expected", "full stop"),
        (":a :b zz:c .", 2, 7, "prefix zz: has not been declared", "@prefix zz: <…> ."),
        (":a skos:note 1 .", 2, 4, "prefix skos:", "@prefix skos: <http://www.w3.org/2004/02/"),
        (":a :b 'open .\n", 2, 7, "Unexpected end of file", "not closed"),
        (":a :b [ :c 1 .", 2, 14, "should end with a ']'", ""),
        (":a :b <relative> .", 2, 7, "No scheme found", "in full"),
        (":a :b 1 2 .", 2, 9, "", ""),
        (":a :b 'x'^^xsd:date .", 2, 12, "prefix xsd:", "@prefix xsd:"),
        ("}", 2, 1, "", ""),
    ],
)
def test_a_mistake_has_its_place(
    text: str, line: int, column: int, problem: str, hint: str
) -> None:
    with pytest.raises(SourceError) as caught:
        list(parse((PREFIX + text).encode(), Path("facts.ttl")))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert problem in caught.value.problem
    assert hint in caught.value.hint
    assert str(caught.value).startswith(f"facts.ttl:{line}:{column}: ")
    assert "Parser error" not in str(caught.value)


def test_a_file_that_is_not_utf8_is_told_so() -> None:
    with pytest.raises(SourceError) as caught:
        list(parse(PREFIX.encode() + ":a :b 'Минск' .".encode("cp1251"), Path("facts.ttl")))
    assert caught.value.line == 2
    assert "UTF-8" in caught.value.hint


def test_an_unknown_extension_is_told_the_known_ones() -> None:
    with pytest.raises(SourceError, match=r"extension '.docx'") as caught:
        list(parse(b"", Path("facts.docx")))
    assert ".ttl" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", "<urn:s> <urn:p> <urn:o> ."),
        ("a.TTL", "<urn:s> <urn:p> <urn:o> ."),
        ("a.nt", "<urn:s> <urn:p> <urn:o> ."),
        ("a.nq", "<urn:s> <urn:p> <urn:o> <urn:g> ."),
        ("a.trig", "<urn:g> { <urn:s> <urn:p> <urn:o> . }"),
        ("a.jsonld", '{"@id": "urn:s", "urn:p": {"@id": "urn:o"}}'),
        (
            "a.rdf",
            """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">
            <rdf:Description rdf:about="urn:s"><u:p rdf:resource="urn:o"/></rdf:Description>
            </rdf:RDF>""",
        ),
    ],
)
def test_the_extension_tells_the_format(name: str, text: str) -> None:
    triples = [str(triple) for triple in parse(text.encode(), Path(name))]
    assert triples == ["<urn:s> <urn:p> <urn:o>"]


def test_jsonld_fetches_no_context() -> None:
    text = b'{"@context": "http://127.0.0.1:9/context.jsonld", "@id": "urn:s", "name": "x"}'
    with pytest.raises(SourceError):
        list(parse(text, Path("a.jsonld")))
