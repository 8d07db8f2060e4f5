"""Competency questions: one query file each, with the question in words and its right answer.

A file is SPARQL under a head of comments (the manner of sib-swiss/sparql-examples, in comments so
that any SPARQL tool runs the file as it is):

    # id: CQ14
    # title: Who called the CSTO a soft alliance
    # question: Who called the CSTO a 'soft alliance'?
    # theme: Who said what
    # words: called described
    # asks: Who used the words {phrase}?
    # parameter: phrase text "soft alliance" Words in the quotation
    # finding: {who}
    # note: an optional remark
    # expect: unordered
    # answer: Imangali Tasmagambetov

`words` are others that readers ask with. Where there are parameters (`question_parameters`), `asks`
is the question for any values of them. `finding` tells one row in words. `answer` stands once for
each row, its columns separated by ` | `; none at all says that the right answer is empty.
`expect` is `unordered` (the default) or `ordered`. An ASK has `true` or `false`.
"""

import difflib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rdflib.term import Node

from cstokg.dataset.model import Dataset
from cstokg.errors import MissingFolderError, SourceError, UnknownQuestionError
from cstokg.namespaces import compact
from cstokg.quality.query_files import read_query_file
from cstokg.quality.question_parameters import Parameter, default_stands_in, parse_parameter
from cstokg.store import BooleanResult, SelectResult

FOLDER: Final = Path(__file__).resolve().parent / "queries"
_COLUMN_MARK: Final = " | "

