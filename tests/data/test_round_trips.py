"""Ontology and data keep every axiom in each syntax that Protégé saves, by the OWL API."""

from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph, URIRef
from tests.data.owlapi import run_owlapi

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_all_axioms_survive_each_syntax(tmp_path: Path) -> None:
    merged = Graph()
    for path in (*(ROOT / "ontology").glob("*.ttl"), *(ROOT / "data").glob("*/*.ttl")):
        merged.parse(path)
    # One ontology that imports nothing, so that all axioms are in it.
    for ontology in list(merged.subjects(RDF.type, OWL.Ontology)):
        merged.remove((ontology, None, None))
    merged.add((URIRef("https://w3id.org/cstokg/all"), RDF.type, OWL.Ontology))
    path = tmp_path / "merged.ttl"
    merged.serialize(path, format="turtle", encoding="utf-8")
    said = run_owlapi("RoundTrip.java", path)
    rows = [line.split() for line in said.splitlines()]
    assert [syntax for syntax, *_ in rows] == ["rdfxml", "owlxml", "functional", "turtle"]
    assert all(int(count) > 5000 for _, count, _, _ in rows)
    assert {(lost, gained) for _, _, lost, gained in rows} == {("0", "0")}
