import pytest

from cstokg.namespaces import PREFIXES, compact, short_graph_name, source_graph


def test_prefixes_are_sorted_and_distinct() -> None:
    assert list(PREFIXES) == sorted(PREFIXES)
    assert len(set(PREFIXES.values())) == len(PREFIXES)


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("https://w3id.org/cstokg/ontology#memberOf", "ckg:memberOf"),
        ("http://www.w3.org/2004/02/skos/core#prefLabel", "skos:prefLabel"),
        ("https://w3id.org/cstokg/ontology#", "https://w3id.org/cstokg/ontology#"),
        ("https://w3id.org/cstokg/id/state/armenia", "state:armenia"),
        ("http://example.org/a", "http://example.org/a"),
    ],
)
def test_compact_writes_a_prefixed_name_where_one_fits(iri: str, expected: str) -> None:
    assert compact(iri) == expected


def test_graph_names() -> None:
    assert short_graph_name(source_graph("ost-1999")) == "source/ost-1999"
