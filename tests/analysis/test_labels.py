"""What things are called, read once for pages, lists and the search."""

import pytest
from rdflib import RDFS, Literal, URIRef

from cstokg import Dataset
from cstokg.analysis.labels import Labels, read_labels
from cstokg.namespaces import BASE, CKG, PREFIXES


@pytest.fixture(scope="module")
def labels(dataset: Dataset) -> Labels:
    return read_labels(dataset)


def test_a_single_name_is_as_it_is_among_all(dataset: Dataset) -> None:
    every = read_labels(dataset).entries
    single = read_labels(dataset)
    single.read(every)
    assert {iri: single.entry(iri) for iri in every} == every
    assert single.entry(PREFIXES["state"] + "atlantis") is None


def test_every_label_of_the_dataset_is_known(labels: Labels, dataset: Dataset) -> None:
    rows = dataset.select(f"SELECT ?s ?label {{ ?s <{RDFS.label}> ?label FILTER ISIRI(?s) }}").rows
    assert len(rows) > 1000
    missing = []
    for node, label in rows:
        assert isinstance(label, Literal)
        if labels.labels(str(node)).get(label.language or "") != str(label):
            missing.append((node, label))
    assert not missing


@pytest.mark.parametrize(
    ("iri", "language", "found"),
    [
        (PREFIXES["state"] + "armenia", "en", ("Armenia", "en")),
        (PREFIXES["state"] + "armenia", "ru", ("Армения", "ru")),
        (PREFIXES["state"] + "armenia", "hy", ("Հայաստան", "hy")),
        (PREFIXES["state"] + "armenia", "de", ("Armenia", "en")),
        (CKG + "memberOf", "ru", ("is member of", "en")),
        (BASE + "dataset", "en", ("cstokg, a knowledge graph of one analyst article", "en")),
        (BASE + "graph/links/scepanovic-2024", "en", ("links/scepanovic-2024", "")),
        ("http://www.w3.org/2004/02/skos/core#inScheme", "en", ("in scheme", "")),
        (PREFIXES["state"] + "atlantis", "en", ("state:atlantis", "")),
        ("https://example.org/x", "en", ("https://example.org/x", "")),
    ],
)
def test_a_name_is_in_the_language_of_the_reader_if_there_is_one(
    labels: Labels, iri: str, language: str, found: tuple[str, str]
) -> None:
    name, its_language = labels.find(iri, language)
    assert name.startswith(found[0])
    assert its_language == found[1]


def test_terms_have_their_definitions(labels: Labels) -> None:
    assert labels.definition(CKG + "Membership").startswith("A situation")
    assert labels.definition(PREFIXES["state"] + "armenia") == ""
    assert labels.definition(str(URIRef("https://example.org/x"))) == ""


def test_a_thing_has_the_classes_that_the_data_state(labels: Labels) -> None:
    assert labels.entries[PREFIXES["state"] + "armenia"].classes == (CKG + "State",)


def test_labels_go_before_other_names_and_english_before_other_languages(labels: Labels) -> None:
    names = labels.entries[PREFIXES["organization"] + "csto"].names
    assert [name.is_alias for name in names] == sorted(name.is_alias for name in names)
    assert names[0].language == "en"
    assert any(name.is_alias and name.text == "CSTO" for name in names)
