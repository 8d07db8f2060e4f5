import pytest

from cstokg.errors import UnknownFormatError
from cstokg.formats import FORMATS, Kind, find_format, format_of_file, formats_for


def test_names_and_extensions_are_distinct() -> None:
    assert len({row.name for row in FORMATS}) == len(FORMATS)
    assert len({row.extension for row in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize("kind", ["select", "ask", "graph", "dataset", "tool"])
def test_every_name_of_a_format_leads_to_it_alone(kind: Kind) -> None:
    rows = formats_for(kind)
    assert rows
    for row in rows:
        for name in (row.name, row.extension, f".{row.extension}", *row.media_types):
            assert find_format(name, kind) is row, name


def test_each_row_links_to_its_specification() -> None:
    others = [row for row in FORMATS if not row.specification.startswith("https://www.w3.org/TR/")]
    assert all(row.kinds == {"tool"} for row in others)
    assert all(row.specification.startswith(("https://", "http://")) for row in others)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.ttl", "turtle"),
        ("a.trig", "trig"),
        ("cstokg-0.1.0.nanopub.trig", "nanopub"),
        ("a.csvw.zip", "csvw"),
        ("a.sqlite", "sqlite"),
    ],
)
def test_the_name_of_a_file_says_its_format(name: str, expected: str) -> None:
    found = format_of_file(name)
    assert found is not None
    assert found.name == expected


@pytest.mark.parametrize("name", ["a", "a.zip", "ttl", "a.ttl.gz", ""])
def test_the_name_of_a_file_may_say_none(name: str) -> None:
    assert format_of_file(name) is None


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("json", "select", "json"),
        ("JSON", "ask", "json"),
        ("json", "graph", "jsonld"),
        ("application/json", "graph", "jsonld"),
        ("xml", "select", "xml"),
        ("xml", "graph", "rdfxml"),
        ("owl", "graph", "rdfxml"),
        ("ttl", "graph", "turtle"),
        (".ttl", "graph", "turtle"),
        ("text/turtle", "graph", "turtle"),
        ("nt", "graph", "ntriples"),
        ("nq", "dataset", "nquads"),
        ("json-ld", "dataset", "jsonld"),
        ("csv", "select", "csv"),
        ("n3", "graph", "turtle"),
        ("text/n3", "graph", "turtle"),
        ("text/rdf+n3", "graph", "turtle"),
        ("application/turtle", "graph", "turtle"),
        ("rdf+xml", "graph", "rdfxml"),
        ("rdf/xml", "graph", "rdfxml"),
        ("N-TRIPLES", "graph", "ntriples"),
        ("n-quads", "dataset", "nquads"),
        ("ld+json", "graph", "jsonld"),
        ("sparql-results+json", "select", "json"),
        ("application/sparql-results json", "ask", "json"),
        ("application/sparql-results+xml; charset=utf-8", "select", "xml"),
        ("tab-separated-values", "select", "tsv"),
    ],
)
def test_find_format_knows_what_people_call_it(name: str, kind: Kind, expected: str) -> None:
    assert find_format(name, kind).name == expected


@pytest.mark.parametrize(("name", "kind"), [("ttl", "select"), ("csv", "ask"), ("pdf", "graph")])
def test_an_unknown_format_names_the_known_ones(name: str, kind: Kind) -> None:
    with pytest.raises(UnknownFormatError) as caught:
        find_format(name, kind)
    assert caught.value.known == tuple(row.name for row in formats_for(kind))
