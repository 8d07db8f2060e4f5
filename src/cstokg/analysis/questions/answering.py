"""The stored questions with other values for their parameters, and their answers for people."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal

from rdflib import URIRef
from rdflib.term import Node

from cstokg.analysis.answer import Answer, Column
from cstokg.analysis.identifiers import find_day, find_iri
from cstokg.analysis.labels import Labels, Queryable, read_labels
from cstokg.analysis.search.words import fold
from cstokg.errors import ParameterError, UnwritableError
from cstokg.namespaces import CKG, RESOURCE, THINGS_GRAPH
from cstokg.quality.competency_questions import Question, find_question
from cstokg.quality.question_parameters import Parameter, fill
from cstokg.rdf.dates import day_in_words, in_words
from cstokg.store import BooleanResult, GraphResult, SelectResult

LONGEST_TEXT: Final = 200
"""How many characters the value of a parameter may have."""

_THINGS: Final = f"""
SELECT DISTINCT ?thing WHERE {{
  GRAPH <{THINGS_GRAPH}> {{ ?thing a ?class }} FILTER(STRSTARTS(STR(?thing), "{RESOURCE}"))
}}
"""
_OF_CLASS: Final = """
SELECT DISTINCT ?thing WHERE {{ ?thing a <{}> FILTER(STRSTARTS(STR(?thing), "{}")) }}
"""
_SOURCES: Final = """
SELECT DISTINCT ?source WHERE {{
  ?source a ckg:SourceDocument .
  VALUES ?node {{ {} }}
  {{ ?source ckg:author ?node }} UNION {{ ?node ckg:evidence/ckg:passageOf ?source }}
}}
ORDER BY ?source
"""
_HEADINGS: Final = {
    "says": "According to",
    "reports": "Reported by",
    "drawn": "Seen by",
    "drawn_by": "Seen by",
    "cites": "Cited by",
}
_TIMES: Final = ("when", "date", "day", "period")
"""The columns that have times."""

_SPOKEN: Final = re.compile("[^AEIOU][AEIOU]")

_LONG_NAME: Final = 3
"""From how many words a name is shown as its acronym in a question."""

_LONGEST_FINDING: Final = 320
"""How many characters the rows may have in a sentence; of more only the number is told."""

_IRIS: Final = re.compile(rf"(?:{re.escape(RESOURCE)}[\w/.~-]+(?: |$))*")
"""The text that GROUP_CONCAT makes of IRIs."""

Values = dict[Parameter, str]
"""A value for each parameter: a day, a text, an IRI, or empty for whatever it may be."""


@dataclass(frozen=True)
class Choices:
    """What the parameters of a kind may be, as IRIs by the order of their names."""

    labels: Labels
    by_kind: Mapping[str, tuple[str, ...]]

    @cached_property
    def by_name(self) -> Mapping[str, tuple[str, ...]]:
        """The IRIs of all choices by each of their names, joined as `Name.joined` is.

        The last word of a person's name is one of them.
        """
        found: dict[str, dict[str, None]] = {}
        persons = set(self.by_kind.get("Person", ()))
        for iri in (each for kind in self.by_kind.values() for each in kind):
            entry = self.labels.entry(iri)
            for name in entry.names if entry else ():
                found.setdefault(name.joined, {})[iri] = None
                if iri in persons and name.words:
                    found.setdefault(name.words[-1], {})[iri] = None
        return {name: tuple(iris) for name, iris in found.items()}


def ask(dataset: Queryable, name: str, **given: str) -> Answer:
    """Return the answer to the stored question `name`, with other values for its parameters.

    Raises UnknownQuestionError and ParameterError.
    """
    question = find_question(name)
    choices = read_choices(dataset, [question])
    return answer_question(dataset, question, read_values(question, given, choices), choices.labels)


def read_choices(
    dataset: Queryable, questions: Iterable[Question], labels: Labels | None = None
) -> Choices:
    """Return what the parameters of `questions` may be in `dataset`."""
    labels = (labels or read_labels(dataset)).read_all()
    kinds = {parameter.kind for each in questions for parameter in each.parameters}
    found = {}
    for kind in sorted(kinds - {"date", "text"}):
        query = _THINGS if kind == "thing" else _OF_CLASS.format(CKG + kind, RESOURCE)
        iris = {iri for (iri,) in dataset.select(query).texts}
        found[kind] = tuple(sorted(iris, key=lambda iri: (fold(labels.name(iri)), iri)))
    return Choices(labels, found)


def read_values(question: Question, given: Mapping[str, str], choices: Choices) -> Values:
    """Return a value for each parameter, the default where `given` has none.

    Raises ParameterError for a name that no parameter has, and for what is none of its kind.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    for name in given:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise ParameterError(name, f"not a parameter of this question; there are: {listed}")
    return {
        parameter: _read(parameter, " ".join(given.get(name, "").split()), choices)
        for name, parameter in known.items()
    }


