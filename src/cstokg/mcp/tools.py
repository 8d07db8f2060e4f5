"""The tools: what answers each from one version of a dataset; `tools.json` describes them.

Parameters are named as those of the site's addresses, as far as models have such names.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from cstokg.analysis import chronology, disagreements
from cstokg.analysis.answer import Answer, Column, flat_rows
from cstokg.analysis.bonds import as_of
from cstokg.analysis.claims.answer import answer_claims
from cstokg.analysis.claims.choice import choose_claims
from cstokg.analysis.claims.records import read_claims
from cstokg.analysis.questions.answering import answer_question, read_values, tabulate
from cstokg.analysis.questions.typed import FITS, find_questions
from cstokg.analysis.reasons import rows as row_reasons
from cstokg.analysis.reasons.triples import count, to_answer, why
from cstokg.analysis.search.index import Group, Match
from cstokg.analysis.site.description import describe
from cstokg.analysis.site.state import Site, choices_of, find
from cstokg.analysis.term_warnings import read_terms, warn_of_terms
from cstokg.errors import ParameterError, QuerySyntaxError, UnknownQuestionError
from cstokg.quality.competency_questions import find_question
from cstokg.store import BooleanResult, SelectResult
from cstokg.store.sparql.row_triples import read_row

DESCRIBED: Final = json.loads((files(__package__) / "tools.json").read_text(encoding="utf-8"))
PAGE: Final = 25
"""How many rows one page of an answer has."""

_FENCED: Final = re.compile(r"\s*```\w*\s*\n(.*?)\n?\s*```\s*", re.DOTALL)
_NEAREST: Final = 5
_FOUND: Final = (
    *(Column(name, name, "nodes") for name in ("thing", "class", "voices")),
    *(Column(name, name) for name in ("standing", "description")),
)


def _search(site: Site, q: str) -> Answer:
    hits = find(site, q)
    may_be_claims = (hit for hit in hits if hit.group is Group.CLAIMS or hit.match is Match.IRI)
    claims = [hit.entry.iri for hit in may_be_claims]
    acts = {act.claim: act for act in read_claims(site, claims)}
    rows = []
    for entry in (hit.entry for hit in hits):
        row = {"thing": entry.iri, "class": " ".join(entry.classes)}
        if act := acts.get(entry.iri):
            row |= {"voices": " ".join(act.speakers), "standing": act.standing}
        rows.append(row | {"description": entry.description})
    near = find_questions(q, site.questions, site.once(choices_of))[:_NEAREST]
    asked = ", ".join(each.question.slug for each in near)
    finding = f"Stored questions that may be meant: {asked}." if asked else ""
    return Answer(f"{len(rows)} found for {q!r}", _FOUND, rows, "", (), finding)


def _timeline(site: Site, **given: Any) -> Answer:
    own = {"kinds": "lanes", "from": "first", "to": "last"}
    asked = {own.get(name, name): value for name, value in given.items()}
    found = chronology.chronology(site, **asked, labels=site.labels)
    return chronology.to_answer(found, site)


def _why(site: Site, *, query: str = "", row: str = "", **triple: str) -> Answer:
    if query:
        query = _unfenced(query)
        reasons = row_reasons.why_row(site.service, query, read_row(row))
        return row_reasons.to_answer(reasons, query, site.label)
    if missing := [name for name in "spo" if name not in triple]:
        raise ParameterError(missing[0], "is missing", hint="A triple has three terms: s, p, o.")
    return to_answer(why(site.service, *(triple[name] for name in "spo")), site.label)


def _ask(site: Site, q: str, parameters: Mapping[str, str] | None = None) -> Answer:
    choices, given = site.once(choices_of), dict(parameters or {})
    try:
        question = find_question(q, site.questions)
    except UnknownQuestionError:
        near = find_questions(q, site.questions, choices)
        if not near or near[0].score < FITS:
            names = ", ".join(each.question.slug for each in near[:_NEAREST])
            hint = f"The nearest are: {names}." if names else "Try the tool search, or sparql."
            raise ParameterError("q", f"no stored question is like {q!r}", hint=hint) from None
        question = near[0].question
        given = {name: value for _, name, value in near[0].taken} | given
    values = read_values(question, given, choices)
    return answer_question(site, question, values, choices.labels)


def _sparql(site: Site, query: str) -> Answer:
    query = _unfenced(query)
    try:
        result = site.query(query)
    except QuerySyntaxError as error:
        problem = f"{error.message}\n{error.excerpt(query)}"
        raise ParameterError("query", problem, hint=error.hint) from None
    if isinstance(result, SelectResult):
        columns, rows = tabulate(result)
        if "order by" not in query.lower():  # any order is right, but pages want one that stays
            rows.sort(key=lambda row: tuple(row.values()))
    elif isinstance(result, BooleanResult):
        columns, rows = (Column("answer", "Answer"),), [{"answer": str(result.value).lower()}]
    else:
        names = ("subject", "property", "object")
        columns = tuple(Column(name, name) for name in names)
        rows = [dict(zip(names, map(str, triple), strict=True)) for triple in result]
    warnings = warn_of_terms(query, site.once(read_terms))
    return Answer(count(len(rows), "row"), columns, rows, query, (), " ".join(warnings))


TOOLS: Final[dict[str, Callable[..., Answer]]] = {
    "search": _search,
    "describe": lambda site, q: describe(site, q),  # noqa: PLW0108 - its parameter is named q
    "as_of": lambda site, **given: as_of.to_answer(as_of.as_of(site, **given, labels=site.labels)),
    "timeline": _timeline,
    "claims": lambda site, **given: answer_claims(
        choose_claims(site.once(read_claims), site.labels, given), site.label
    ),
    "disputes": lambda site: disagreements.to_answer(site.once(disagreements.find_disagreements)),
    "why": _why,
    "ask": _ask,
    "sparql": _sparql,
}


def call_tool(site: Site, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page of what a tool answers, as JSON has it; cells that are empty are left out.

    Raises ParameterError for arguments that the tool does not take, and the errors of a query.
    """
    schema = DESCRIBED["tools"][name]["inputSchema"]
    kinds = {key: each["type"] for key, each in schema["properties"].items()}
    given = {key.replace("-", "_"): value for key, value in arguments.items() if value is not None}
    for key, value in given.items():  # what can only mean a list is taken for one
        if kinds.get(key) == "array" and isinstance(value, str):
            given[key] = [value]
    if wrong := best_match(Draft202012Validator(schema).iter_errors(given)):
        place = ".".join(map(str, wrong.path)) or name
        raise ParameterError(place, wrong.message, hint=f"{name} takes: {', '.join(kinds)}.")
    page = given.pop("page", 1)
    answer = TOOLS[name](site, **given)
    total, start = len(answer.rows), (page - 1) * PAGE
    if start and start >= total:
        raise ParameterError("page", f"there is no page {page}", hint=f"There are {total} rows.")
    part = replace(answer, rows=answer.rows[start : start + PAGE])
    told: dict[str, Any] = {"title": answer.title, "finding": answer.finding}
    if total > PAGE:
        end = start + len(part.rows)
        more = f"ask with page={page + 1}" if end < total else "these are the last"
        told["shown"] = f"rows {start + 1}–{end} of {total}; {more}"  # noqa: RUF001
    rows = flat_rows(part, site.label)
    told["rows"] = [{name: cell for name, cell in row.items() if cell} for row in rows]
    return {name: value for name, value in told.items() if value != ""} | {"query": answer.query}


def _unfenced(query: str) -> str:
    """Return a query without the fences of Markdown around it."""
    match = _FENCED.fullmatch(query)
    return match[1] if match else query
