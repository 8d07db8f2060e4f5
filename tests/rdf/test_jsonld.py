import json
from typing import Any

import pytest

from cstokg import Dataset
from cstokg.namespaces import CKG, XSD
from cstokg.publish.export import export_dataset
from cstokg.rdf.jsonld import context, to_jsonld

TERMS = {
    "ckg": CKG,
    "xsd": XSD,
    "member": {"@id": "ckg:member", "@type": "@id"},
    "strength": {"@id": "ckg:strength", "@type": "xsd:integer"},
    "wording": {"@id": "ckg:wording"},
}


def test_jsonld_needs_no_network(dataset: Dataset) -> None:
    document = json.loads(export_dataset(dataset, "jsonld", "links/scepanovic-2024"))
    assert isinstance(document["@context"], dict)
    assert "@import" not in document["@context"]
    nodes = {node["@id"]: node for node in document["@graph"]}
    armenia = nodes["https://w3id.org/cstokg/id/state/armenia"]
    assert armenia["memberOf"] == "https://w3id.org/cstokg/id/organization/csto"


def test_the_context_has_every_property(dataset: Dataset) -> None:
    terms = context(dataset.query)
    rows = dataset.select(
        f"""
        SELECT DISTINCT ?p WHERE {{
          VALUES ?kind {{ owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }}
          ?p a ?kind FILTER STRSTARTS(STR(?p), "{CKG}")
        }}
        """
    )
    names = {str(iri).removeprefix(CKG) for (iri,) in rows}
    assert len(names) > 50
    assert names <= set(terms)
    assert terms["member"] == {"@id": "ckg:member", "@type": "@id"}
    assert terms["strength"] == {"@id": "ckg:strength", "@type": "xsd:integer"}
    assert terms["begin"] == {"@id": "ckg:begin"}


@pytest.mark.parametrize(
    ("prop", "term", "expected"),
    [
        ("member", "<urn:o>", "urn:o"),
        ("member", '"text"', {"@value": "text"}),
        ("wording", '"text"', "text"),
        ("wording", '""', ""),
        ("wording", '"текст"@ru', {"@language": "ru", "@value": "текст"}),
        ("wording", "<urn:o>", {"@id": "urn:o"}),
        ("wording", f'"7"^^<{XSD}integer>', 7),
        ("wording", f'"true"^^<{XSD}boolean>', True),
        ("wording", f'"1992-05-01"^^<{XSD}date>', {"@type": "xsd:date", "@value": "1992-05-01"}),
        ("strength", f'"3500"^^<{XSD}integer>', 3500),
        ("strength", f'"99999999999999999999"^^<{XSD}integer>', "99999999999999999999"),
        ("strength", '"many"', {"@value": "many"}),
        ("strength", f'"1.5"^^<{XSD}decimal>', {"@type": "xsd:decimal", "@value": "1.5"}),
    ],
)
def test_a_value_is_as_short_as_the_context_allows(prop: str, term: str, expected: Any) -> None:
    document = json.loads(to_jsonld({"": f"<urn:s> <{CKG}{prop}> {term} .\n".encode()}, TERMS))
    assert document["@graph"] == [{"@id": "urn:s", prop: expected}]


def test_a_named_graph_keeps_its_name() -> None:
    document = json.loads(to_jsonld({"urn:g": b"<urn:s> <urn:p> <urn:o> .\n"}, TERMS))
    assert document["@graph"] == [
        {"@id": "urn:g", "@graph": [{"@id": "urn:s", "urn:p": {"@id": "urn:o"}}]}
    ]
