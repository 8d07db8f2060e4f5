"""The source's passages: which of them a copy of the text has, and which facts rest on them.

A passage is a stretch of a source document by its offsets, with a hash of the text there (Web
Annotation, 4.2.4 Text Position Selector). Offsets count Unicode code points of the file, decoded
from UTF-8, its line ends untouched; the end is exclusive. The text is only read, never kept.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from cstokg.dataset.query_service import QueryService
from cstokg.errors import MissingFileError, SourceError
from cstokg.namespaces import SOURCE_GRAPHS, compact, in_brackets
from cstokg.quality.query_files import read_query

DOCUMENT_HASHES: Final = (
    "SELECT ?document ?hash { ?document a ckg:SourceDocument ; ckg:sha256 ?hash }"
)
"""A query for the hash of each source document's whole text."""
# Only what the data files say counts: a derived evidence link would count one fact twice.
EVIDENCE: Final = f"""
SELECT DISTINCT ?passage ?node WHERE {{
  GRAPH ?source {{ ?node ckg:evidence ?passage }}
  FILTER(STRSTARTS(STR(?source), "{SOURCE_GRAPHS}"))
}}
ORDER BY ?passage ?node
"""
"""A query for what rests on each passage."""
LINE_END: Final = re.compile(r"\r\n?|\n")
"""What ends a paragraph: the line ends of Unix, of Windows and of old Macs."""
_FARTHEST_MOVE: Final = 400
"""How many characters away from its place a passage is still searched for."""


@dataclass(frozen=True)
class Passage:
    """A stretch of a source document, from `start` to before `end` in Unicode code points.

    `paragraph` is a line of the document and `sentence` its place there, both from 1; 0 where the
    data do not say. `carries_fact` is false for page furniture.
    """

    iri: str
    document: str
    start: int
    end: int
    sha256: str
    paragraph: int
    sentence: int
    carries_fact: bool

    @property
    def place(self) -> str:
        """Where the passage stands, for a person: `paragraph 3, sentence 2`."""
        sentence = f", sentence {self.sentence}" if self.sentence else ""
        return f"paragraph {self.paragraph}{sentence}"

    def matches(self, text: str, moved: int = 0) -> bool:
        """Return True if `text` has the passage `moved` characters after its place."""
        start, end = self.start + moved, self.end + moved
        if start < 0 or end > len(text):
            return False
        return _hash(text[start:end]) == self.sha256


@dataclass(frozen=True)
class Difference:
    """A passage or a phrase that a copy of the text does not have as the data say."""

    kind: Literal["changed", "moved", "phrase", "uncovered"]
    iri: str
    place: str
    problem: str


@dataclass(frozen=True)
class SourceCheck:
    """How a copy of a source document compares with the passages of the dataset.

    `cause` is the likely reason of the differences, empty where there is none to name. `note`
    says what differs outside all passages, which does no harm.
    """

    path: str
    document: str
    passages: int
    matching: int
    phrases: int
    differences: tuple[Difference, ...]
    cause: str
    note: str

    @property
    def ok(self) -> bool:
        """Return True if every passage and every phrase stands where the data say."""
        return not self.differences


@dataclass(frozen=True)
class PassageCoverage:
    """Which nodes of the data have a passage as their evidence, by their IRIs."""

    passage: Passage
    resting: tuple[str, ...]

    @property
    def nodes(self) -> int:
        """How many they are."""
        return len(self.resting)

    @property
    def empty(self) -> bool:
        """Return True if the passage carries a fact, and no node rests on it."""
        return self.passage.carries_fact and not self.nodes


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def passages(dataset: QueryService, iris: Iterable[str] | None = None) -> tuple[Passage, ...]:
    """Return the passages of the dataset, or those of `iris`, by document and place."""
    chosen = "" if iris is None else f"VALUES ?passage {{ {in_brackets(iris)} }}"
    return tuple(
        Passage(
            iri=str(iri),
            document=str(document),
            start=int(str(start)),
            end=int(str(end)),
            sha256=str(digest),
            paragraph=int(str(paragraph or 0)),
            sentence=int(str(sentence or 0)),
            carries_fact=str(fact) not in {"false", "0"},
        )
        for iri, start, end, digest, paragraph, sentence, fact, document in dataset.select(
            read_query(__file__, "passages", chosen=chosen)
        )
    )


def coverage(dataset: QueryService) -> tuple[PassageCoverage, ...]:
    """Return for each passage which nodes the data files rest on it."""
    nodes: dict[str, list[str]] = {}
    for passage, node in dataset.select(EVIDENCE):
        nodes.setdefault(str(passage), []).append(str(node))
    return tuple(
        PassageCoverage(each, tuple(nodes.get(each.iri, ()))) for each in passages(dataset)
    )


def check_source(dataset: QueryService, path: Path) -> SourceCheck:
    """Compare a copy of a source document with the passages and phrases of the dataset.

    Where the dataset has several documents, the copy counts as the one that it matches best.
    Raises MissingFileError, and SourceError where the file is not UTF-8.
    """
    text = read_text(path)
    document, expected = _best_document(text, passages(dataset))
    found = {each.iri: _find(each, text) for each in expected}
    matching = sum(moved == 0 for moved in found.values())
    passage_of = {each.iri: each for each in expected}
    phrases = list(_compared_phrases(dataset, passage_of, found, text))
    cause = _likely_cause(text, expected, matching)
    return SourceCheck(
        path=str(path),
        document=document,
        passages=len(expected),
        matching=matching,
        phrases=len(phrases),
        differences=(
            *(_difference(each, found[each.iri]) for each in expected if found[each.iri] != 0),
            *_uncovered(text, expected, found),
            *filter(None, phrases),
        ),
        cause=cause,
        note="" if cause else _note(dataset, document, text),
    )


