"""Questions in the words of those who ask."""

import pytest

from cstokg import Dataset
from cstokg.analysis.questions.answering import Choices, read_choices
from cstokg.analysis.questions.typed import FITS, Understood, find_questions
from cstokg.namespaces import shorten
from cstokg.quality.competency_questions import load_questions

QUESTIONS = load_questions()
MEMBERS = "members-as-of-a-day"


@pytest.fixture(scope="module")
def choices(dataset: Dataset) -> Choices:
    return read_choices(dataset, QUESTIONS)


def taken(found: Understood) -> dict[str, str]:
    return {name: shorten(value) for _, name, value in found.taken}


@pytest.mark.parametrize(
    ("typed", "name", "values"),
    [
        ("who was in GUAM in 2000?", MEMBERS, "organization=organization:guam day=2000-07-01"),
        ("кто был в ГУАМ в 2000 году?", MEMBERS, "organization=organization:guam day=2000-07-01"),
        ("члены ОДКБ на 1 января 2003", MEMBERS, "organization=organization:csto day=2003-01-01"),
        (
            *("members of the CSTO on January 1st, 2003", MEMBERS),
            "organization=organization:csto day=2003-01-01",
        ),
        ("CSTO members 2003-01-01", MEMBERS, "organization=organization:csto day=2003-01-01"),
        (
            *("Was Armenia a member of the CSTO on 25 June 2024?", "armenia-member-on-2024-06-25"),
            "state=state:armenia organization=organization:csto day=2024-06-25",
        ),
        (
            *("what did Lavrov say about the Taliban", "what-was-said-about"),
            "speaker=person:sergey-lavrov about=organization:taliban",
        ),
        ("Lukashenko's statements", "pashinyans-statements", "person=person:alexander-lukashenko"),
        ("что сказал Пашинян", "pashinyans-statements", "person=person:nikol-pashinyan"),
        (
            *("did Belarus sell weapons to Azerbaijan", "aid-of-belarus-to-azerbaijan"),
            "supplier=state:belarus recipient=state:azerbaijan",
        ),
        ("how many soldiers does the CRDF have", "strength-of-the-crrf", "force=force:crdf"),
        (
            *("what happened in Kazakhstan in January 2022", "timeline-2022-to-2024"),
            "involves=state:kazakhstan from=2022-01-01 to=2022-01-31",
        ),
        (
            *("who contradicts Tasmagambetov", "who-contradicts-whom"),
            "person=person:imangali-tasmagambetov",
        ),
        (
            *("parties to the Tashkent treaty", "parties-as-of-a-day"),
            "treaty=treaty:collective-security-treaty",
        ),
        # Who is asked for is not who is named.
        ("who fears Russia", "attitudes", "towards=state:russia"),
        ("which states fear Russia", "attitudes", "towards=state:russia"),
        ("who feels betrayed by Belarus?", "attitudes", "towards=state:belarus"),
        ("whom does Russia fear", "attitudes", "who=state:russia"),
        ("who does Armenia distrust", "attitudes", "who=state:armenia"),
        (
            "who gave Azerbaijan weapons",
            "aid-of-belarus-to-azerbaijan",
            "recipient=state:azerbaijan",
        ),
        # Why asks for a cause.
        ("why does Armenia leave", "what-is-said-to-cause-what", "about=state:armenia"),
        ("why was the CSTO founded", "what-is-said-to-cause-what", "about=organization:csto"),
        ("soldiers of the rapid deployment forces", "strength-of-the-crrf", "force=force:crdf"),
        # Who somebody is, and who holds an office, is told by the offices.
        (
            *("Who is the president of Belarus?", "persons-with-an-office"),
            "office=office:president-of-belarus",
        ),
        ("who is Pashinyan", "persons-with-an-office", "person=person:nikol-pashinyan"),
        ("who left the treaty?", "signatories-that-opted-out", ""),
        ("who is in GUAM?", MEMBERS, "organization=organization:guam"),
        (
            *("Has Armenia left the CSTO?", "armenia-member-on-2024-06-25"),
            "state=state:armenia organization=organization:csto",
        ),
        (
            "When did Georgia leave the CST?",
            "date-of-uzbekistans-opting-out",
            "state=state:georgia",
        ),
        (
            *("Was Moldova in GUAM?", "armenia-member-on-2024-06-25"),
            "state=state:moldova organization=organization:guam",
        ),
        ("where did the CSTO send peacekeepers?", "force-used-in-kazakhstan", ""),
    ],
)
def test_a_question_is_understood(choices: Choices, typed: str, name: str, values: str) -> None:
    best = find_questions(typed, QUESTIONS, choices)[0]
    assert best.question.slug == name
    assert taken(best) == dict(each.split("=") for each in values.split())
    assert best.score >= FITS


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("members in 2003", "2003-07-02"),
        ("members in February 2024", "2024-02-15"),
        ("members on 29 February 2023", None),
        ("members on 2003-13-45", None),
    ],
)
def test_of_a_longer_time_a_day_in_its_middle_is_taken(
    choices: Choices, typed: str, day: str | None
) -> None:
    found = find_questions(typed, QUESTIONS, choices)
    days = [taken(each).get("day") for each in found if each.question.slug == MEMBERS]
    assert days in ([day], [])
    assert day is None or days


@pytest.mark.parametrize(
    "typed",
    [
        *("pizza in Rome", "", "?!", "colour of the sky", "x" * 500),
        # A name alone is no question.
        *("Armenia", "GUAM", "Nikol Pashinyan"),
        # What something is, its own page tells.
        *("What is the CRDF?", "what are the Collective Rapid Reaction Forces"),
        # The question that is nearest has no place for what is named.
        *("Does Russia recognise the Taliban?", "Did Kazakhstan recognise Donetsk?"),
        *("Did the CSTO help Armenia?", "What does China do in Central Asia?"),
    ],
)
def test_what_no_question_is_like_fits_none(choices: Choices, typed: str) -> None:
    assert not [each for each in find_questions(typed, QUESTIONS, choices) if each.score >= FITS]


def test_each_stored_question_as_it_stands_finds_itself(choices: Choices) -> None:
    near = {each.id: find_questions(each.question, QUESTIONS, choices)[:2] for each in QUESTIONS}
    found = {name: [each.question.id for each in few] for name, few in near.items()}
    assert [name for name, few in found.items() if name not in few] == []
