"""Cutting a text into passages."""

from hashlib import sha256

import pytest

from cstokg.errors import SourceError
from cstokg.quality.segmentation import passages_turtle, split_sentences

TEXT = "A title?\n\nDr. Ann spoke at the U.N. summit. “It was long.” Then she left"


def cuts(text: str) -> list[str]:
    return [text[stretch.start : stretch.end] for stretch in split_sentences(text)]


def test_sentences_end_at_their_marks_and_at_the_line() -> None:
    assert cuts(TEXT) == [
        "A title?",
        "Dr. Ann spoke at the U.N. summit.",
        "“It was long.”",
        "Then she left",
    ]


def test_paragraphs_are_lines_and_sentences_count_from_one() -> None:
    places = [(stretch.paragraph, stretch.sentence) for stretch in split_sentences(TEXT)]
    assert places == [(1, 1), (3, 1), (3, 2), (3, 3)]


def test_offsets_count_code_points_and_the_hash_is_of_utf_8() -> None:
    (stretch,) = split_sentences("  Šćepanović 🚀 wrote. ")
    assert (stretch.start, stretch.end) == (2, 21)
    assert stretch.sha256 == sha256("Šćepanović 🚀 wrote.".encode()).hexdigest()


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_any_line_end_ends_a_paragraph(end: str) -> None:
    known = list(split_sentences(TEXT))
    text = TEXT.replace("\n", end)
    found = list(split_sentences(text))
    assert cuts(text) == cuts(TEXT)
    assert [(each.paragraph, each.sentence, each.sha256) for each in found] == [
        (each.paragraph, each.sentence, each.sha256) for each in known
    ]


def test_a_byte_order_mark_is_counted_and_belongs_to_no_sentence() -> None:
    first, *_ = split_sentences("\ufeff" + TEXT)
    assert (first.start, first.end) == (1, 9)
    assert first.sha256 == sha256(b"A title?").hexdigest()


def test_turtle_has_one_passage_a_sentence() -> None:
    from rdflib import DCTERMS, RDF, Graph, URIRef

    graph = Graph().parse(data=passages_turtle(split_sentences(TEXT), "ann-2025"), format="turtle")
    passages = set(graph.subjects(RDF.type, URIRef("https://w3id.org/cstokg/ontology#Passage")))
    base = "https://w3id.org/cstokg/id/passage/ann-2025-"
    assert passages == {URIRef(base + end) for end in ("p01-s1", "p03-s1", "p03-s2", "p03-s3")}
    # What every file of the data says of itself.
    header = URIRef("https://w3id.org/cstokg/data/ann-2025/passages")
    assert {DCTERMS.title, DCTERMS.description, DCTERMS.license} <= set(graph.predicates(header))


@pytest.mark.parametrize("slug", ["Ann 2025", "", "a/b", "-a", "a--b"])
def test_slug_that_cannot_stand_in_an_iri_is_refused(slug: str) -> None:
    with pytest.raises(SourceError, match="slug"):
        passages_turtle(split_sentences(TEXT), slug)


def test_text_without_a_sentence_is_refused() -> None:
    with pytest.raises(SourceError, match="no sentence"):
        passages_turtle(split_sentences("\n \n"), "ann-2025")