def read_text(path: Path) -> str:
    """Return a text as it stands in its file. Raises MissingFileError, or SourceError."""
    if not path.is_file():
        raise MissingFileError(path, hint="Give the text file of the article.")
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(
            path,
            f"is not UTF-8: byte {error.start} cannot be read",
            hint="Save the text as UTF-8; passages count its Unicode characters.",
        ) from error


def _best_document(text: str, known: tuple[Passage, ...]) -> tuple[str, tuple[Passage, ...]]:
    documents = {each.document: [p for p in known if p.document == each.document] for each in known}
    if not documents:
        raise SourceError("data", "no passage in the dataset", hint="See 'cstokg info'.")
    best = max(documents, key=lambda iri: _likeness(text, documents[iri]))
    return best, tuple(documents[best])


def _likeness(text: str, expected: Sequence[Passage]) -> int:
    """Return how many passages a text has once it is repaired, or, of none, how many moved."""
    _, count = _repair(text, expected)
    return count or sum(_find(each, text) is not None for each in expected)


def _find(passage: Passage, text: str) -> int | None:
    """Return how many characters after its place the passage stands, None where it is not near."""
    nearest_first = sorted(range(-_FARTHEST_MOVE, _FARTHEST_MOVE + 1), key=abs)
    return next((moved for moved in nearest_first if passage.matches(text, moved)), None)


def _difference(passage: Passage, moved: int | None) -> Difference:
    if moved is None:
        problem = f"the text of characters {passage.start} to {passage.end} differs"
        return Difference("changed", passage.iri, passage.place, problem)
    problem = f"stands {abs(moved)} characters {'later' if moved > 0 else 'earlier'}"
    return Difference("moved", passage.iri, passage.place, problem)


def _uncovered(
    text: str, expected: Iterable[Passage], found: Mapping[str, int | None]
) -> Iterator[Difference]:
    """Yield the stretches of `text` that no passage covers, if every passage stands in its place.

    Otherwise they only say once more what the passages say.
    """
    if any(moved != 0 for moved in found.values()):
        return
    bare = list(text)
    for passage in expected:
        bare[passage.start : passage.end] = " " * (passage.end - passage.start)
    for stretch in re.finditer(r"\S(?:[^\n\r]*\S)?", "".join(bare)):
        line = len(LINE_END.findall(text, 0, stretch.start())) + 1
        problem = f"characters {stretch.start()} to {stretch.end()} belong to no passage"
        yield Difference("uncovered", "", f"paragraph {line}", problem)


def _compared_phrases(
    dataset: QueryService,
    expected: Mapping[str, Passage],
    found: Mapping[str, int | None],
    text: str,
) -> Iterator[Difference | None]:
    """Yield, for each phrase that the `expected` or no passages are evidence for, what differs.

    Nothing can be said of a phrase where a passage of its node is in another document or not found.
    """
    for node, name, phrase, evidence in dataset.select(read_query(__file__, "phrases")):
        iris = sorted(str(evidence or "").split())
        here = [expected[iri] for iri in iris if iri in expected]
        if iris and not here:
            continue
        moves = [(each, found[each.iri]) for each in here]
        if len(here) < len(iris) or any(
            moved is None or str(phrase) in text[each.start + moved : each.end + moved]
            for each, moved in moves
        ):
            yield None
        else:
            place = "; ".join(each.place for each in here) or "no passage"
            problem = f"{compact(str(name))} {str(phrase)!r} is not in the evidence of the node"
            yield Difference("phrase", str(node), place, problem)


_REPAIRS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("it begins with a byte order mark (BOM)", lambda text: text.removeprefix("\ufeff")),
    ("its lines end with CR LF (Windows) in place of LF", lambda text: text.replace("\r\n", "\n")),
    (
        "its accented letters are decomposed (Unicode NFD in place of NFC)",
        lambda text: unicodedata.normalize("NFC", text),
    ),
    ("it begins with empty lines or spaces", lambda text: text.lstrip()),
)
"""What editors and downloads do to a text, and what undoes it, in the order of undoing."""


def _likely_cause(text: str, expected: tuple[Passage, ...], matching: int) -> str:
    if matching == len(expected):
        return ""
    causes, best = _repair(text, expected)
    if best > matching:
        return " and ".join(causes)
    if matching == 0 and all(_find(each, text) is None for each in expected):
        return "it is not the same text"
    return "it was edited, or is another version of the text"


def _repair(text: str, expected: Sequence[Passage]) -> tuple[list[str], int]:
    """Return what may have been done to a text, and how many passages it has without that."""
    causes = []
    best = sum(each.matches(text) for each in expected)
    for cause, repair in _REPAIRS:
        candidate = repair(text)
        count = sum(each.matches(candidate) for each in expected)
        # One repair may bear fruit only after the next, so that it is enough to do no harm.
        if candidate != text and count >= best:
            text, best = candidate, count
            causes.append(cause)
    return causes, best


def _note(dataset: QueryService, document: str, text: str) -> str:
    """Say what differs outside the passages, such as an empty line at the end."""
    hashes = {str(iri): str(digest) for iri, digest in dataset.select(DOCUMENT_HASHES)}
    if hashes.get(document) in (None, _hash(text)):
        return ""
    bare = text.rstrip("\n")
    same = hashes[document] in (_hash(bare), _hash(f"{bare}\n"))
    what = "the line end at the end of the file" if same else "spaces or line ends between passages"
    return f"The file as a whole differs from the one the data were made from: {what}."
