"""The commands that check: validate, check-source, coverage; and info."""

import json
from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph
from tests.cli.conftest import Run

NO_EVIDENCE = """
@prefix ckg: <https://w3id.org/cstokg/ontology#> .
@prefix membership: <https://w3id.org/cstokg/id/membership/> .
@prefix organization: <https://w3id.org/cstokg/id/organization/> .
@prefix state: <https://w3id.org/cstokg/id/state/> .

membership:carda-pact
    a ckg:Membership ;
    ckg:member state:alda ;
    ckg:organization organization:pact ;
.
"""


def test_good_data_is_valid(run: Run) -> None:
    result = run("validate")
    assert result.exit_code == 0
    assert result.stdout.startswith("0 violations; ")


def test_a_violation_is_told_and_exits_with_1(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(NO_EVIDENCE, "utf-8")
    result = run("validate", path)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:4] == [
        "violation: A membership names the passage it rests on.",
        "  node     membership:carda-pact",
        "  property ckg:evidence",
        f"  file     {path}:7",
    ]
    assert result.stdout.splitlines()[-1].startswith("1 violation; ")


def test_what_is_no_date_is_one_violation_and_stops_the_other_commands(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(
        "@prefix ckg: <https://w3id.org/cstokg/ontology#> .\n<urn:a> ckg:date '2001-02-29' .",
        "utf-8",
    )
    result = run("validate", path)
    assert result.exit_code == 1
    first, *facts, last = result.stdout.splitlines()
    assert first.startswith("violation: '2001-02-29' is not a date in EDTF: there is no such day. ")
    assert facts == [
        "  node     urn:a",
        "  property ckg:date",
        "  value    2001-02-29",
        f"  file     {path}:2",
    ]
    assert last.startswith("1 violation; ")
    result = run("lint", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "in the description of urn:a: '2001-02-29' is not a date" in result.stderr


@pytest.mark.parametrize("command", ["validate", "lint"])
def test_what_is_not_used_of_a_file_is_said(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture, command: str
) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(
        "<urn:o> <http://www.w3.org/2002/07/owl#imports> <urn:away> .\n"
        "<urn:shape> a <http://www.w3.org/ns/shacl#NodeShape> .",
        "utf-8",
    )
    run(command, path)
    assert "urn:o imports urn:away, which is not among what was read" in caplog.text
    assert ("there are shapes among the data" in caplog.text) == (command == "validate")
    caplog.clear()
    run(command)
    assert caplog.text == ""


def test_findings_are_there_for_programs(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(NO_EVIDENCE, "utf-8")
    for arguments in (["--json"], ["--format", "json"]):
        result = run("validate", path, *arguments)
        assert result.exit_code == 1
        report = json.loads(result.stdout)
        assert report["conforms"] is False
        assert report["findings"][0]["severity"] == "violation"


def test_the_report_can_be_turtle(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(NO_EVIDENCE, "utf-8")
    result = run("validate", path, "--format", "ttl")
    graph = Graph().parse(data=result.stdout, format="turtle")
    assert (None, RDF.type, SH.ValidationReport) in graph
    assert len(list(graph.objects(predicate=SH.result))) == 1


def test_a_users_file_with_a_syntax_error_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(NO_EVIDENCE + "membership:x a", "utf-8")
    result = run("validate", path)
    assert result.exit_code == 2
    assert f"error: {path}:" in result.stderr


def test_the_same_copy_of_the_article_passes(run: Run, small_project: Path) -> None:
    result = run("check-source", small_project / "article.txt")
    assert result.exit_code == 0
    assert "6 of 6 passages" in result.stdout


def test_another_copy_exits_with_1_and_names_the_cause(
    run: Run, small_project: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_bytes((small_project / "article.txt").read_bytes().replace(b"\n", b"\r\n"))
    result = run("check-source", copy)
    assert result.exit_code == 1
    assert "moved: paragraph 2, sentence 1: stands 1 characters later" in result.stdout
    assert "likely cause: its lines end with CR LF" in result.stdout
    report = json.loads(run("check-source", copy, "--json").stdout)
    assert report["ok"] is False
    assert report["differences"][0]["kind"] == "moved"


def test_coverage_lists_the_passages(run: Run) -> None:
    result = run("coverage")
    assert result.exit_code == 0
    assert "page furniture" in result.stdout
    assert result.stdout.splitlines()[1] == "6 passages: 5 with facts, 1 page furniture, 0 empty"
    rows = json.loads(run("coverage", "ost-1999", "--json").stdout)["rows"]
    assert [row["nodes"] for row in rows] == ["1", "5", "1", "1", "1", "0"]
    assert rows[4]["resting"] == "https://w3id.org/cstokg/id/place/cafe-ost"


def test_coverage_of_an_unknown_source_names_those_that_there_are(run: Run) -> None:
    result = run("coverage", "west-1999")
    assert result.exit_code == 2
    assert "no source is called 'west-1999'" in result.stderr
    assert "ost-1999" in result.stderr


def test_an_empty_sentence_exits_with_1(run: Run, small_copy: Path) -> None:
    path = small_copy / "data" / "ost-1999" / "passages.ttl"
    path.write_text(path.read_text("utf-8").replace("Fact false", "Fact true"), "utf-8")
    result = run("coverage", project=small_copy)
    assert result.exit_code == 1
    assert "NO FACT RESTS ON IT" in result.stdout


def test_info_counts_and_says_where_from(run: Run, small_project: Path) -> None:
    result = run("info")
    assert result.exit_code == 0
    assert "ontology 0.0.7" in result.stdout
    assert "source: Two towns and a pact" in result.stdout
    summary = json.loads(run("info", "--json").stdout)
    assert summary["classes"]["Membership"] == 2
    assert summary["graphs"]["ontology"] == 7
    assert summary["triples"] == sum(summary["graphs"].values())
    assert summary["project"] == str(small_project)
    assert len(summary["source_sha256"]) == 64
