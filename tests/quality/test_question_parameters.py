"""Parameters of stored questions: how they are declared, and how a value takes its place."""

from pathlib import Path

import pytest
from rdflib import Literal

from cstokg import Dataset
from cstokg.errors import SourceError
from cstokg.quality.competency_questions import load_questions, parse_question
from cstokg.quality.question_parameters import Parameter, fill, parse_parameter

DAY = Parameter("day", "date", "2024-06-25", "Day")
PHRASE = Parameter("phrase", "text", "soft alliance", "Words")
WHO = Parameter("who", "Agent", "", "Who")
CSTO = "https://w3id.org/cstokg/id/organization/csto"
QUERY = """SELECT * {
  VALUES ?day { "2024-06-25"^^xsd:date }
  VALUES ?phrase { "soft alliance" }
  VALUES ?who { UNDEF }
}"""


def write(folder: Path, declared: str, query: str, asks: str = "On {day}?") -> Path:
    path = folder / "t1-days.rq"
    head = f"# id: T1\n# title: Days\n# question: Which?\n# asks: {asks}\n"
    path.write_text(f"{head}# parameter: {declared}\n\n{query}\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "parameter"),
    [
        ("day date 2024-06-25 Day", DAY),
        ('phrase text "soft alliance" Words', PHRASE),
        ("who Agent any Who", WHO),
        (
            "of Organization organization:csto Of",
            Parameter("of", "Organization", CSTO, "Of"),
        ),
    ],
)
def test_a_line_declares_a_parameter(line: str, parameter: Parameter) -> None:
    assert parse_parameter(line) == parameter
    assert parameter.optional is (parameter is WHO)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("day", "a name, a kind, a default and a heading"),
        ("day date 2024-06-31 Day", "no day"),
        ("day date 2024 Day", "no day"),
        ("day hour 12 Hour", "a name, a kind"),
        ("of Organization csto Of", "no prefixed name"),
        ("of Organization nowhere:csto Of", "no prefixed name"),
    ],
)
def test_a_line_that_declares_nothing_is_refused(line: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_parameter(line)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?day { VALUES ?day { "2024-06-24"^^xsd:date } }',
        'SELECT ?day { BIND("2024-06-25"^^xsd:date AS ?day) }',
        'SELECT ?day { VALUES ?day { "2024-06-25"^^xsd:date "2024-06-26"^^xsd:date } }',
        'SELECT ?day { VALUES ?day { "2024-06-25"^^xsd:date } VALUES ?day { 1 } }',
        'SELECT ?day { ?s ?p "VALUES ?day { 1 }" # VALUES ?day { "2024-06-25"^^xsd:date }\n}',
    ],
)
def test_the_default_of_the_head_must_be_that_of_the_query(tmp_path: Path, query: str) -> None:
    with pytest.raises(SourceError, match="default of the parameter 'day'"):
        parse_question(write(tmp_path, "day date 2024-06-25 Day", query))


def test_the_question_in_words_must_name_each_parameter(tmp_path: Path) -> None:
    query = 'SELECT ?day { VALUES ?day { "2024-06-25"^^xsd:date } }'
    with pytest.raises(SourceError, match="does not name"):
        parse_question(write(tmp_path, "day date 2024-06-25 Day", query, asks="When?"))
    question = parse_question(write(tmp_path, "day date 2024-06-25 Day", query))
    assert question.parameters == (DAY,)


def test_many_stored_questions_have_parameters_and_all_have_a_theme() -> None:
    questions = load_questions()
    assert sum(bool(each.parameters) for each in questions) >= 12
    assert [each.id for each in questions if not each.theme] == []


def test_a_value_takes_the_place_of_the_default(dataset: Dataset) -> None:
    filled = fill(QUERY, {DAY: "2003-01-01", PHRASE: "x", WHO: CSTO})
    (row,) = dataset.select(filled)
    assert [str(term) for term in row] == ["2003-01-01", "x", CSTO]
    assert fill(QUERY, {DAY: DAY.default, PHRASE: PHRASE.default, WHO: ""}) == QUERY


@pytest.mark.parametrize(
    "text",
    [
        'x" } } # ',
        "x' } UNION { ?s ?p ?o",
        'x\\" } ?s ?p ?o {',
        "\\",
        '"""',
        "line\nbreak \t\r",
        "{ UNDEF }",
        "VALUES ?phrase { 1 }",
        "emoji 🙂 \u2028",
    ],
)
def test_a_text_stays_one_term_whatever_is_in_it(dataset: Dataset, text: str) -> None:
    (row,) = dataset.select(fill(QUERY, {PHRASE: text}))
    assert Literal(text) in row
