from pathlib import Path

import pytest

from cstokg.errors import SourceError
from cstokg.store.parsing import parse, parse_content

PREFIX = "@prefix : <http://example.org/> .\n"
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">
    <rdf:Description rdf:about="urn:s"><u:p rdf:resource="urn:o"/></rdf:Description>
</rdf:RDF>"""


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
        (":a :b 1 ;\n\n:d a :e .", 4, 4, "is not a valid RDF object", "the statement before"),
        (":a :b 1 ;\n", 3, 1, "Unexpected end", "not closed"),
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


OF_EACH_FORMAT = {
    "a.ttl": "<urn:s> <urn:p> 'é' .",
    "a.trig": "<urn:g> { <urn:s> <urn:p> 'é' }",
    "a.nt": '<urn:s> <urn:p> "é" .',
    "a.nq": '<urn:s> <urn:p> "é" <urn:g> .',
    "a.rdf": XML,
    "a.jsonld": '{"@id": "urn:s", "urn:p": "é"}',
}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_another_encoding_is_told_whatever_the_format(encoding: str) -> None:
    for name, text in OF_EACH_FORMAT.items():
        with pytest.raises(SourceError, match="this is not UTF-8") as caught:
            list(parse(text.replace("urn:o", "urn:ô").encode(encoding), Path(name)))
        assert caught.value.hint == "Save the file as UTF-8.", name


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
        ("a.rdf", XML),
    ],
)
def test_the_extension_tells_the_format(name: str, text: str) -> None:
    triples = [str(triple) for triple in parse(text.encode(), Path(name))]
    assert triples == ["<urn:s> <urn:p> <urn:o>"]


@pytest.mark.parametrize(
    "name", ["a.ttl", "a.nt", "a.nq", "a.trig", "a.jsonld", "a.rdf", "a.owl", "a.xml"]
)
def test_a_byte_order_mark_says_nothing(name: str) -> None:
    text = {
        ".jsonld": '{"@id": "urn:s", "urn:p": {"@id": "urn:o"}}',
        **dict.fromkeys((".rdf", ".owl", ".xml"), f"<?xml version='1.0'?>{XML}"),
    }.get(Path(name).suffix, "<urn:s> <urn:p> <urn:o> .")
    triples = [str(triple) for triple in parse(("\ufeff" + text).encode(), Path(name))]
    assert triples == ["<urn:s> <urn:p> <urn:o>"]


@pytest.mark.parametrize(
    "context",
    [
        '"http://127.0.0.1:9/context.jsonld"',
        '["http://127.0.0.1:9/a", {"name": "urn:name"}]',
        '"context.jsonld"',
        '{"@import": "http://127.0.0.1:9/a"}',
    ],
)
def test_jsonld_fetches_no_context(context: str) -> None:
    text = f'{{"@context": {context}, "@id": "urn:s", "name": "x"}}'
    with pytest.raises(SourceError, match="context is elsewhere, and nothing is fetched") as caught:
        list(parse(text.encode(), Path("a.jsonld")))
    assert "in the document itself" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "x"}',
        '[{"@id": "urn:s", "name": "x"}]',
        '{"@graph": [{"@id": "urn:s", "urn:p": {"name": "x"}}]}',
        '{"@id": "urn:s", "@type": "urn:T", "name": "x"}',
        '{"@context": {}, "name": "x"}',
        '{"@context": {"other": "urn:other"}, "@id": "urn:s", "name": "x"}',
    ],
)
def test_jsonld_whose_keys_mean_nothing_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="nothing would be read of 'name'") as caught:
        list(parse(text.encode(), Path("a.jsonld")))
    assert "@context" in caught.value.hint
    with pytest.raises(SourceError, match="nothing would be read of 'name'"):
        list(parse_content(text.encode(), "application/ld+json", "urn:base"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        *((text, "no document of JSON-LD") for text in ('"urn:s"', "5", "null", "true")),
        ('{"@id": "urn:s", "_:p": "x"}', "nothing would be read of '_:p'"),
        ('{"@id": "urn:s", "urn:p": "x", "@annotation": {"urn:q": 1}}', "read of '@annotation'"),
        ('{"@id": "urn:s", "urn:p": {"@triple": {"@id": "urn:o"}}}', "read of '@triple'"),
    ],
)
def test_jsonld_that_would_be_dropped_unsaid_is_refused(text: str, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        list(parse(text.encode(), Path("a.jsonld")))


@pytest.mark.parametrize(
    ("context", "key"),
    [
        ('{"p": "urn:p"}', "note"),
        ('{"p": "urn:p", "note": null}', ""),
        ('{"p": "urn:p", "@vocab": "urn:v:"}', ""),
        ('[{"p": "urn:p"}, {"q": {"@id": "urn:q", "@context": {"note": "urn:note"}}}]', ""),
    ],
)
def test_a_key_that_a_context_has_not_is_left_out_with_a_word(
    context: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    text = f'{{"@context": {context}, "@id": "urn:s", "p": 1, "note": "x"}}'
    assert list(parse(text.encode(), Path("a.jsonld")))
    assert (f"nothing would be read of '{key}'" in caplog.text) == bool(key)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ('{"urn:p":', "}"),
        ('{"urn:p":[', "]}"),
        ('{"name":', "}"),
        ('{"@value":', "}"),
        ('{"urn:p":', ""),
        ('{"urn:\t":', "}"),
    ],
)
def test_jsonld_is_refused_before_its_depth_ends_the_process(start: str, end: str) -> None:
    assert len(list(parse(b'{"urn:p":' * 100 + b"1" + b"}" * 100, Path("a.jsonld")))) == 100
    for depth in (300, 3_000, 100_000):
        text = start * depth + "1" + end * depth
        with pytest.raises(SourceError, match="nested more than 200 times"):
            list(parse(text.encode(), Path("a.jsonld")))


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"@id": "urn:s"}',
        '{"@context": {"name": "urn:name"}, "@graph": []}',
        '{"@id": "urn:s", "urn:p": 1}',
        '{"\\u0040context": {"name": "urn:p"}, "@id": "urn:s", "name": 1}',
        '{"@context": {"p": "urn:p"}, "@id": "urn:s", "p": 1, "note": "left out"}',
        '{"@id": "urn:s", "urn:p": {"@type": "@json", "@value": {"name": 1}}}',
    ],
)
def test_jsonld_that_means_what_it_says_is_read(text: str) -> None:
    assert len(list(parse(text.encode(), Path("a.jsonld")))) == ("urn:p" in text)
