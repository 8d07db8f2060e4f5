from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cstokg.quality.competency_questions import load_questions

if TYPE_CHECKING:
    from tests.cli.conftest import Run


@pytest.mark.parametrize("arguments", [[], ["--list"]])
def test_the_questions_are_listed(run: Run, arguments: list[str]) -> None:
    result = run("ask", *arguments)
    assert result.exit_code == 0
    assert all(question.question in result.stdout for question in load_questions())


def test_the_list_is_there_for_programs(run: Run) -> None:
    listed = json.loads(run("ask", "--json").stdout)
    assert [each["id"] for each in listed] == [each.id for each in load_questions()]
    assert set(listed[0]) == {"id", "name", "title", "question"}


def test_a_question_is_shown_with_its_query_and_answer(run: Run) -> None:
    result = run("ask", "cq01", "--show")
    assert "# answer: Armenia" in result.stdout
    assert "SELECT" in result.stdout


def test_a_question_is_asked(run: Run) -> None:
    result = run("ask", "CQ01", "-f", "csv")
    assert result.exit_code == 0
    assert result.stdout.startswith("state")
    assert "initially signed" in run("ask", "CQ01").stderr


def test_an_answer_is_there_for_programs(run: Run) -> None:
    assert "results" in json.loads(run("ask", "CQ01", "--json").stdout)


def test_an_unknown_question_suggests_near_ones(run: Run) -> None:
    result = run("ask", "intial-signatories")
    assert result.exit_code == 2
    assert "cq01-initial-signatories" in result.stderr
