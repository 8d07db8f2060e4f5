import pytest

from cstokg import Dataset
from cstokg.analysis.display import Cell, display_rows
from cstokg.namespaces import shorten


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        ("https://w3id.org/cstokg/id/state/armenia", "state:armenia"),
        ("https://w3id.org/cstokg/id/state/a/b", "https://w3id.org/cstokg/id/state/a/b"),
        ("https://w3id.org/cstokg/id/", "https://w3id.org/cstokg/id/"),
        ("https://w3id.org/cstokg/ontology#State", "ckg:State"),
        ("http://www.w3.org/2000/01/rdf-schema#label", "rdfs:label"),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_an_iri_is_shortened_where_a_prefix_fits(iri: str, short: str) -> None:
    assert shorten(iri) == short


@pytest.mark.parametrize(
    ("expression", "cell"),
    [
        ("state:alda", Cell("state:alda", "https://w3id.org/cstokg/id/state/alda")),
        ('"Альда"@ru', Cell("Альда")),
        ('"1992-05-01"^^xsd:date', Cell("1992-05-01")),
        ("1/0", Cell("")),
    ],
)
def test_each_kind_of_term_has_a_form_to_read(
    small_dataset: Dataset, expression: str, cell: Cell
) -> None:
    result = small_dataset.select(f"SELECT ({expression} AS ?x) {{}}")
    assert display_rows(result) == [[cell]]


def test_a_blank_node_has_its_label(small_dataset: Dataset) -> None:
    result = small_dataset.select("SELECT (BNODE() AS ?x) {}")
    assert display_rows(result)[0][0].text.startswith("_:")
