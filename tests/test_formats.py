from __future__ import annotations

import pytest

from cstokg.errors import UnknownFormatError
from cstokg.formats import FORMATS, Kind, find_format, formats_for


def test_names_and_extensions_are_distinct() -> None:
    assert len({row.name for row in FORMATS}) == len(FORMATS)
    assert len({row.extension for row in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize("kind", ["select", "ask", "graph", "dataset"])
def test_each_media_type_means_one_format_of_a_kind(kind: Kind) -> None:
    types = [media_type for row in formats_for(kind) for media_type in row.media_types]
    assert types
    assert len(types) == len(set(types))


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_each_row_links_to_its_specification(row: object) -> None:
    assert str(getattr(row, "specification")).startswith("https://www.w3.org/TR/")  # noqa: B009


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
    ],
)
def test_find_format_knows_what_people_call_it(name: str, kind: Kind, expected: str) -> None:
    assert find_format(name, kind).name == expected


@pytest.mark.parametrize(("name", "kind"), [("ttl", "select"), ("csv", "ask"), ("pdf", "graph")])
def test_an_unknown_format_names_the_known_ones(name: str, kind: Kind) -> None:
    with pytest.raises(UnknownFormatError) as caught:
        find_format(name, kind)
    assert caught.value.known == tuple(row.name for row in formats_for(kind))