def ask_in_words(question: Question, values: Values, labels: Labels) -> str:
    """Return the question in words, with `values` in it."""
    if all(value == parameter.default for parameter, value in values.items()):
        return question.question
    words = {each.name: _in_words(each, value, labels) for each, value in values.items()}
    return re.sub(r"\{(\w+)\}", lambda place: words[place[1]], question.asks)


def answer_question(
    dataset: Queryable, question: Question, values: Values, labels: Labels
) -> Answer:
    """Return the answer to `question` for `values`, which `read_values` has read."""
    title = ask_in_words(question, values, labels)
    query = f"# {title}\n{fill(question.body, values)}"
    result = dataset.query(query)
    if isinstance(result, GraphResult):
        raise UnwritableError("a page", "a graph for an answer", ("sparql",))
    if isinstance(result, BooleanResult):
        answer = "yes" if result.value else "no"
        finding = "Yes." if result.value else "No: no source says so."
        columns: tuple[Column, ...] = (Column("answer", "Answer"),)
        rows = [{"answer": answer}]
        nodes = [value for value in values.values() if value.startswith(RESOURCE)]
    else:
        columns, rows = tabulate(result)
        cells = (row[each.name] for row in rows for each in columns if each.kind == "nodes")
        nodes = [iri for cell in cells for iri in cell.split()]
        finding = _finding(question, columns, rows, labels)
    return Answer(title, columns, rows, query, _sources(dataset, nodes), finding)


def tabulate(result: SelectResult) -> tuple[tuple[Column, ...], list[dict[str, str]]]:
    """Return the columns and the rows of a SELECT; a column of IRIs alone has nodes."""
    columns = tuple(
        Column(name, _heading(name), _kind(row[place] for row in result))
        for place, name in enumerate(result.variables)
    )
    return columns, [dict(zip(result.variables, row, strict=True)) for row in result.texts]


def _read(parameter: Parameter, text: str, choices: Choices) -> str:
    if not text:
        return parameter.default
    if parameter.optional and text == "any":
        return ""
    if len(text) > LONGEST_TEXT:
        raise ParameterError(parameter.name, f"the value has more than {LONGEST_TEXT} characters")
    match parameter.kind:
        case "text":
            return text
        case "date":
            return find_day(parameter.name, text).isoformat()
        case kind:
            known = choices.by_kind[kind]
            return find_iri(parameter.name, text, choices.labels, known, only=True)


def _in_words(parameter: Parameter, value: str, labels: Labels) -> str:
    match parameter.kind:
        case "date":
            return day_in_words(date.fromisoformat(value))
        case "text":
            return f'"{value}"'
        case "SourceDocument":
            return f'"{labels.name(value)}"'
        case kind if not value:
            return "anything" if kind in ("thing", "Office") else "anybody"
        case _:
            name = labels.name(value)
            entry = labels.entry(value)
            if entry is None or len(name.split()) < _LONG_NAME:
                return name
            short = (each.text for each in entry.names if each.is_alias)
            found = next((each for each in short if each.isupper() and each.isascii()), "")
            # What is spelled out has an article, what is spoken as a word (NATO) has none.
            spoken = _SPOKEN.match(found)
            return (found if spoken else f"the {found}") if found else name


def _heading(name: str) -> str:
    return _HEADINGS.get(name, name.replace("_", " ").capitalize())


def _kind(terms: Iterable[Node | None]) -> Literal["text", "nodes"]:
    found = [each for each in terms if each is not None]
    are_nodes = all(isinstance(each, URIRef) or _IRIS.fullmatch(str(each)) for each in found)
    return "nodes" if any(found) and are_nodes else "text"


def _finding(
    question: Question,
    columns: tuple[Column, ...],
    rows: list[dict[str, str]],
    labels: Labels,
) -> str:
    if not rows:
        return "The sources do not say."
    pattern = question.finding or f"{{{columns[0].name}}}"
    told: dict[str, None] = {}
    for row in rows:
        told[_told(pattern, columns, row, labels)] = None
    mark = "; " if any(", " in each or ": " in each for each in told) else ", "
    sentence = f"{mark.join(told)}."
    if len(sentence) > _LONGEST_FINDING:
        return f"{len(told)} answers."
    return sentence[0].upper() + sentence[1:]


def _told(pattern: str, columns: tuple[Column, ...], row: Mapping[str, str], labels: Labels) -> str:
    words = {}
    for column in columns:
        cell = row[column.name]
        if cell and column.kind == "nodes":
            words[column.name] = labels.name(cell)
        else:
            words[column.name] = (column.name in _TIMES and in_words(cell)) or cell
    # In one go: a cell may have what looks like the place of another.
    return re.sub(r"\{(\w+)\}", lambda place: words.get(place[1], ""), pattern)


def _sources(dataset: Queryable, nodes: Iterable[str]) -> tuple[str, ...]:
    """Return the documents whose authors are among `nodes`, or that tell of one of them."""
    listed = " ".join(URIRef(iri).n3() for iri in dict.fromkeys(nodes) if iri.startswith(RESOURCE))
    rows = dataset.select(_SOURCES.format(listed)).texts if listed else ()
    return tuple(source for (source,) in rows)
