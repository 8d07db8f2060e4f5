"""What is told of one thing, and of others in which it takes part: one question of any thing."""

from pathlib import Path
from typing import Final

from cstokg.analysis.answer import Answer
from cstokg.analysis.questions.answering import Choices, answer_question, read_values
from cstokg.analysis.site.state import Site
from cstokg.namespaces import RESOURCE
from cstokg.quality.competency_questions import parse_question

_QUESTION: Final = parse_question(Path(__file__).with_name("describe.rq"))


def describe(site: Site, thing: str) -> Answer:
    """Return a row for each triple. Raises ParameterError for what is not called `thing`."""
    choices = site.once(_choices)
    values = read_values(_QUESTION, {"thing": thing}, choices)
    return answer_question(site, _QUESTION, values, choices.labels)


def _choices(site: Site) -> Choices:
    labels = site.labels
    return Choices(
        labels, {"thing": tuple(each for each in labels.entries if each.startswith(RESOURCE))}
    )
