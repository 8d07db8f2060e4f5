import json
from pathlib import Path

import pytest
from rdflib import Graph
from tests.cli.conftest import Run

from cstokg.cli.output import table_lines

STATES = (
    'SELECT ?s ?name { ?s a ckg:State ; rdfs:label ?name FILTER(LANG(?name) = "ru") } ORDER BY ?s'
)
MEMBERS = "CONSTRUCT { ?m ckg:member ?s } { ?m ckg:member ?s }"


def test_rows_are_printed_as_a_table_with_prefixes(run: Run) -> None:
    result = run("query", STATES)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "s            name",
        "-----------  -----",
        "state:alda   Альда",
        "state:berin  Берин",
    ]
    assert result.stderr == "(2 rows)\n"


@pytest.mark.parametrize(("pattern", "answer"), [("ckg:State", "true"), ("ckg:Treaty", "false")])
def test_an_ask_prints_true_or_false(run: Run, pattern: str, answer: str) -> None:
    assert run("query", f"ASK {{ ?s a {pattern} }}").stdout == f"{answer}\n"


def test_a_term_that_is_not_there_is_told_on_stderr(run: Run) -> None:
    result = run("query", "ASK { ?s a ckg:Sate }")
    assert (result.exit_code, result.stdout) == (0, "false\n")
    assert result.stderr == "warning: There is no term ckg:Sate. Did you mean ckg:State?\n"
    assert run("query", "ASK { ?s a ckg:State }").stderr == ""


def test_a_graph_is_printed_as_turtle(run: Run) -> None:
    assert len(Graph().parse(data=run("query", MEMBERS).stdout, format="turtle")) == 2


def test_the_prefixes_of_resources_need_no_declaration(run: Run) -> None:
    assert run("query", "ASK { state:alda a ckg:State }").stdout == "true\n"


@pytest.mark.parametrize(
    ("query", "name", "begin"),
    [
        (STATES, "json", '{"head":{"vars":["s","name"]}'),
        (STATES, "csv", "s,name"),
        (STATES, "tsv", "?s\t?name"),
        (STATES, "xml", "<?xml"),
        (MEMBERS, "nt", "<https://w3id.org/cstokg/id/membership/alda-pact>"),
        (MEMBERS, "rdf", "<?xml"),
        (MEMBERS, "jsonld", "["),
        ("ASK {}", "json", '{"head":{},"boolean":true}'),
    ],
)
def test_a_format_can_be_chosen(run: Run, query: str, name: str, begin: str) -> None:
    result = run("query", query, "--format", name)
    assert result.exit_code == 0
    assert result.stdout.startswith(begin)


def test_a_format_that_does_not_fit_lists_those_that_do(run: Run) -> None:
    result = run("query", "ASK {}", "-f", "csv")
    assert result.exit_code == 2
    assert "there are: json, xml" in result.stderr


def test_a_query_is_read_from_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a question.rq"
    path.write_text("# a comment\n" + STATES, "utf-8")
    assert "Альда" in run("query", path).stdout


def test_a_byte_order_mark_before_a_query_says_nothing(run: Run, tmp_path: Path) -> None:
    query = "\ufeffASK { ?s a ckg:State }".encode()
    path = tmp_path / "question.rq"
    path.write_bytes(query)
    assert run("query", path).stdout == run("query", "-", stdin=query).stdout == "true\n"


def test_a_query_is_read_from_standard_input(run: Run) -> None:
    assert run("query", "-", stdin=b"ASK {}").stdout == "true\n"


def test_a_query_that_is_not_utf8_is_refused(run: Run) -> None:
    result = run("query", "-", stdin=b'ASK { ?s ?p "caf\xe9" }')
    assert result.exit_code == 2
    assert "standard input is not UTF-8" in result.stderr


def test_a_mistake_is_shown_with_its_line_and_a_caret(run: Run) -> None:
    result = run("query", "SELECT ?s {\n  ?s a ckg:State\n  FILTER(?s = )\n}")
    assert result.exit_code == 2
    assert "line 3, column 15" in result.stderr
    assert "\n  FILTER(?s = )\n              ^\n" in result.stderr


def test_another_server_is_not_asked(run: Run) -> None:
    result = run("query", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert result.exit_code == 2
    assert "SERVICE is refused" in result.stderr


def test_a_table_fits_the_width_it_is_given() -> None:
    rows = [("a", "some words that are too long for the column"), ("b", "x" * 60)]
    lines = table_lines(("id", "text"), rows, 30)
    assert max(map(len, lines)) <= 30
    text = "".join(line[4:] for line in lines[2:])
    assert text.replace(" ", "") == "".join(row[1] for row in rows).replace(" ", "")


def test_a_table_without_a_width_is_not_wrapped() -> None:
    assert table_lines(("a",), [("x" * 300,)], None)[2] == "x" * 300


def test_a_table_without_rows_has_its_header() -> None:
    assert table_lines(("a", "b"), [], 80) == ["a  b", "-  -"]


def test_line_ends_inside_a_value_do_not_break_the_table(run: Run) -> None:
    result = run("query", 'SELECT ("one\\ntwo" AS ?x) ("z" AS ?y) {}')
    assert result.stdout.splitlines()[2] == "one two  z"


def test_a_result_for_programs_is_only_on_stdout(run: Run) -> None:
    result = run("query", STATES, "-f", "json")
    assert len(json.loads(result.stdout)["results"]["bindings"]) == 2
    assert result.stderr == ""


def test_an_engine_that_gives_up_is_a_clear_error(run: Run) -> None:
    # Oxigraph 0.5's sort ends the process over dates, numbers and tagged texts in one variable;
    # an engine that can sort them has to answer whole.
    project = Path(__file__).parents[2]
    literals = "SELECT ?value { ?s ?p ?value FILTER isLiteral(?value) }"
    count = run("query", literals, "-f", "json", project=project)
    result = run("query", literals + " ORDER BY ?value", "-f", "json", project=project)
    if result.exit_code == 0:
        rows = [len(json.loads(each.stdout)["results"]["bindings"]) for each in (count, result)]
        assert rows[0] == rows[1]
    else:
        assert result.exit_code == 2
        assert "ORDER BY STR" in result.stderr
        assert result.stdout == ""
