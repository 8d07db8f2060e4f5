"""Shapes compiled to queries find what pyshacl finds, and say so where they cannot."""

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from cstokg import Dataset, build_dataset, load_settings, validate_graph
from cstokg.namespaces import CKG, META_GRAPH, ONTOLOGY_GRAPH, XSD
from cstokg.shacl.compiler import UnsupportedShapeError, compile_shapes, narrow, targeted
from cstokg.shacl.validation import (
    Finding,
    Shapes,
    find_suspects,
    load_shapes,
    read_shapes,
    validate_dataset,
    validate_store,
)
from cstokg.store import Store, Triple

# What rdflib and pyshacl warn of when they meet ill-typed values.
pytestmark = pytest.mark.filterwarnings(
    "ignore:NotImplemented should not be used", "ignore:Parsing weird boolean"
)

PREFIXES: Final = """
@prefix : <urn:x:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

# Values of every sort, the odd ones among them: ill-typed, of two engines' different white space,
# the same number twice, language tags in several cases.
VALUES: Final = r"""
:iri _:blank "" " " "text" "text\n" "\u001ctext" "te\u001cxt" "text " "two words" "a\u00A0b" "1992"
"two\nlines" "two\r\nlines" "two\nlines " "\n\ntext"
"text"@en "text"@EN "other"@en "text"@en-GB "text"@ru "text"@enx
1 "01"^^xsd:integer +1 -1 0 5 "five"^^xsd:integer "1 "^^xsd:integer 1.0 1e0 true false
"1"^^xsd:boolean "yes"^^xsd:boolean "1"^^xsd:nonNegativeInteger "-1"^^xsd:nonNegativeInteger
"0"^^xsd:positiveInteger "7"^^xsd:positiveInteger "12345678901234567890"^^xsd:integer
"2002-02-28"^^xsd:date "2002-02-29"^^xsd:date "2004-02-29"^^xsd:date "1900-02-29"^^xsd:date
"2002-12-31"^^xsd:date "2002-13-01"^^xsd:date "2002-01-01Z"^^xsd:date "0000-01-01"^^xsd:date
"-0044-03-15"^^xsd:date "12002-01-01"^^xsd:date "2002-01-01T00:00:00"^^xsd:dateTime
"x"^^:own "<a/>"^^rdf:XMLLiteral
"""

ON_VALUES: Final = (
    "sh:class :Kind",
    "sh:class :Above",
    "sh:datatype xsd:string",
    "sh:datatype rdf:langString",
    "sh:datatype xsd:integer",
    "sh:datatype xsd:nonNegativeInteger",
    "sh:datatype xsd:positiveInteger",
    "sh:datatype xsd:boolean",
    "sh:datatype xsd:date",
    *(
        f"sh:nodeKind sh:{kind}"
        for kind in (
            *("IRI", "BlankNode", "Literal"),
            *("BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"),
        )
    ),
    r'sh:pattern "^\\S(.*\\S)?$"',
    r'sh:pattern "^\\S((.|\\n)*\\S)?$"',
    r'sh:pattern "^\\S+(\\s\\S+){0,7}$"',
    'sh:pattern "te"',
    'sh:pattern "^[a-z]+$"',
    'sh:languageIn ( "en" )',
    'sh:languageIn ( "en-gb" "RU" )',
    "sh:minInclusive 1",
    "sh:minInclusive 0",
    'sh:in ( :iri "text" 1 true )',
    "sh:not [ sh:in ( :iri 5 ) ]",
    "sh:not [ sh:datatype xsd:string ]",
    "sh:or ( [ sh:datatype xsd:string ] [ sh:nodeKind sh:IRI ] )",
    "sh:and ( [ sh:datatype xsd:string ] [ sh:pattern 't' ] )",
    "sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:class :Kind ] )",
    "sh:node [ sh:property [ sh:path :next ; sh:minCount 1 ] ]",
    "sh:property [ sh:path :next ; sh:hasValue :end ]",
    "sh:closed true",
    "sh:closed true ; sh:ignoredProperties ( :next )",
)


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def found_by_both(data: Graph, shapes: Graph) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return what the quick way finds and what pyshacl finds in the same data."""
    store = Store()
    store.insert("urn:data", data)
    plain = Graph()
    for triple in store.triples():
        plain.add(triple)
    probes = compile_shapes(shapes)
    quick = validate_store(store, Shapes(shapes, probes, len(targeted(shapes))))
    return quick.findings, validate_graph(plain, shapes).findings


