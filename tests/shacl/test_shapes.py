"""Each shape of `shapes/` against a small good and a small bad example.

`tests/shapes/<Shape>/conforms.ttl` must have no finding. `violates.ttl` must be caught by that
shape and by no other, and must trip each of the shape's parts: every property shape and query in
it. Both are built together with `base.ttl` and the ontology, as the project's own data are.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from cstokg import Dataset, build_dataset, load_settings, validate_dataset, validate_graph
from cstokg.dataset.build import graph
from cstokg.namespaces import CKG, META_GRAPH, ONTOLOGY_GRAPH, PREFIXES, RESOURCE
from cstokg.shacl.compiler import concerned
from cstokg.shacl.validation import Finding, load_shapes, read_shapes, validate_store
from cstokg.store import Store, Triple, read_triples

FIXTURES: Final = Path(__file__).parents[1] / "shapes"
BASE: Final = FIXTURES / "base.ttl"
OF_THE_SOURCE: Final = {
    URIRef(RESOURCE + name)
    for name in ("source/example-2024", "passage/example-2024-p01-s1", "person/example-author")
}
"""What the base has of the source; the base is the first example."""
RESTS_ON: Final = {URIRef(CKG + name) for name in ("evidence", "assertedBy", "reportedBy")}
SHAPES: Final = "https://w3id.org/cstokg/shapes#"
TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
# What a shape may say beside its constraints.
NOT_A_CONSTRAINT: Final = {
    *TARGETS,
    RDF.type,
    RDFS.label,
    SKOS.scopeNote,
    SH.ignoredProperties,
    SH.message,
    SH.path,
    SH.property,
    SH.severity,
    SH.sparql,
}
# One rule over a list of properties: a bad example for each would only repeat the list.
ONE_RULE: Final = {"DanglingLink"}
# The build makes these links from others, which are looked at themselves.
DERIVED: Final = (
    "asserts",
    "attestedIn",
    "evidenceFor",
    "expressedIn",
    "hasMemberAgent",
    "hasMembership",
    "hasOfficeHolding",
    "hasSignatory",
    "hasTreatyParticipation",
    "speaks",
    "supportedBy",
)


@cache
def shapes_graph() -> Graph:
    return load_shapes(load_settings().shapes)


@cache
def ontology_graph() -> Graph:
    ontology = Graph()
    for path in sorted(load_settings().ontology.glob("*.ttl")):
        ontology.parse(path)
    return ontology


def named_shapes() -> list[str]:
    return sorted(
        subject.removeprefix(SHAPES)
        for kind in (SH.NodeShape, SH.PropertyShape)
        for subject in shapes_graph().subjects(RDF.type, kind)
        if isinstance(subject, URIRef)
    )


def has_target(name: str) -> bool:
    shape = URIRef(SHAPES + name)
    nodes = (shape, *shapes_graph().objects(shape, SH.property))
    return any((node, target, None) in shapes_graph() for node in nodes for target in TARGETS)


def paired_shapes() -> list[str]:
    return [name for name in named_shapes() if has_target(name)]


def parts(name: str) -> set[Node]:
    """Return what of a shape can find something: itself, its property shapes, its queries."""
    shape = URIRef(SHAPES + name)
    found = {part for p in (SH.property, SH.sparql) for part in shapes_graph().objects(shape, p)}
    if set(shapes_graph().predicates(shape)) - NOT_A_CONSTRAINT:
        found.add(shape)
    return found


@dataclass(frozen=True)
class Findings:
    """What two ways of validation find about the examples."""

    of_pyshacl: dict[str, list[Finding]]
    """By the name of the example: `AbstentionShape/violates`."""
    quick: list[Finding]
    tripped: dict[str, set[Node]]
    """By the name of the example, the parts of shapes that found something."""
    concerned: dict[str, set[str]]
    """By the name of the example, the shapes that a write of it concerns."""


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """All examples, built and validated together: that costs what a few cost one by one."""
    examples = {"base": BASE, **{f"{p.parent.name}/{p.stem}": p for p in FIXTURES.glob("*/*.ttl")}}
    assert len(examples) == 2 * len(paired_shapes()) + 1
    text = "".join(
        line for number, path in enumerate(examples.values()) for line in apart(path, number)
    )
    path = tmp_path_factory.mktemp("examples") / "examples.nt"
    path.write_text(text, "utf-8")
    dataset = build_dataset(
        load_settings(), files=[path], with_data=False, use_cache=False, check_dates=False
    )
    data = without_unused_terms(dataset)
    shapes = read_shapes(load_settings().shapes)
    store = Store()
    store.insert("urn:data", data)
    report = validate_graph(data, shapes_graph())
    found = Findings(
        {name: [] for name in examples}, list(validate_store(store, shapes).findings), {}, {}
    )
    names = list(examples)
    written: dict[str, bytes] = {}
    for triple in data:
        for number in {n for n in map(number_or_none, (triple[0], triple[2])) if n is not None}:
            line = f"{' '.join(term.n3() for term in triple)} <urn:data> .\n"
            written[names[number]] = written.get(names[number], b"") + line.encode()
    for name, lines in written.items():
        found.concerned[name] = {str(p.shape) for p in concerned(shapes.probes or (), lines)}
    for finding in report.findings:
        found.of_pyshacl[names[number_of(finding.focus)]].append(finding)
    for result in report.graph.subjects(RDF.type, SH.ValidationResult):
        name = names[number_of(str(report.graph.value(result, SH.focusNode)))]
        found.tripped.setdefault(name, set()).add(
            report.graph.value(result, SH.sourceConstraint)
            or report.graph.value(result, SH.sourceShape)
            or BNode()
        )
    return found


def apart(path: Path, number: int) -> Iterator[str]:
    """Iterate over N-Triples of an example, its nodes named apart from those of others.

    Of the base there is what the example leads to. The source is the base's own where the example
    only rests on it: looking at so many sources takes twice as long.
    """
    base: dict[Node, list[Triple]] = {}
    for triple in read_triples(BASE.read_bytes(), BASE):
        base.setdefault(triple[0], []).append(triple)
    triples = list(read_triples(path.read_bytes(), path))
    rests_on_it = not any(
        subject in OF_THE_SOURCE or (value in OF_THE_SOURCE and predicate not in RESTS_ON)
        for subject, predicate, value in triples
    )
    shared = OF_THE_SOURCE if rests_on_it else set()
    for node in shared:
        del base[node]
    for subject, _, value in triples:
        triples += [*base.pop(subject, ()), *base.pop(value, ())]
    for triple in triples:
        nodes = (renamed(node, 0 if node in shared else number) for node in triple)
        yield " ".join(node.n3() for node in nodes) + " .\n"


def renamed(node: Node, number: int) -> Node:
    if isinstance(node, URIRef) and node not in known_nodes():
        if node.startswith(RESOURCE):
            return URIRef(re.sub(r"(/id/[^/]*/)", rf"\1x{number:03}-", node, count=1))
        if node.startswith(PREFIXES["wd"]):
            return URIRef(f"{node}{number:03}")
    return node


def number_of(iri: str) -> int:
    found = re.search(r"/x(\d{3})-|entity/\w+(\d{3})$", iri)
    assert found, iri
    return int(found[1] or found[2])


def number_or_none(node: Node) -> int | None:
    found = re.search(r"/x(\d{3})-|entity/\w+(\d{3})$", str(node))
    return int(found[1] or found[2]) if found else None


@cache
def known_nodes() -> frozenset[Node]:
    """Return what the ontology describes: value lists and their values."""
    return frozenset(ontology_graph().subjects())


def without_unused_terms(dataset: Dataset) -> Graph:
    """Return the union of the graphs, but of the ontology only the classes and the values in use.

    Looking at all the values that no example uses takes twice as long.
    """
    data = Graph()
    for iri in dataset.info.triples:
        if iri not in (META_GRAPH, ONTOLOGY_GRAPH):
            data += graph(dataset, iri)
    used = set(data.objects())
    for subject, predicate, value in ontology_graph():
        if subject in used or predicate == RDFS.subClassOf or value == OWL.Class:
            data.add((subject, predicate, value))
    for unused in set(ontology_graph().subjects(SKOS.inScheme)) - used:
        data.remove((unused, None, None))
    return data


def described(found: Iterable[Finding]) -> list[str]:
    return [
        f"{each.shape.removeprefix(SHAPES)}: {each.focus} {each.path} {each.value}"
        for each in found
    ]


def test_every_shape_has_its_pair_and_every_pair_its_shape() -> None:
    assert paired_shapes()
    folders = {path.name for path in FIXTURES.iterdir() if path.is_dir()}
    assert folders == set(paired_shapes())
    for folder in folders:
        files = {path.name for path in (FIXTURES / folder).iterdir()}
        assert files == {"conforms.ttl", "violates.ttl"}, folder


@pytest.mark.slow
def test_good_examples_and_the_base_have_no_finding(findings: Findings) -> None:
    good = [name for name in findings.of_pyshacl if not name.endswith("/violates")]
    assert len(good) == len(paired_shapes()) + 1
    assert [line for name in good for line in described(findings.of_pyshacl[name])] == []


@pytest.mark.slow
def test_a_write_concerns_the_shape_that_it_violates(findings: Findings) -> None:
    # A shape whose properties have targets of their own is none of them: its nameless parts are.
    named = {str(probe.shape) for probe in read_shapes(load_settings().shapes).probes or ()}
    concerned = {name: findings.concerned[f"{name}/violates"] for name in paired_shapes()}
    missed = {name for name, shapes in concerned.items() if SHAPES + name not in shapes}
    assert missed == {name for name in concerned if SHAPES + name not in named}
    assert not [name for name in missed if concerned[name] <= {SHAPES + one for one in concerned}]
    assert min(map(len, concerned.values())) < len(concerned) / 2


@pytest.mark.slow
def test_each_bad_example_is_caught_by_its_shape_alone(findings: Findings) -> None:
    wrong = {}
    for name in paired_shapes():
        found = findings.of_pyshacl[f"{name}/violates"]
        if {each.shape for each in found} != {SHAPES + name}:
            wrong[name] = described(found)
        elif name not in ONE_RULE:
            untripped = parts(name) - findings.tripped[f"{name}/violates"]
            if untripped:
                wrong[name] = [str(shapes_graph().value(p, SH.path) or p) for p in untripped]
    assert wrong == {}


@pytest.mark.slow
def test_quick_validation_finds_the_same(findings: Findings) -> None:
    whole = [finding for found in findings.of_pyshacl.values() for finding in found]
    assert set(findings.quick) == set(whole)
    assert len(findings.quick) == len(whole) > 100


@pytest.mark.slow
def test_own_data_have_no_finding(dataset: Dataset) -> None:
    assert described(validate_dataset(dataset, load_settings().shapes).findings) == []


@pytest.mark.slow
@pytest.mark.long
def test_own_data_have_no_finding_of_pyshacl(dataset: Dataset) -> None:
    whole = Graph()
    for iri in dataset.info.triples:
        if iri != META_GRAPH:
            whole += graph(dataset, iri)
    assert described(validate_graph(whole, shapes_graph()).findings) == []


@pytest.mark.parametrize("name", ["LanguageTag", "PlainText"])
@pytest.mark.parametrize(
    ("text", "is_good"),
    [("one", True), ("two\nlines", True), ("a\r\n\r\nb", True), (" a\nb", False), ("a\n ", False)],
)
def test_a_line_break_is_a_blank_only_at_an_end(name: str, text: str, *, is_good: bool) -> None:
    node = URIRef(RESOURCE + "topic/example")
    paths = {path for part in parts(name) for path in shapes_graph().objects(part, SH.path)}
    data = Graph().add((node, RDF.type, OWL.NamedIndividual))
    for path in paths:
        data.add((node, path, Literal(text, lang="en" if name == "LanguageTag" else None)))
    found = {
        finding.path
        for finding in validate_graph(data, shapes_graph()).findings
        if finding.shape == SHAPES + name
    }
    assert found == (set() if is_good else set(map(str, paths)))


def test_shapes_speak_to_a_person() -> None:
    for name in named_shapes():
        shape = URIRef(SHAPES + name)
        labels = list(shapes_graph().objects(shape, RDFS.label))
        assert [getattr(label, "language", None) for label in labels] == ["en"], name
        for part in {shape, *parts(name)}:
            is_query = (shape, SH.sparql, part) in shapes_graph()
            severity = shapes_graph().value(part, SH.severity)
            assert is_query or severity in (SH.Violation, SH.Warning, SH.Info), (name, part)
            if part == shape and part not in parts(name):
                continue
            messages = list(shapes_graph().objects(part, SH.message))
            assert len(messages) == 1, (name, part)
            assert len(str(messages[0]).split()) > 3, (name, part)


def test_shape_without_a_target_is_part_of_others() -> None:
    helpers = set(named_shapes()) - set(paired_shapes())
    for name in helpers:
        assert (None, None, URIRef(SHAPES + name)) in shapes_graph()


@pytest.mark.slow
@pytest.mark.long
def test_shapes_are_well_formed() -> None:
    """The shapes conform to the shapes for shapes (SHACL, appendix C)."""
    from pyshacl import validate

    conforms, _, text = validate(Graph(), shacl_graph=shapes_graph(), meta_shacl=True)
    assert conforms, text


def terms_in_shapes() -> Iterator[str]:
    for _, predicate, value in shapes_graph():
        if isinstance(value, URIRef):
            yield str(value)
        elif predicate == SH.select:
            yield from (CKG + term for term in re.findall(r"\bckg:(\w+)", str(value)))
            for kind, slug in re.findall(r"\b(actuality|treaty-event-kind):([\w-]+)", str(value)):
                yield f"{RESOURCE}{kind}/{slug}"
        elif predicate == SH.pattern:
            re.compile(str(value))


def test_shapes_name_only_terms_that_the_ontology_has() -> None:
    used = {term for term in terms_in_shapes() if term.startswith((CKG, RESOURCE))}
    assert len(used) > 100
    assert {
        term for term in used if (URIRef(term), RDF.type, None) not in ontology_graph()
    } == set()


def properties(*kinds: URIRef) -> set[str]:
    return {
        str(each)
        for kind in kinds
        for each in ontology_graph().subjects(RDF.type, kind)
        if isinstance(each, URIRef)
    }


def test_list_of_known_properties_is_that_of_the_ontology() -> None:
    head = shapes_graph().value(URIRef(SHAPES + "UnknownProperty"), SH.ignoredProperties)
    assert head is not None
    listed = [str(each) for each in Collection(shapes_graph(), head)]
    assert len(listed) == len(set(listed))
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    # Those of vann describe an ontology, never a node of the data.
    declared = {each for each in properties(*kinds) if "/vann/" not in each}
    assert declared <= set(listed)
    assert {each for each in listed if each.startswith(CKG)} <= declared


def test_every_link_is_looked_at_for_a_missing_end() -> None:
    shape = URIRef(SHAPES + "DanglingLink")
    looked_at = {
        shapes_graph().value(part, SH.path) for part in shapes_graph().objects(shape, SH.property)
    }
    derived = {CKG + name for name in DERIVED} | {
        str(each)
        for each, note in ontology_graph().subject_objects(SKOS.scopeNote)
        if str(note).startswith(("Derived from fact nodes", "Derived from disagreement nodes"))
    }
    for each in properties(OWL.ObjectProperty) - derived:
        if each.startswith(CKG):
            above = set(ontology_graph().transitive_objects(URIRef(each), RDFS.subPropertyOf))
            assert above & looked_at, each
