import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from cstokg.quality.competency_questions import load_questions


@pytest.mark.parametrize("arguments", [[], ["--list"]])
def test_the_questions_are_listed(run: Run, arguments: list[str]) -> None:
    result = run("ask", *arguments)
    assert result.exit_code == 0
    assert all(question.question in result.stdout for question in load_questions())


def test_the_list_is_there_for_programs(run: Run) -> None:
    listed = json.loads(run("ask", "--json").stdout)
    assert [each["id"] for each in listed] == [each.id for each in load_questions()]
    assert set(listed[0]) == {"id", "name", "title", "question", "theme"}


def test_a_question_is_shown_with_its_query_and_answer(run: Run) -> None:
    result = run("ask", "cq01", "--show")
    assert "# answer: Armenia" in result.stdout
    assert "SELECT" in result.stdout


def test_a_question_is_asked(run: Run) -> None:
    result = run("ask", "CQ01", "-f", "csv")
    assert result.exit_code == 0
    assert result.stdout.startswith("state")
    assert "initially signed" in run("ask", "CQ01").stdout


def test_an_answer_is_there_for_programs(run: Run) -> None:
    answer = json.loads(run("ask", "CQ01", "--json").stdout)
    assert answer["title"].startswith("According to the article, which states")
    # Nobody has signed anything in the small project.
    assert answer["rows"] == []


def test_an_unknown_question_suggests_near_ones(run: Run) -> None:
    result = run("ask", "intial-signatories")
    assert result.exit_code == 2
    assert "cq01-initial-signatories" in result.stderr


OWN = Path(__file__).parents[2]


def test_parameters_are_set(run: Run) -> None:
    settings = ("--set", "day=2000-07-01", "--set", "organization=organization:guam")
    result = run("ask", "members-as-of-a-day", *settings, "--json", project=OWN)
    answer = json.loads(result.stdout)
    assert answer["title"].startswith("Which states were members of GUAM on 1 July 2000")
    assert [row["state_label"] for row in answer["rows"]][-1] == "Uzbekistan"


def test_a_question_in_words_is_understood_and_can_be_corrected(run: Run) -> None:
    result = run("ask", "who was in GUAM in 2000?", "-f", "csv", project=OWN)
    assert "--set organization=organization:guam --set day=2000-07-01" in result.stderr
    assert "Uzbekistan" in result.stdout
    corrected = ("--set", "day=1990-01-01", "-f", "csv")
    assert (
        "Uzbekistan" not in run("ask", "who was in GUAM in 2000?", *corrected, project=OWN).stdout
    )


def test_of_words_that_no_question_is_like_the_nearest_things_are_listed(run: Run) -> None:
    result = run("ask", "naval turbines from Odesa", project=OWN)
    assert result.exit_code == 1
    assert "topic:naval-diesel-turbines" in result.stdout
    assert "no stored question is like it" in result.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["--set", "day=2000"], "A day is 2003-01-01"),
        (["--set", "organization=organization:guan"], "(organization:guam)"),
        (["--set", "date=2000-01-01"], "there are: day, organization"),
        (["--set", "day"], "is not NAME=VALUE"),
    ],
)
def test_a_wrong_parameter_is_told(run: Run, settings: list[str], said: str) -> None:
    result = run("ask", "members-as-of-a-day", *settings, project=OWN)
    assert result.exit_code == 2
    assert said in result.stderr
