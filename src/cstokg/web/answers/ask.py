"""The stored questions: listed by theme, answered at an address each, and found by their words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from cstokg.analysis.questions.answering import (
    answer_question,
    ask_in_words,
    read_values,
)
from cstokg.analysis.questions.typed import FITS, Understood, find_questions
from cstokg.analysis.site.state import choices_of
from cstokg.namespaces import shorten
from cstokg.quality.competency_questions import Question, find_question
from cstokg.rdf.dates import day_in_words, read_day
from cstokg.web.answers.rendering import respond
from cstokg.web.http import parameters
from cstokg.web.http.negotiation import HTML, choose
from cstokg.web.pages.names import label
from cstokg.web.pages.rendering import JSON, render_json, render_page
from cstokg.web.site import Site, current_site

bp = Blueprint("ask", __name__)

ASKED: Final = "asked"
"""The parameter with the words that a question was found by, so that they can be shown."""

_OFFERS: Final = {"json": JSON, "html": HTML}
_OTHERS: Final = 3
_NOT_FOR_QUESTIONS: Final = (*parameters.FORMAT_PARAMETERS, ASKED)


@bp.get("/ask")
def listing() -> AnyResponse:
    """List the questions by theme; of `q`, lead to the question that it means, or search it."""
    site = current_site()
    values = parameters.of_address()
    asked = parameters.search_text(values)
    if asked:
        return redirect(_address_for(site, asked, parameters.format_name(values)), 303)
    if choose(_OFFERS, parameters.format_name(values)) == "json":
        return render_json({"questions": [_describe(each) for each in site.questions]})
    themes: dict[str, list[Question]] = {}
    for each in site.questions:
        themes.setdefault(each.theme or "Other", []).append(each)
    return render_page("questions.html", themes=themes)


@bp.get("/ask/<name>")
def answer(name: str) -> AnyResponse:
    """Answer one question for the parameters in the address, as a page, JSON or CSV."""
    site = current_site()
    question = find_question(name, site.questions)
    asked = parameters.of_address()
    given = {key: value for key, value in asked.items() if key not in _NOT_FOR_QUESTIONS}
    choices = site.once(choices_of)
    values = read_values(question, given, choices)
    labels = choices.labels
    typed = asked.get(ASKED, "")
    meant = find_questions(typed, site.questions, choices) if typed else ()
    return respond(
        answer_question(site, question, values, labels),
        "question.html",
        question=question,
        values=values,
        options={
            each.kind: [(shorten(iri), label(iri)) for iri in choices.by_kind[each.kind]]
            for each in values
            if each.kind in choices.by_kind
        },
        is_default=all(value == each.default for each, value in values.items()),
        shorten=shorten,
        day_in_words=day_in_words,
        read_day=read_day,
        typed=typed,
        taken=next((each.taken for each in meant if each.question == question), ()),
        others=[
            (address_of(each, asked=typed), ask_in_words(each.question, each.values, labels))
            for each in [each for each in meant if each.question != question][:_OTHERS]
        ],
    )


def find_near(site: Site, asked: str) -> tuple[Understood, ...]:
    """Return the stored questions that `asked` may mean, the best first."""
    return find_questions(asked, site.questions, site.once(choices_of))


def address_of(understood: Understood, **more: str) -> str:
    """Return the address of a question with the values that were understood."""
    taken = {name: shorten(value) for _, name, value in understood.taken}
    values: dict[str, Any] = taken | more
    return url_for("ask.answer", name=understood.question.slug, **values)


def describe_parameters(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Return the parameters of all questions as OpenAPI has them."""
    found: dict[str, list[tuple[Question, str, str]]] = {}
    for question in questions:
        for each in question.parameters:
            found.setdefault(each.name, []).append((question, each.kind, each.heading))
    return [
        {
            "name": name,
            "in": "query",
            "description": f"{uses[0][2]}, of: {', '.join(each.slug for each, _, _ in uses)}",
            "schema": {"type": "string"} | ({"format": "date"} if uses[0][1] == "date" else {}),
        }
        for name, uses in found.items()
    ]


def _address_for(site: Site, asked: str, format_name: str) -> str:
    more: dict[str, Any] = {"format": format_name} if format_name else {}
    near = find_near(site, asked)
    if near and near[0].score >= FITS:
        return address_of(near[0], asked=asked, **more)
    return url_for("search.results", q=asked, **more)


def _describe(question: Question) -> Mapping[str, Any]:
    return {
        "name": question.slug,
        "question": question.question,
        "theme": question.theme,
        "parameters": [asdict(each) for each in question.parameters],
        "page": url_for("ask.answer", name=question.slug, _external=True),
    }
