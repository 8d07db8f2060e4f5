"""The ontology's files: every term is described, and Protégé finds every file offline."""

import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection

from cstokg import Dataset
from cstokg.namespaces import compact

ROOT = Path(__file__).parents[2]
CKG = "https://w3id.org/cstokg/ontology#"
TERM_TYPES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
CATALOGS = sorted([*ROOT.glob("ontology/catalog-*.xml"), *ROOT.glob("data/**/catalog-*.xml")])


@cache
def read(*paths: Path) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


@pytest.fixture(scope="module")
def core() -> Graph:
    return read(ROOT / "ontology/cstokg.ttl")


@pytest.fixture(scope="module")
def terms(core: Graph) -> list[URIRef]:
    found = {
        term
        for kind in TERM_TYPES
        for term in core.subjects(RDF.type, kind)
        if isinstance(term, URIRef) and term.startswith(CKG)
    }
    assert found
    return sorted(found)


def test_each_value_is_in_a_scheme_and_of_one_list() -> None:
    values = read(ROOT / "ontology/schemes.ttl")
    concepts = set(values.subjects(SKOS.inScheme, None))
    assert concepts
    for concept in concepts:
        lists = [kind for kind in values.objects(concept, RDF.type) if str(kind).startswith(CKG)]
        assert len(lists) == 1, concept
        assert len(list(values.objects(concept, SKOS.inScheme))) == 1, concept


def test_the_values_of_each_list_are_all_different() -> None:
    values = read(ROOT / "ontology/schemes.ttl")
    told = {
        frozenset(Collection(values, members))
        for node in values.subjects(RDF.type, OWL.AllDifferent)
        for members in values.objects(node, OWL.distinctMembers)
    }
    schemes = set(values.subjects(RDF.type, SKOS.ConceptScheme))
    assert schemes
    deprecated = set(values.subjects(OWL.deprecated, Literal(True)))
    assert told == {
        frozenset(set(values.subjects(SKOS.inScheme, scheme)) - deprecated) for scheme in schemes
    }


def test_there_is_a_catalog_for_the_ontology_and_for_each_source() -> None:
    sources = [path for path in (ROOT / "data").iterdir() if path.is_dir()]
    assert sources
    assert (
        sorted(folder / "catalog-v001.xml" for folder in (ROOT / "ontology", *sources)) == CATALOGS
    )


def test_each_catalog_maps_each_ontology_and_import_to_its_file() -> None:
    assert CATALOGS
    for catalog in CATALOGS:
        entries = {
            entry.attrib["name"]: (catalog.parent / entry.attrib["uri"]).resolve()
            for entry in ET.parse(catalog).getroot()
        }
        for iri, path in entries.items():
            assert (URIRef(iri), RDF.type, OWL.Ontology) in read(path), f"{iri} is not in {path}"
        for path in catalog.parent.glob("*.ttl"):
            assert path.resolve() in entries.values(), f"{path} is not in {catalog}"
            imports = {str(iri) for iri in read(path.resolve()).objects(None, OWL.imports)}
            assert imports <= entries.keys(), path


def test_protege_root_of_a_source_imports_each_of_its_files() -> None:
    for root in (ROOT / "data").glob("*/all.ttl"):
        imported = set(read(root).objects(None, OWL.imports))
        for path in root.parent.glob("*.ttl"):
            (iri,) = read(path).subjects(RDF.type, OWL.Ontology)
            assert path == root or iri in imported, path


def test_each_node_that_an_example_names_is_in_the_data(core: Graph) -> None:
    from cstokg.namespaces import PREFIXES, RESOURCE

    paths = [*(ROOT / "data").glob("*/*.ttl"), ROOT / "ontology/schemes.ttl"]
    known = set(read(*paths).subjects(RDF.type, None))
    named = {
        URIRef(PREFIXES[prefix] + local)
        for example in core.objects(None, SKOS.example)
        for prefix, local in re.findall(r"\b([a-z-]+):([a-z0-9-]+)", str(example))
        if PREFIXES.get(prefix, "").startswith(RESOURCE)
    }
    assert named
    assert named - known == set()


def test_each_term_but_the_deprecated_has_an_example(core: Graph, terms: list[URIRef]) -> None:
    assert [
        term
        for term in terms
        if (term, SKOS.example, None) not in core
        and (term, OWL.deprecated, Literal(True)) not in core
    ] == []


def test_each_example_of_a_class_is_a_node_of_it(core: Graph, terms: list[URIRef]) -> None:
    from cstokg.namespaces import PREFIXES, RESOURCE

    data = read(*(ROOT / "data").glob("*/*.ttl"), ROOT / "ontology/schemes.ttl")
    for term in terms:
        is_deprecated = (term, OWL.deprecated, Literal(True)) in core
        if is_deprecated or (term, RDF.type, OWL.Class) not in core:
            continue
        kinds = set(core.transitive_subjects(RDFS.subClassOf, term))
        nodes = [
            URIRef(PREFIXES[prefix] + local)
            for example in core.objects(term, SKOS.example)
            for prefix, local in re.findall(r"\b([a-z-]+):([a-z0-9-]+)", str(example))
            if PREFIXES.get(prefix, "").startswith(RESOURCE)
        ]
        assert nodes, term
        assert [node for node in nodes if not kinds & set(data.objects(node, RDF.type))] == [], term


def test_examples_that_are_triples_are_in_the_dataset(dataset: Dataset) -> None:
    rows = dataset.select(
        "SELECT ?property ?example { GRAPH graph:ontology { ?property skos:example ?example } }"
    )
    triples = [
        (str(prop), str(example).split())
        for prop, example in rows
        if re.fullmatch(r"[a-z-]+:\S+ ckg:\w+ \S+", str(example))
    ]
    assert len(triples) > 100
    for prop, (subject, name, value) in triples:
        assert CKG + name.removeprefix("ckg:") == prop
        pattern = f'{subject} {name} ?value FILTER(STR(?value) = "{value}")'
        if ":" in value:
            pattern = f"{subject} {name} {value}"
        assert dataset.query(f"ASK {{ {pattern} }}"), prop


def test_a_value_that_nothing_has_shows_by_an_example_what_it_is_for(dataset: Dataset) -> None:
    values = read(ROOT / "ontology/schemes.ttl")
    rows = dataset.select(
        """SELECT DISTINCT ?value {
          ?value skos:inScheme ?scheme .
          GRAPH ?graph { ?node ?property ?value FILTER(?graph != graph:ontology) }
        }"""
    )
    used = {URIRef(str(value)) for (value,) in rows}
    assert len(used) > 80
    said = {*values.subjects(SKOS.example), *values.subjects(OWL.deprecated, Literal(True))}
    assert set(values.subjects(SKOS.inScheme, None)) - used - said == set()


def test_a_table_tells_of_each_deprecated_term_how_to_ask_now(dataset: Dataset) -> None:
    whole = read(ROOT / "ontology/cstokg.ttl", ROOT / "ontology/schemes.ttl")
    told = (ROOT / "docs/releasing.md").read_text("utf-8")
    deprecated = {compact(str(term)) for term in whole.subjects(OWL.deprecated, Literal(True))}
    assert len(deprecated) > 50
    assert {name for name in deprecated if not re.search(rf"\| .*{name}`.* \|", told)} == set()
    rows = re.findall(r"\| `\?x a (ckg:\w+)` \| `([^`]+)`", told)
    assert len(rows) > 30
    assert [old for old, now in rows if not dataset.query(f"ASK {{ {now} }}")] == []
    assert [old for old, _ in rows if dataset.query(f"ASK {{ ?x a {old} }}")] == []
