"""Each rule of `cstokg lint` is tripped by a small mistake, and the project trips none."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cstokg import Dataset, build_dataset, load_settings
from cstokg.cli import main
from cstokg.errors import SourceError, UnknownRuleError
from cstokg.namespaces import PREFIXES
from cstokg.quality.lint import LEVELS, _parse, lint_dataset, load_rules

ONTOLOGY = "https://w3id.org/cstokg/ontology"
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
GOOD = f"""
<{ONTOLOGY}> a owl:Ontology ; dcterms:title "T"@en ; dcterms:license <http://e.org/by> .
ckg:Ship a owl:Class ; rdfs:label "ship"@en ; skos:definition "A vessel, not a raft."@en ;
    rdfs:subClassOf foaf:Agent ; rdfs:isDefinedBy <{ONTOLOGY}> .
ckg:sails a owl:ObjectProperty ; rdfs:label "sails"@en ; skos:definition "To go by sea alone."@en ;
    rdfs:domain ckg:Ship ; rdfs:range ckg:Ship ; rdfs:isDefinedBy <{ONTOLOGY}> .
foaf:Agent a owl:Class .
dcterms:title a owl:AnnotationProperty . dcterms:license a owl:AnnotationProperty .
skos:definition a owl:AnnotationProperty .
"""
CLASS = "ckg:Boat a owl:Class ."
PROPERTY = "ckg:rows a owl:ObjectProperty ."
BAD = {
    "chain-of-one": "ckg:sails owl:propertyChainAxiom ( ckg:rows ) .",
    "circular-definition": CLASS + 'ckg:Boat rdfs:label "boat"@en ; skos:definition "A boat."@en .',
    "class-cycle": "ckg:Ship rdfs:subClassOf ckg:Boat . ckg:Boat rdfs:subClassOf ckg:Ship .",
    "definition-form": 'ckg:Boat skos:definition "a small ship"@en .',
    "definition-without-contrast": PROPERTY + 'ckg:rows skos:definition "To go by oar."@en .',
    "deprecated-used": "ckg:Boat owl:deprecated true . state:x a ckg:Boat .",
    "deprecated-without-successor": "ckg:Boat owl:deprecated true .",
    "explicit-thing": "ckg:Boat rdfs:subClassOf owl:Thing .",
    "extension-in-iri": "<http://e.org/x.owl> a owl:Ontology .",
    "hijacked-term": "foaf:Agent rdfs:subClassOf ckg:Ship .",
    "illegal-built-in": "ckg:Boat rdfs:Label 'boat' .",
    "inverse-of-itself": "ckg:rows owl:inverseOf ckg:rows .",
    "inverse-of-symmetric": "ckg:rows a owl:SymmetricProperty . ckg:sails owl:inverseOf ckg:rows .",
    "is-relation": PROPERTY + 'ckg:rows rdfs:label "is a"@en .',
    "merged-concepts": CLASS + 'ckg:Boat rdfs:label "boat and oar"@en .',
    "miscellaneous-class": CLASS + 'ckg:Boat rdfs:label "other vessel"@en .',
    "missing-definition": CLASS,
    "missing-description": "",
    "missing-disjointness": "ckg:A rdfs:subClassOf ckg:Ship . ckg:B rdfs:subClassOf ckg:Ship .",
    "missing-domain": PROPERTY,
    "missing-example": CLASS,
    "missing-label": CLASS + 'ckg:Boat rdfs:label "лодка"@ru .',
    "missing-licence": "<http://e.org/> a owl:Ontology .",
    "missing-metadata": "",
    "missing-range": PROPERTY,
    "missing-superclass": CLASS,
    "missing-title": "<http://e.org/> a owl:Ontology .",
    "misused-annotation": CLASS + 'ckg:Boat rdfs:label "boat"@en ; skos:definition "b."@en .',
    "mixed-naming": "ckg:rowing_boat a owl:Class .",
    "nameless-reference": "state:x ckg:sails state:y .",
    "no-header": "",
    "no-reuse": "",
    "not-defined-by": CLASS,
    "passing-iri": "<http://e.org/> a owl:Ontology .",
    "pointless-version": f"<{ONTOLOGY}> owl:priorVersion <{ONTOLOGY}> .",
    "punning": "ckg:Ship a owl:NamedIndividual .",
    "recursive-definition": "ckg:Ship owl:equivalentClass [ owl:unionOf ( ckg:Boat ckg:Ship ) ] .",
    "same-definition": 'ckg:Boat skos:definition "A vessel, not a raft."@en .',
    "same-label": CLASS + 'ckg:Boat rdfs:label "Ship"@en .',
    "same-name": CLASS + 'ckg:Boat skos:altLabel "ship"@en .',
    "several-definitions": 'ckg:Ship skos:definition "Another."@en .',
    "several-domains": "ckg:sails rdfs:domain foaf:Agent .",
    "several-labels": 'ckg:Ship rdfs:label "vessel"@en .',
    "several-ranges": "ckg:sails rdfs:range foaf:Agent .",
    "stray-blank-node": "[] a ckg:Ship .",
    "synonym-classes": "ckg:Boat owl:equivalentClass ckg:Ship .",
    "unconnected": CLASS,
    "undeclared-class": "state:x a ckg:Raft .",
    "undeclared-property": "state:x ckg:drifts state:y .",
    "untagged-text": 'ckg:Ship skos:example "a ferry" .',
    "unused-term": CLASS,
    "useless-cardinality": """ckg:Ship rdfs:subClassOf [ a owl:Restriction ;
        owl:onProperty ckg:sails ; owl:minCardinality "0"^^xsd:nonNegativeInteger ] .""",
    "version-iri": f'<{ONTOLOGY}> owl:versionInfo "2" ; owl:versionIRI <{ONTOLOGY}/1> .',
    "white-space": 'ckg:Ship skos:altLabel "vessel "@en .',
    "wrong-equivalent-class": "ckg:Ship owl:equivalentClass foaf:Agent .",
    "wrong-equivalent-property": """ckg:rows rdfs:domain foaf:Agent ;
        owl:equivalentProperty ckg:sails .""",
    "wrong-inverse": "ckg:rows owl:inverseOf ckg:sails ; rdfs:domain foaf:Agent .",
    "wrong-namespace": f'<{ONTOLOGY}> vann:preferredNamespaceUri "http://e.org/" .',
    "wrong-symmetric": """ckg:rows a owl:SymmetricProperty ; rdfs:domain ckg:Ship ;
        rdfs:range foaf:Agent .""",
    "wrong-transitive": """ckg:rows a owl:TransitiveProperty ; rdfs:domain ckg:Ship ;
        rdfs:range foaf:Agent .""",
}
"""For each rule what trips it, beside `GOOD`."""

WITHOUT = {"no-header": "a owl:Ontology ;", "no-reuse": "rdfs:subClassOf foaf:Agent ;"}
"""What of `GOOD` is left out for rules about what is missing."""


def linted(text: str, folder: Path, *names: str) -> tuple[list[str], list[str]]:
    """Return the rules that a text breaks, of some rules or all, and the places."""
    for name in ("ontology", "data", "shapes"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "ontology/text.ttl").write_text(HEAD + text, encoding="utf-8")
    dataset = build_dataset(load_settings(folder), with_data=False, use_cache=False)
    found = lint_dataset(dataset, load_rules(names))
    return sorted({each.rule for each in found}), [each.place for each in found]


def test_each_rule_has_a_mistake_that_trips_it() -> None:
    assert {rule.name for rule in load_rules()} == BAD.keys()
    assert len(BAD) > 50


def test_each_mistake_trips_its_rule(tmp_path: Path) -> None:
    for name, bad in BAD.items():
        good = GOOD.replace(WITHOUT[name], "") if name in WITHOUT else GOOD
        found, places = linted(good + bad, tmp_path, name)
        assert found == [name]
        assert all(place.startswith("ontology/text.ttl") for place in places if place), name


def test_what_is_good_trips_those_rules_alone_that_ask_for_more(tmp_path: Path) -> None:
    found, _ = linted(GOOD, tmp_path)
    assert found == ["missing-description", "missing-example", "missing-metadata", "unused-term"]


@pytest.mark.parametrize(
    ("definition", "trips"),
    [
        ("To notice an oar, and to know another.", True),
        ("To row. Not to sail.", False),
        ("To go by oar alone.", False),
        ("To row rather than sail.", False),
    ],
)
def test_a_contrast_is_a_whole_word(definition: str, trips: bool, tmp_path: Path) -> None:
    text = PROPERTY + f'ckg:rows skos:definition "{definition}"@en .'
    found, _ = linted(GOOD + text, tmp_path, "definition-without-contrast")
    assert (found != []) is trips


def test_a_deprecated_term_is_held_neither_to_a_use_nor_to_an_example(tmp_path: Path) -> None:
    names = ("definition-without-contrast", "missing-example", "unused-term")
    text = PROPERTY + 'ckg:rows skos:definition "To go by oar."@en .'
    assert linted(text, tmp_path, *names)[0] == sorted(names)
    assert linted(text + "ckg:rows owl:deprecated true .", tmp_path, *names)[0] == []


def test_the_place_is_the_line(tmp_path: Path) -> None:
    text = GOOD + "\nckg:Boat\n    a owl:Class ;\n    rdfs:subClassOf foaf:Nobody .\n"
    _, places = linted(text, tmp_path, "missing-label")
    line = (HEAD + text).splitlines().index("ckg:Boat") + 1
    assert places == [f"ontology/text.ttl:{line}"]


@pytest.mark.slow
def test_the_project_has_no_error_and_no_warning(dataset: Dataset) -> None:
    found = lint_dataset(dataset)
    assert [each for each in found if each.level != "info"] == []


def test_rules_say_who_asks_for_them_and_what_to_do() -> None:
    for rule in load_rules():
        assert rule.level in LEVELS
        assert re.match(r"[A-Z].*[.)]$", rule.fix), rule.name
        assert re.search(r"OOPS|FOOPS|ROBOT|FIBO|W3C|this project", rule.source), rule.name


def test_an_unknown_rule_is_refused_with_the_list() -> None:
    with pytest.raises(UnknownRuleError, match="class-cycle"):
        load_rules(["class-cicle"])


@pytest.mark.parametrize(("head", "problem"), [("# title: t\n", "level"), ("", "title")])
def test_a_malformed_head_is_refused(head: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "rule.rq"
    path.write_text(head + "SELECT ?node { ?node a ?kind }", encoding="utf-8")
    with pytest.raises(SourceError, match=problem):
        _parse(path)


def test_an_unknown_level_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rule.rq"
    head = "# title: t\n# level: grave\n# source: s\n# fix: m\n"
    path.write_text(head + "SELECT ?node { ?node a ?kind }", encoding="utf-8")
    with pytest.raises(SourceError, match="grave"):
        _parse(path)


def test_the_command_fails_at_a_warning_and_names_the_place(small_copy: Path) -> None:
    arguments = ["--project", str(small_copy), "lint", "--rule", "missing-definition"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "ckg:State has no definition" in result.output
    assert "ontology/small.ttl:" in result.output
    assert "1 rules checked" in result.output
    shown = json.loads(CliRunner().invoke(main, [*arguments, "--format", "json"]).output)
    assert shown["fine"] is False
    assert {each["level"] for each in shown["findings"]} == {"error"}


def test_the_command_is_content_where_there_is_nothing(small_copy: Path) -> None:
    arguments = ["--project", str(small_copy), "lint", "--rule", "class-cycle"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0
    assert result.output.startswith("0 error")


def test_the_command_lists_the_rules() -> None:
    result = CliRunner().invoke(main, ["lint", "--list"])
    assert result.exit_code == 0
    assert "OOPS! P06" in result.output
    listed = json.loads(CliRunner().invoke(main, ["lint", "--list", "-f", "json"]).output)
    assert {rule["name"] for rule in listed} == BAD.keys()
