"""Content that is no RDF 1.1, or that not every format could carry, is refused where it is read."""

from pathlib import Path

import pytest

from cstokg.errors import SourceError
from cstokg.store import Store, read_triples

HEAD = (
    '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    '<rdf:Description rdf:about="urn:a"><p xmlns="urn:">'
)
TAIL = "</p></rdf:Description>\n</rdf:RDF>"

BROKEN_XML = {
    "empty": "",
    "cut in its midst": HEAD + "x</p></rdf:Description>",
    "two roots": f"{HEAD}x{TAIL}<a/>",
    "a control character": f"{HEAD}\x01{TAIL}",
    "a reference to one": f"{HEAD}&#1;{TAIL}",
    "a CDATA end": f"{HEAD}]]>{TAIL}",
    "two hyphens in a comment": f"{HEAD}<!-- a -- b -->{TAIL}",
    "an undeclared prefix": f"{HEAD}<x:a/>{TAIL}",
    "an ampersand": f"{HEAD}a & b{TAIL}",
    "text behind the root": f"{HEAD}x{TAIL} text",
    "an attribute twice": f"{HEAD}x{TAIL}".replace('"urn:a"', '"urn:a" rdf:about="urn:b"'),
    "one twice by two prefixes": HEAD.replace('"urn:a"', '"urn:a" r:about="urn:b"').replace(
        "<rdf:Desc", '<rdf:Description xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"', 1
    ),
    "tags that overlap": f"{HEAD}x</rdf:Description></p></rdf:RDF>",
    "an entity that is not declared": f"{HEAD}&x;{TAIL}",
}


@pytest.mark.parametrize("content", BROKEN_XML.values(), ids=BROKEN_XML)
def test_xml_that_is_not_well_formed_is_a_mistake_with_its_line(content: str) -> None:
    with pytest.raises(SourceError, match="this is not XML") as caught:
        list(read_triples(content.encode(), Path("a.rdf")))
    assert caught.value.line
    store = Store()
    with pytest.raises(SourceError):
        store.load_content(content.encode(), "application/rdf+xml", "urn:g")
    assert not list(store.triples())


def test_xml_that_is_well_formed_is_read() -> None:
    assert len(list(read_triples(f"{HEAD}x &amp; y{TAIL}".encode(), Path("a.rdf")))) == 1


ITS = 'xmlns:i="http://www.w3.org/2005/11/its"'
RDF_1_2 = {
    "direction": ("a.ttl", '<urn:a> <urn:b> "a"@en--ltr .'),
    "annotation": ("a.ttl", "<urn:a> <urn:b> <urn:c> {| <urn:p> 1 |} ."),
    "reifier": ("a.ttl", "<urn:a> <urn:b> <urn:c> ~ <urn:r> ."),
    "reified triple": ("a.trig", "<urn:g> { <<<urn:a> <urn:b> <urn:c>>> <urn:p> 1 }"),
    "triple term": ("a.nt", "<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> ."),
    "version": ("a.ttl", '# one\nVERSION "1.2"\n<urn:a> <urn:b> 1 .'),
    "version in triples": ("a.nt", 'VERSION "1.2"\n<urn:a> <urn:b> "c" .'),
    "at version": ("a.ttl", '@version "1.2-basic" .\n<urn:a> <urn:b> 1 .'),
    "JSON-LD": (
        "a.jsonld",
        '[{"@id":"urn:a","urn:b":[{"@value":"x","@language":"en","@direction":"rtl"}]}]',
    ),
    "version behind a prefix": ("a.ttl", 'PREFIX x: <urn:x> VERSION "1.2" <urn:a> <urn:b> 1 .'),
    "version and a comment": ("a.trig", 'VERSION # of RDF\n"1.2"\n<urn:a> <urn:b> 1 .'),
    "version at the end": ("a.trig", '<urn:g> { <urn:a> <urn:b> 1 } VERSION "1.2"'),
    "no language": ("a.jsonld", '{"@id":"urn:a","urn:b":{"@value":"x","@direction":"rtl"}}'),
    "in a context": (
        "a.jsonld",
        '{"@context":{"b":{"@id":"urn:b","@direction":"ltr"}},"@id":"urn:a","b":"x"}',
    ),
    "with an escape": (
        "a.jsonld",
        r'{"@id":"urn:a","urn:b":{"@value":"x","@language":"ar","\u0040direction":"rtl"}}',
    ),
    "XML, direction": ("a.rdf", f"{HEAD}x{TAIL}".replace("<p ", f'<p {ITS} i:dir = "rtl" ')),
    "XML, of all": ("a.rdf", f"{HEAD}x{TAIL}".replace("<rdf:RDF", f'<rdf:RDF {ITS} i:dir="rtl"')),
    "XML, version": ("a.rdf", f"{HEAD}x{TAIL}".replace("<rdf:RDF", '<rdf:RDF rdf:version="1.2"')),
    "XML, annotation": ("a.rdf", f"{HEAD}x{TAIL}".replace("<p ", '<p rdf:annotation="urn:r" ')),
    "XML, triple": (
        "a.rdf",
        f"{HEAD}<rdf:Description rdf:about='urn:c' rdf:value='d'/>{TAIL}".replace(
            "<rdf:RDF", '<rdf:RDF rdf:version="1.1"'
        ).replace("<p ", '<p rdf:parseType="&#84;riple" '),
    ),
}


