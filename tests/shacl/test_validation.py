import gzip
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, SH, Graph, Literal

from cstokg import Dataset, build_dataset, load_settings
from cstokg.errors import MissingFolderError, SourceError
from cstokg.shacl.validation import Report, load_shapes, validate_dataset, validate_graph

PREFIXES = """
@prefix ckg: <https://w3id.org/cstokg/ontology#> .
@prefix membership: <https://w3id.org/cstokg/id/membership/> .
@prefix organization: <https://w3id.org/cstokg/id/organization/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix state: <https://w3id.org/cstokg/id/state/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
NO_EVIDENCE = """
membership:carda-pact
    a ckg:Membership ;
    ckg:member state:alda ;
    ckg:organization organization:pact ;
.
"""


def validate_project(project: Path, *files: Path) -> Report:
    settings = load_settings(project)
    dataset = build_dataset(settings, files=files, use_cache=False)
    return validate_dataset(dataset, settings.shapes, files=files)


def test_good_data_has_no_finding(small_dataset: Dataset, small_project: Path) -> None:
    report = validate_dataset(small_dataset, small_project / "shapes")
    assert report.ok
    assert report.findings == ()
    assert report.shapes == 1
    assert report.triples > 100


def test_a_finding_says_what_where_and_in_which_file(small_copy: Path) -> None:
    extra = small_copy / "data" / "ost-1999" / "more.ttl"
    extra.write_text(PREFIXES + NO_EVIDENCE, "utf-8")
    report = validate_project(small_copy)
    (finding,) = report.findings
    assert not report.ok
    assert finding.severity == "violation"
    assert finding.message == "A membership names the passage it rests on."
    assert finding.focus == "https://w3id.org/cstokg/id/membership/carda-pact"
    assert finding.path == "https://w3id.org/cstokg/ontology#evidence"
    assert finding.shape == "https://w3id.org/cstokg/shape/Membership"
    assert finding.constraint == str(SH.MinCountConstraintComponent)
    assert finding.places == ("data/ost-1999/more.ttl:10",)


def test_a_warning_is_a_finding_and_no_violation(small_copy: Path) -> None:
    facts = small_copy / "data" / "ost-1999" / "facts.ttl"
    text = facts.read_text("utf-8")
    facts.write_text(text.replace("ckg:member state:alda", "ckg:member state:nobody"), "utf-8")
    report = validate_project(small_copy)
    (finding,) = report.findings
    assert report.ok
    assert finding.severity == "warning"
    assert finding.path.endswith("ontology#member/http://www.w3.org/2000/01/rdf-schema#label")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2001-02-29", "there is no such day"),
        ("2002/2001", "ends before it begins"),
        ("Y17000", "outside the years 1 to 9999"),
        ("{..1983-12-31,1984-10-10..1984-11-01}", "means several times"),
        ("soon", "Examples: 1992-05"),
    ],
)
@pytest.mark.parametrize("name", ["date", "membersAsOf"])
def test_what_is_no_date_is_one_finding_with_the_reason(
    small_copy: Path, name: str, text: str, reason: str
) -> None:
    extra = small_copy / "data" / "ost-1999" / "more.ttl"
    extra.write_text(f'{PREFIXES}state:alda ckg:{name} "{text}" .', "utf-8")
    settings = load_settings(small_copy)
    dataset = build_dataset(settings, use_cache=False, check_dates=False)
    report = validate_dataset(dataset, settings.shapes)
    (finding,) = report.findings
    assert not report.ok
    assert reason in finding.message
    assert finding.focus == "https://w3id.org/cstokg/id/state/alda"
    assert finding.path == f"https://w3id.org/cstokg/ontology#{name}"
    assert finding.value == text
    assert finding.shape == "https://w3id.org/cstokg/shapes#EdtfDate"
    assert finding.places[-1] == "data/ost-1999/more.ttl:9"
    assert list(report.graph.objects(predicate=SH.conforms)) == [Literal(False)]


def test_only_findings_of_the_users_files_are_shown(small_copy: Path, tmp_path: Path) -> None:
    inside = small_copy / "data" / "ost-1999" / "more.ttl"
    inside.write_text(PREFIXES + NO_EVIDENCE, "utf-8")
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.ttl").write_text(PREFIXES + NO_EVIDENCE.replace("carda", "mine"), "utf-8")
    packed = tmp_path / "mine.ttl.gz"
    packed.write_bytes(gzip.compress((own / "mine.ttl").read_bytes()))
    for given, path in ((own, own / "mine.ttl"), (own / "mine.ttl",) * 2, (packed, packed)):
        report = validate_project(small_copy, given)
        assert [each.focus.rpartition("/")[2] for each in report.findings] == ["mine-pact"]
        assert report.findings[0].places == (f"{path}:10",)
        results = list(report.graph.objects(predicate=SH.result))
        assert len(results) == 1
        (conforms,) = report.graph.objects(predicate=SH.conforms)
        assert str(conforms) == "false"
    assert len(validate_project(small_copy).findings) == 1


def test_a_file_of_the_project_is_shown_alone(small_copy: Path) -> None:
    inside = small_copy / "data" / "ost-1999" / "more.ttl"
    inside.write_text(PREFIXES + NO_EVIDENCE, "utf-8")
    assert len(validate_project(small_copy, inside).findings) == 1
    assert not validate_project(small_copy, small_copy / "data/ost-1999/facts.ttl").findings


def test_the_report_is_a_shacl_report(small_dataset: Dataset, small_project: Path) -> None:
    graph = validate_dataset(small_dataset, small_project / "shapes").graph
    assert (None, RDF.type, SH.ValidationReport) in graph


def test_a_constraint_in_sparql_is_checked() -> None:
    shapes = Graph().parse(
        data=PREFIXES
        + """
        [] a sh:NodeShape ; sh:targetClass ckg:Membership ; sh:sparql [
            sh:message "It ends before it begins." ;
            sh:select '''SELECT $this ?value {
                $this <https://w3id.org/cstokg/ontology#begin> ?begin ;
                      <https://w3id.org/cstokg/ontology#end> ?value FILTER(?value < ?begin) }''' ] .
        """,
        format="turtle",
    )
    data = 'membership:m a ckg:Membership ; ckg:begin "2002" ; ckg:end "1992" .'
    report = validate_graph(Graph().parse(data=PREFIXES + data, format="turtle"), shapes)
    (finding,) = report.findings
    assert (finding.message, finding.value) == ("It ends before it begins.", "1992")


def test_an_ill_typed_literal_is_found() -> None:
    shapes = """
        [] a sh:NodeShape ; sh:targetNode state:a ;
            sh:property [ sh:path ckg:sentence ; sh:datatype xsd:positiveInteger ] .
    """
    data = 'state:a ckg:sentence "none"^^xsd:positiveInteger .'
    report = validate_graph(
        Graph().parse(data=PREFIXES + data, format="turtle"),
        Graph().parse(data=PREFIXES + shapes, format="turtle"),
    )
    assert [finding.value for finding in report.findings] == ["none"]


@pytest.mark.parametrize(
    ("description", "code", "wrong"),
    [
        ("A line\\nbreak.", "AM", 0),
        ("A\\r\\n\\r\\nparagraph.", "AM", 0),
        ("A line end.\\n", "AM", 1),
        (" A blank.", "AM", 1),
        ("Some text.", "AM\\n", 1),
    ],
)
def test_the_end_of_a_pattern_is_the_end_of_the_text(
    description: str, code: str, wrong: int
) -> None:
    data = f"""{PREFIXES}
        state:a a <{OWL.NamedIndividual}> ; <{DCTERMS.description}> "{description}"@en ;
            ckg:iso3166Alpha2 "{code}" .
    """
    shapes = load_shapes(load_settings().shapes)
    report = validate_graph(Graph().parse(data=data, format="turtle"), shapes)
    kinds = [finding.constraint for finding in report.findings]
    assert kinds.count(str(SH.PatternConstraintComponent)) == wrong


def test_a_folder_without_shapes_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty.ttl").write_text("# nothing\n", "utf-8")
    with pytest.raises(MissingFolderError, match="no SHACL shape"):
        load_shapes(tmp_path)


def test_a_shape_with_a_syntax_error_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text(PREFIXES + "[] a sh:NodeShape\n[] a sh:X .", "utf-8")
    with pytest.raises(SourceError, match=r"bad\.ttl:10"):
        load_shapes(tmp_path)


def test_a_malformed_shape_is_an_error() -> None:
    shapes = "[] a sh:NodeShape ; sh:targetClass ckg:State ; sh:property [ sh:minCount 1 ] ."
    data = Graph().parse(data=PREFIXES + "state:a a ckg:State .", format="turtle")
    with pytest.raises(SourceError):
        validate_graph(data, Graph().parse(data=PREFIXES + shapes, format="turtle"))