Row = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A competency question: in words, in SPARQL, and with the rows that answer it.

    `name` is the file's name without its ending. `expected` is empty where the right answer is.
    """

    id: str
    name: str
    title: str
    question: str
    note: str
    ordered: bool
    expected: tuple[Row, ...]
    query: str
    theme: str = ""
    words: str = ""
    asks: str = ""
    finding: str = ""
    parameters: tuple[Parameter, ...] = ()

    @property
    def slug(self) -> str:
        """The name without its number: `initial-signatories` of `cq01-initial-signatories`."""
        return self.name.partition("-")[2] or self.name

    @property
    def short_query(self) -> str:
        """The query under its question alone: without the rest of the head, and the answer."""
        return f"# {self.question}\n{self.body}"

    @property
    def body(self) -> str:
        """The query without its head."""
        lines = self.query.splitlines(keepends=True)
        return "".join(itertools.dropwhile(lambda line: not line.strip() or line[0] == "#", lines))


@dataclass(frozen=True)
class Check:
    """How a dataset's answer compares with the expected one."""

    question: Question
    rows: tuple[Row, ...]
    missing: tuple[Row, ...]
    unexpected: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Return True if the rows are the expected ones, in their order if that matters."""
        if self.question.ordered:
            return self.rows == self.question.expected
        return not self.missing and not self.unexpected


def load_questions(folder: Path = FOLDER) -> tuple[Question, ...]:
    """Return the questions of a folder's `.rq` files, by file name.

    Raises MissingFolderError where there are none, and SourceError for a malformed head or an
    identifier that two files share.
    """
    paths = sorted(folder.glob("*.rq"))
    if not paths:
        raise MissingFolderError(folder, "has no .rq file", hint="Each question is one .rq file.")
    questions: dict[str, Question] = {}
    for path in paths:
        question = parse_question(path)
        other = questions.setdefault(question.id.casefold(), question)
        if other is not question:
            raise SourceError(path, f"the id {question.id} is that of {other.name}.rq too")
    return tuple(questions.values())


def parse_question(path: Path) -> Question:
    """Return the question of one file. Raises SourceError, with the line, for a malformed head."""
    head, text = read_query_file(
        path,
        required=("id", "title", "question"),
        optional=("theme", "words", "asks", "finding", "note", "expect"),
        repeatable=("answer", "parameter"),
    )
    order = head.get("expect", "unordered")
    if order not in ("ordered", "unordered"):
        raise SourceError(path, f"'# expect: {order}' is neither ordered nor unordered")
    return Question(
        id=head["id"],
        name=path.stem,
        title=head["title"],
        question=head["question"],
        note=head.get("note", ""),
        ordered=order == "ordered",
        expected=tuple(
            tuple(cell.strip() for cell in answer.split(_COLUMN_MARK))
            for answer in head.get("answer", "").splitlines()
        ),
        query=text,
        theme=head.get("theme", ""),
        words=head.get("words", ""),
        asks=head.get("asks", ""),
        finding=head.get("finding", ""),
        parameters=tuple(_read_parameters(path, head, text)),
    )


def _read_parameters(path: Path, head: Mapping[str, str], text: str) -> Iterator[Parameter]:
    for line in head.get("parameter", "").splitlines():
        try:
            parameter = parse_parameter(line)
        except ValueError as error:
            raise SourceError(path, f"'# parameter: {line}' {error}") from error
        if not default_stands_in(text, parameter):
            hint = "The query has it once, as VALUES ?name { default }."
            problem = f"the default of the parameter {parameter.name!r} is not that of the query"
            raise SourceError(path, problem, hint=hint)
        if f"{{{parameter.name}}}" not in head.get("asks", ""):
            raise SourceError(path, f"'# asks:' does not name the parameter {parameter.name!r}")
        yield parameter


def find_question(name: str, questions: Iterable[Question] | None = None) -> Question:
    """Return the question that `name` means: an id in any case, a file's name, or its slug.

    Raises UnknownQuestionError, whose hint names the nearest ones.
    """
    by_name: dict[str, Question] = {}
    for question in load_questions() if questions is None else questions:
        for key in (question.id, question.name, question.slug):
            by_name.setdefault(key.casefold(), question)
    wanted = name.strip().casefold().removesuffix(".rq")
    if wanted in by_name:
        return by_name[wanted]
    near = difflib.get_close_matches(wanted, by_name, n=3, cutoff=0.5)
    names = dict.fromkeys(by_name[key].name for key in near)
    raise UnknownQuestionError(
        name,
        dict.fromkeys(question.id for question in by_name.values()),
        hint=f"Did you mean {' or '.join(names)}?" if names else "'cstokg ask' lists them.",
    )


def ask_question(question: Question, dataset: Dataset) -> SelectResult | BooleanResult:
    """Return the dataset's answer. Raises SourceError for a question that answers with a graph."""
    result = dataset.query(question.query)
    if result.kind == "graph":
        raise SourceError(
            f"{question.name}.rq", "answers with a graph; only SELECT and ASK do here"
        )
    return result


def check_question(question: Question, dataset: Dataset) -> Check:
    """Compare the dataset's answer with the expected one, row by row.

    A literal counts by its text; an IRI by the IRI, its prefixed name or its English label,
    whichever is expected; an unbound variable is an empty text.
    """
    result = ask_question(question, dataset)
    if isinstance(result, BooleanResult):
        rows: tuple[Row, ...] = (("true" if result else "false",),)
    else:
        wanted = {cell for row in question.expected for cell in row}
        rows = tuple(tuple(_cell(term, wanted, dataset) for term in row) for row in result)
    got, due = Counter(rows), Counter(question.expected)
    return Check(
        question=question,
        rows=rows,
        missing=tuple((due - got).elements()),
        unexpected=tuple((got - due).elements()),
    )


def _cell(term: Node | None, wanted: set[str], dataset: Dataset) -> str:
    if term is None:
        return ""
    text = str(term)
    if text in wanted or not text.startswith("http"):
        return text
    if (short := compact(text)) in wanted:
        return short
    labels = dataset.select(
        f'SELECT ?label {{ <{text}> rdfs:label ?label FILTER(LANG(?label) = "en") }}'
    )
    return next((str(label) for (label,) in labels if str(label) in wanted), short)