@pytest.mark.parametrize(("name", "content"), RDF_1_2.values(), ids=RDF_1_2)
def test_rdf_1_2_is_refused_in_every_format(name: str, content: str) -> None:
    with pytest.raises(SourceError, match=r"RDF 1\.2 is not supported"):
        list(read_triples(content.encode(), Path(name)))


def test_texts_about_rdf_1_2_are_read() -> None:
    text = '<urn:a> <urn:b> """\nVERSION "1.2"\n<< ~ {| a@en--ltr""", "ok"@en-GB .# VERSION "1.2"'
    assert len(list(read_triples(text.encode(), Path("a.ttl")))) == 2
    text = f'{HEAD}\nversion "1.2", and RDF/XML that breaks off is read by the engine{TAIL}'
    assert len(list(read_triples(text.encode(), Path("a.rdf")))) == 1


@pytest.mark.parametrize("escape", ["\\u0000", "\\u0001", "\\b", "\\f", "\\uFFFE", "\\U0000001F"])
def test_a_character_that_xml_has_not_is_refused_at_the_write(escape: str) -> None:
    with pytest.raises(SourceError, match=r"the character U\+.*<urn:b> of <urn:a>"):
        list(read_triples(f'<urn:a> <urn:b> "x{escape}" .'.encode(), Path("a.ttl")))
    store = Store()
    with pytest.raises(SourceError, match=r"the character U\+"):
        store.update(f'INSERT DATA {{ <urn:a> <urn:b> "x{escape}" }}', default_graph="urn:g")


def test_tabs_line_breaks_and_all_other_characters_are_read() -> None:
    text = '<urn:a> <urn:b> "\\t\\n\\r\\u0085\\u007F\\U0001F600" .'
    assert len(list(read_triples(text.encode(), Path("a.ttl")))) == 1


@pytest.mark.parametrize(
    "encoding",
    ["ISO-8859-1", "windows-1251", "UTF-16", "Shift_JIS", "US-ASCII", "rot13", "utf-7", "idna"],
)
def test_xml_that_says_it_is_in_another_encoding_is_told_to_be_in_utf_8(encoding: str) -> None:
    xml = HEAD.replace('"1.0"', f'"1.0" encoding="{encoding}"') + "é" + TAIL
    with pytest.raises(SourceError) as caught:
        list(read_triples(xml.encode(), Path("a.rdf")))
    assert caught.value.hint == "Save the file as UTF-8."
