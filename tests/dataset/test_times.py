from pathlib import Path

from rdflib import RDF, SH, Literal, URIRef

from cstokg import load_settings
from cstokg.dataset.times import TIMES, find_bad_dates, find_times
from cstokg.namespaces import CKG
from cstokg.shacl.validation import load_shapes
from cstokg.store import Store


def test_bad_dates_are_named_in_a_stable_order() -> None:
    store = Store()
    text = f"""@prefix ckg: <{CKG}> .
        <urn:b> ckg:begin "2001" ; ckg:end "soon", "late"@en .
        <urn:a> ckg:date "2001-02-29" ; <urn:p> "soon" ."""
    store.load(text.encode(), Path("example.ttl"), "urn:g")
    store.load(text.encode(), Path("example.ttl"), "urn:h")
    found = [(bad.node, bad.property, bad.text) for bad in find_bad_dates(find_times(store))]
    assert found[0] == (URIRef("urn:a"), URIRef(CKG + "date"), Literal("2001-02-29"))
    assert [(node, name) for node, name, _ in found[1:]] == 2 * [
        (URIRef("urn:b"), URIRef(CKG + "end"))
    ]
    assert {text for _, _, text in found[1:]} == {Literal("late", lang="en"), Literal("soon")}


def test_the_times_are_those_of_the_shape() -> None:
    shapes = load_shapes(load_settings().shapes)
    (shape,) = (
        shape
        for shape in shapes.subjects(RDF.type, SH.NodeShape)
        if str(shape).endswith("#EdtfDate")
    )
    paths = {shapes.value(part, SH.path) for part in shapes.objects(shape, SH.property)}
    assert set(TIMES) == paths == set(shapes.objects(shape, SH.targetSubjectsOf))