def data_of_values() -> str:
    """Return nodes, each of which has one of the values, and one which has them all."""
    graph = Graph()
    listed = turtle(f":list :is ( {VALUES} ) .")
    head = listed.value(URIRef("urn:x:list"), URIRef("urn:x:is"))
    assert head is not None
    for number, value in enumerate(listed.items(head)):
        node = URIRef(f"urn:x:n{number}")
        graph.add((node, RDF.type, URIRef("urn:x:Node")))
        graph.add((node, URIRef("urn:x:p"), value))
        graph.add((URIRef("urn:x:all"), URIRef("urn:x:p"), value))
    return graph.serialize(format="nt") + (
        "<urn:x:all> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:x:Node> .\n"
    )


MORE: Final = """
:iri a :Below ; :next :end .
:Below rdfs:subClassOf :Kind . :Kind rdfs:subClassOf :Above .
"""
DATA: Final = data_of_values()


@pytest.mark.parametrize("constraint", ON_VALUES)
def test_each_constraint_on_values_finds_what_pyshacl_finds(constraint: str) -> None:
    data = turtle(DATA + MORE)
    shapes = turtle(f":S sh:targetClass :Node ; sh:property [ sh:path :p ; {constraint} ] .")
    quick, whole = found_by_both(data, shapes)
    assert quick == whole
    assert whole
    assert len(whole) < len(data)


@pytest.mark.parametrize("constraint", ON_VALUES)
def test_constraints_on_the_node_itself(constraint: str) -> None:
    data = turtle(DATA + MORE)
    shapes = turtle(f":S a sh:NodeShape ; sh:targetObjectsOf :p ; {constraint} .")
    quick, whole = found_by_both(data, shapes)
    assert quick == whole
    assert whole


ON_SETS: Final = (
    *(f"sh:minCount {n}" for n in range(4)),
    *(f"sh:maxCount {n}" for n in range(4)),
    'sh:hasValue "text"',
    "sh:hasValue :iri",
    "sh:uniqueLang true",
    "sh:equals :q",
    "sh:disjoint :q",
    "sh:lessThan :q",
    "sh:lessThanOrEquals :q",
    "sh:qualifiedValueShape [ sh:datatype xsd:string ] ; sh:qualifiedMinCount 1",
    "sh:qualifiedValueShape [ sh:nodeKind sh:Literal ] ; sh:qualifiedMinCount 2",
    "sh:qualifiedValueShape [ sh:nodeKind sh:Literal ] ; sh:qualifiedMaxCount 1",
)
PATHS: Final = (
    ":p",
    "[ sh:inversePath :p ]",
    "( :next :p )",
    "( :next [ sh:alternativePath ( :p :q ) ] )",
    "[ sh:zeroOrMorePath :next ]",
    "[ sh:oneOrMorePath :next ]",
    "[ sh:zeroOrOnePath :next ]",
)
SETS: Final = """
:n0 a :Node .
:n1 a :Node ; :p "text" ; :q "text" ; :next :n2 .
:n2 a :Node ; :p "text", :iri ; :q :iri, "b" ; :next :n1, :n3 .
:n3 a :Node ; :p 1, 2, 3 ; :q 3 ; :next :n3 .
:n4 a :Node ; :p "a"@en, "b"@en ; :q "a"@en .
:n5 a :Node ; :p "a"@en, "b"@ru, "c" ; :q "d"@en .
:n6 a :Node ; :p "2002-01-01"^^xsd:date ; :q "2002-01-01"^^xsd:date .
:n7 a :Node ; :p "2002-01-01"^^xsd:date ; :q "2004-02-29"^^xsd:date, "2003-02-29"^^xsd:date .
:n8 a :Node ; :p "1"^^xsd:positiveInteger ; :q 2, 10 .
:n9 a :Node ; :p "a", "b" ; :q "c" .
"""


@pytest.mark.parametrize("constraint", ON_SETS)
def test_constraints_on_all_values_together(constraint: str) -> None:
    properties = " , ".join(f"[ sh:path {path} ; {constraint} ]" for path in PATHS)
    shapes = turtle(f":S sh:targetClass :Node ; sh:property {properties} .")
    quick, whole = found_by_both(turtle(SETS), shapes)
    assert quick == whole


