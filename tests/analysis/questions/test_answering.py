"""Stored questions with other values, and their answers, over the project's own dataset."""

import pytest

from cstokg import Dataset
from cstokg.analysis.answer import Answer, to_csv
from cstokg.analysis.questions.answering import (
    Choices,
    answer_question,
    read_choices,
    read_values,
)
from cstokg.errors import ParameterError
from cstokg.namespaces import PREFIXES, shorten
from cstokg.quality.competency_questions import find_question, load_questions

QUESTIONS = load_questions()


@pytest.fixture(scope="module")
def choices(dataset: Dataset) -> Choices:
    return read_choices(dataset, QUESTIONS)


def ask(dataset: Dataset, choices: Choices, name: str, **given: str) -> Answer:
    question = find_question(name, QUESTIONS)
    values = read_values(question, given, choices)
    return answer_question(dataset, question, values, choices.labels)


def cells(answer: Answer, column: str) -> list[str]:
    return [shorten(row[column]) for row in answer.rows]


def test_every_question_is_answered_in_words(dataset: Dataset, choices: Choices) -> None:
    for question in QUESTIONS:
        answer = ask(dataset, choices, question.name)
        assert answer.title == question.question
        assert answer.finding.endswith("."), question.name
        assert "{" not in answer.finding, question.name
        assert answer.query.startswith(f"# {question.question}\n")


def test_the_members_of_another_day_and_organization(dataset: Dataset, choices: Choices) -> None:
    answer = ask(
        dataset, choices, "members-as-of-a-day", day="2000-07-01", organization="organization:guam"
    )
    assert answer.title.startswith("Which states were members of GUAM on 1 July 2000")
    assert cells(answer, "state") == [
        "state:azerbaijan",
        "state:georgia",
        "state:moldova",
        "state:ukraine",
        "state:uzbekistan",
    ]
    assert set(cells(answer, "answer")) == {"possibly"}
    assert to_csv(answer, str).startswith("state,state_label,answer,")
    assert [shorten(each) for each in answer.sources] == ["source:scepanovic-2024"]
    # The query on the page is the one that was asked.
    assert len(dataset.select(answer.query).rows) == len(answer.rows)


def test_nobody_is_a_member_before_there_is_an_organization(
    dataset: Dataset, choices: Choices
) -> None:
    answer = ask(dataset, choices, "members-as-of-a-day", day="1991-01-01")
    assert (list(answer.rows), answer.finding) == ([], "The sources do not say.")


@pytest.mark.parametrize(
    ("state", "finding"), [("Armenia", "Yes."), ("Uzbekistan", "No: no source says so.")]
)
def test_yes_and_no_are_told(dataset: Dataset, choices: Choices, state: str, finding: str) -> None:
    answer = ask(dataset, choices, "armenia-member-on-2024-06-25", state=state, day="2010-01-01")
    assert answer.finding == finding


def test_what_may_be_anybody_can_be_one(dataset: Dataset, choices: Choices) -> None:
    everybody = ask(dataset, choices, "abstentions")
    one = ask(dataset, choices, "abstentions", who="organization:nato")
    assert set(cells(one, "who")) == {"organization:nato"}
    assert 0 < len(one.rows) < len(everybody.rows)
    assert len(ask(dataset, choices, "abstentions", who="any").rows) == len(everybody.rows)
    contradicted = ask(dataset, choices, "who-contradicts-whom", person="Janko Šćepanović")
    assert len(contradicted.rows) == 6


def test_an_observer_at_an_organ_is_one_at_what_it_belongs_to(
    dataset: Dataset, choices: Choices
) -> None:
    answer = ask(dataset, choices, "observer-at-the-un", organization="United Nations")
    assert answer.finding == "2004 (according to Janko Šćepanović)."


def test_who_holds_an_office_is_told(dataset: Dataset, choices: Choices) -> None:
    answer = ask(dataset, choices, "persons-with-an-office", office="office:president-of-belarus")
    assert answer.title.endswith("(anybody) is named with which office (President of Belarus)?")
    assert answer.finding == "Alexander Lukashenko: President of Belarus."


def test_the_speaker_and_the_matter_of_a_statement(dataset: Dataset, choices: Choices) -> None:
    answer = ask(
        dataset, choices, "what-was-said-about", speaker="Lavrov", about="organization:taliban"
    )
    assert set(cells(answer, "speaker")) == {"person:sergey-lavrov"}
    assert answer.title == "What did Sergey Lavrov say about Taliban?"


@pytest.mark.parametrize(
    "name", ["organization:guam", PREFIXES["organization"] + "guam", "GUAM", "ГУАМ", "guuam", ""]
)
def test_a_thing_is_known_by_its_iri_and_by_each_name(choices: Choices, name: str) -> None:
    question = find_question("members-as-of-a-day", QUESTIONS)
    values = read_values(question, {"organization": name}, choices)
    (value,) = (shorten(each) for parameter, each in values.items() if parameter.kind != "date")
    assert value == ("organization:guam" if name else "organization:csto")


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("members-as-of-a-day", {"day": "25 June 2024"}, "is no day"),
        ("members-as-of-a-day", {"day": "2024-02-30"}, "is no day"),
        ("members-as-of-a-day", {"day": '2024-06-25" } }'}, "is no day"),
        ("members-as-of-a-day", {"organization": "state:armenia"}, "nothing here is called"),
        ("members-as-of-a-day", {"organization": "> } ?s ?p ?o {"}, "nothing here is called"),
        ("members-as-of-a-day", {"organisation": "x"}, "there are: day, organization"),
        ("initial-signatories", {"treaty": "treaty:warsaw-pact"}, "nothing here is called"),
        ("what-was-said-about", {"about": "pizza"}, "nothing here is called"),
        ("recalled-ambassadors", {"day": "2024-06-25"}, "there are: none"),
        ("who-said-soft-alliance", {"phrase": "x" * 201}, "more than 200 characters"),
    ],
)
def test_a_value_of_another_kind_is_refused(
    choices: Choices, name: str, given: dict[str, str], message: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        read_values(find_question(name, QUESTIONS), given, choices)
    assert message in caught.value.message


def test_a_name_that_is_nearly_one_is_suggested(choices: Choices) -> None:
    question = find_question("members-as-of-a-day", QUESTIONS)
    with pytest.raises(ParameterError) as caught:
        read_values(question, {"organization": "organization:guan"}, choices)
    assert "organization:guam" in caught.value.hint


@pytest.mark.parametrize("phrase", ['alliance" } #', "} UNION {", "{who}", "a\nASK {}"])
def test_a_text_is_never_a_part_of_the_query(
    dataset: Dataset, choices: Choices, phrase: str
) -> None:
    answer = ask(dataset, choices, "who-said-soft-alliance", phrase=phrase)
    assert list(answer.rows) == []
    assert answer.query.splitlines()[1].startswith("PREFIX")


def test_each_row_says_whose_account_it_is(two_source_dataset: Dataset) -> None:
    choices = read_choices(two_source_dataset, QUESTIONS)
    answer = ask(two_source_dataset, choices, "strength-of-the-crrf")
    assert len(set(cells(answer, "says"))) == len(answer.rows) == 2
    assert len(answer.sources) == 2
    one = ask(
        two_source_dataset,
        choices,
        "armenia-member-on-2024-06-25",
        source="source:scepanovic-2024",
    )
    assert one.finding == "Yes."
    assert len(choices.by_kind["SourceDocument"]) == 2