@pytest.mark.parametrize("constraint", [*ON_VALUES, *ON_SETS])
def test_constraints_inside_others(constraint: str) -> None:
    part = f"[ sh:property [ sh:path :p ; {constraint} ] ]"
    target = "a sh:NodeShape ; sh:targetSubjectsOf :p"
    shapes = turtle(
        f":Or {target} ; sh:or ( {part} [ sh:class :None ] ) . :Node {target} ; sh:node {part} ."
    )
    opposite = turtle(f":Not {target} ; sh:not {part} .")
    with suppress(UnsupportedShapeError):
        compile_shapes(opposite)
        shapes += opposite
    quick, whole = found_by_both(turtle(SETS if constraint in ON_SETS else DATA + MORE), shapes)
    assert quick == whole


@pytest.mark.parametrize(
    "shape",
    [
        ":S sh:targetClass :Node ; sh:property [ sh:path :p ; sh:maxLength 3 ] .",
        ":S sh:targetClass :Node ; sh:property [ sh:path :p ; sh:maxCount 9 ] .",
        ":S sh:targetClass :Node ; sh:property [ sh:minCount 1 ] .",
        ":S sh:targetClass :Node ; sh:deactivated true .",
        ":S a sh:NodeShape, rdfs:Class ; sh:targetNode :n ; sh:nodeKind sh:IRI .",
        r':S sh:targetNode :n ; sh:pattern "(?i)x" .',
        r':S sh:targetNode :n ; sh:pattern "(a)\\1" .',
        r':S sh:targetNode :n ; sh:pattern "[\\w--a]" .',
        ':S sh:targetNode :n ; sh:pattern "x" ; sh:flags "i" .',
        ":S sh:targetNode :n ; sh:datatype xsd:duration .",
        ":S sh:targetNode :n ; sh:not [ sh:pattern 'x' ] .",
        ":S sh:targetNode :n ; sh:node :S .",
        ":S sh:targetNode :n ; sh:in ( 'a'@en ) .",
        ":S sh:targetNode :n ; sh:in ( _:b ) .",
        ":S sh:target [ a sh:SPARQLTarget ] ; sh:targetNode :n .",
        *(
            f':S sh:targetNode :n ; sh:sparql [ sh:select """{query}""" ] .'
            for query in (
                "SELECT $this { $this <urn:p> ?a . FILTER(?a > 2) }",
                "SELECT $this { $this <urn:p> ?a . OPTIONAL { ?a <urn:p> ?b } }",
                "SELECT $this { $this <urn:p> ?a . MINUS { ?a <urn:p> $this } }",
                "SELECT $this { ?a <urn:p> ?b . FILTER NOT EXISTS { $this <urn:p> ?b } }",
                "SELECT $this { $this ckg:begin ?a }",
                "SELECT $this { $this <urn:p> ?a } LIMIT 1",
            )
        ),
    ],
)
def test_what_is_not_understood_is_left_to_pyshacl(shape: str) -> None:
    with pytest.raises(UnsupportedShapeError):
        compile_shapes(turtle(shape))


def test_a_shape_that_is_not_understood_is_checked_all_the_same(
    small_copy: Path, caplog: pytest.LogCaptureFixture
) -> None:
    extra = (
        ":S sh:targetNode <urn:n> ; sh:property [ sh:path :p ; sh:minCount 1 ] ; sh:maxLength 2 ."
    )
    (small_copy / "shapes" / "more.ttl").write_text(PREFIXES + extra, "utf-8")
    dataset = build_dataset(load_settings(small_copy), use_cache=False)
    report = validate_dataset(dataset, small_copy / "shapes")
    assert [finding.constraint for finding in report.findings] == [
        str(SH.MaxLengthConstraintComponent),
        str(SH.MinCountConstraintComponent),
    ]
    assert "maxLength" in caplog.text


def test_an_edited_shape_is_read_anew(small_copy: Path) -> None:
    before = read_shapes(small_copy / "shapes")
    assert read_shapes(small_copy / "shapes") is before
    (small_copy / "shapes" / "more.ttl").write_text(PREFIXES + ":S sh:targetNode :n .", "utf-8")
    assert read_shapes(small_copy / "shapes").count == before.count + 1


def test_narrowed_shapes_look_at_the_suspects_alone() -> None:
    shapes = turtle(":S sh:targetClass :A ; sh:nodeKind sh:Literal . :T sh:targetNode :n .")
    aimed = narrow(shapes, {URIRef("urn:x:S"): [URIRef("urn:x:a")]})
    assert [*aimed.subject_objects(SH.targetNode)] == [(URIRef("urn:x:S"), URIRef("urn:x:a"))]
    assert not [*aimed.subject_objects(SH.targetClass)]


# Mutations of data that conform.

EXAMPLES: Final = (
    *("DuplicateMembership", "EndAfterBegin", "EvidencePassage", "StrengthNode"),
    *("MemberOfNode", "OrderOfOccurrences", "StatementShape", "AgentContradictsItself"),
)
FIXTURES: Final = Path(__file__).parents[1] / "shapes"
ODD: Final[tuple[Node, ...]] = (
    Literal("2002-02-30"),
    Literal("text", lang="EN"),
    Literal(""),
    Literal("none", datatype=URIRef(XSD + "date"), normalize=False),
    Literal("7", datatype=URIRef(XSD + "integer")),
    URIRef(CKG + "Membership"),
    URIRef("https://w3id.org/cstokg/id/state/nowhere"),
)


@cache
def examples() -> tuple[tuple[Triple, ...], tuple[Triple, ...]]:
    """Return facts that a mutation may touch, and the ontology's triples, which stay."""
    files = [FIXTURES / "base.ttl", *(FIXTURES / name / "conforms.ttl" for name in EXAMPLES)]
    dataset = build_dataset(load_settings(), files=files, with_data=False, use_cache=False)
    graphs = [iri for iri in dataset.info.triples if iri not in (META_GRAPH, ONTOLOGY_GRAPH)]
    ontology = Graph()
    for triple in dataset.store.triples([ONTOLOGY_GRAPH]):
        ontology.add(triple)
    return tuple(dataset.store.triples(graphs)), tuple(ontology)


def mutations() -> st.SearchStrategy[tuple[Triple, ...]]:
    """Return the facts with some dropped, some given another value, and some new."""
    facts, _ = examples()
    subjects, predicates, objects = (
        sorted({triple[place] for triple in facts}, key=str) for place in range(3)
    )
    value = st.sampled_from([*objects, *ODD])
    places = st.lists(st.integers(0, len(facts) - 1), max_size=4, unique=True)
    new = st.tuples(st.sampled_from(subjects), st.sampled_from(predicates), value)

    def mutate(
        dropped: list[int], altered: list[tuple[int, Node]], added: list[Triple]
    ) -> tuple[Triple, ...]:
        changed = dict(altered)
        kept = [
            (*triple[:2], changed.get(number, triple[2]))
            for number, triple in enumerate(facts)
            if number not in dropped
        ]
        return (*kept, *added)

    return st.builds(
        mutate,
        places,
        st.lists(st.tuples(st.integers(0, len(facts) - 1), value), max_size=3),
        st.lists(new, max_size=3),
    )


@pytest.mark.slow
@settings(
    max_examples=settings().max_examples // 25,  # one takes more than a second
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_whatever_is_changed_both_find_the_same(data: st.DataObject) -> None:
    changed = data.draw(mutations())
    quick, whole = found_by_both(with_ontology(changed), shapes_of_the_project())
    assert quick == whole


@cache
def shapes_of_the_project() -> Graph:
    return load_shapes(load_settings().shapes)


def with_ontology(facts: tuple[Triple, ...]) -> Graph:
    """Return the facts, with the classes of the ontology and of its values those in use.

    Looking each time at all the values takes twice as long.
    """
    graph = Graph()
    used = {term for triple in facts for term in triple}
    for triple in (*facts, *examples()[1]):
        if triple[0] in used or triple[1] == RDFS.subClassOf or triple[2] == OWL.Class:
            graph.add(triple)
    return graph


def test_the_facts_before_any_change_conform() -> None:
    quick, whole = found_by_both(with_ontology(examples()[0]), shapes_of_the_project())
    assert quick == whole == ()


def test_the_projects_shapes_are_all_understood(dataset: Dataset) -> None:
    shapes = read_shapes(load_settings().shapes)
    assert shapes.probes
    assert len(shapes.probes) == shapes.count > 100
    assert find_suspects(dataset.store, shapes.probes) == {}
