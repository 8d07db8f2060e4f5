"""The sources by their paragraphs and sentences, without their words, and what rests on each."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Final

from cstokg.analysis.answer import Answer, Cells, Column, make_answer
from cstokg.dataset.query_service import QueryService
from cstokg.errors import ParameterError
from cstokg.namespaces import RESOURCE
from cstokg.quality.passages import DOCUMENT_HASHES, EVIDENCE, PassageCoverage, coverage

_SOURCE: Final = f"{RESOURCE}source/"
_PLACE: Final = ("paragraph", "sentence", "start", "end", "sha256")
_FURNITURE: Final = "page furniture"
EMPTY: Final = "NO FACT RESTS ON IT"
"""The remark on a sentence that should carry a fact, and carries none."""


@dataclass(frozen=True)
class SourceCoverage:
    """A document, the hash of its whole text (empty where unknown), and its sentences."""

    document: str
    sha256: str
    sentences: tuple[PassageCoverage, ...]

    @property
    def slug(self) -> str:
        """The name of the source in addresses."""
        return self.document.removeprefix(_SOURCE)

    @property
    def paragraphs(self) -> dict[int, tuple[PassageCoverage, ...]]:
        """The sentences of each paragraph by its number, from 1."""
        groups = groupby(self.sentences, lambda each: each.passage.paragraph)
        return {number: tuple(sentences) for number, sentences in groups}


def source_coverage(dataset: QueryService, slug: str = "") -> tuple[SourceCoverage, ...]:
    """Return the sources with what rests on their sentences, or the one of a slug.

    Raises ParameterError, which lists the sources, where none has the slug.
    """
    hashes = dict(dataset.select(DOCUMENT_HASHES).texts)
    groups = groupby(coverage(dataset), lambda each: each.passage.document)
    known = [SourceCoverage(iri, hashes.get(iri, ""), tuple(found)) for iri, found in groups]
    chosen = tuple(each for each in known if slug in ("", each.slug))
    if slug and not chosen:
        hint = f"Those that there are: {', '.join(each.slug for each in known) or 'none'}."
        raise ParameterError("source", f"no source is called {slug[:80]!r}", hint=hint)
    return chosen


def to_answer(found: Sequence[SourceCoverage], name_of: Callable[[str], str]) -> Answer:
    """Return the answer for people, a row for each sentence; `name_of` has the labels of IRIs."""
    of = f": {name_of(found[0].document)}" if len(found) == 1 else " of the sources"
    cells: Cells[PassageCoverage] = {
        Column("source", "Source", "nodes", brief=len(found) > 1): attrgetter("passage.document"),
        Column("passage", "Sentence", "nodes"): attrgetter("passage.iri"),
        Column("nodes", "Nodes that rest on it"): attrgetter("nodes"),
        Column("remark", "Remark"): _remark,
    }
    for name in _PLACE:
        cells[Column(name, name.capitalize(), brief=False)] = attrgetter(f"passage.{name}")
    cells[Column("resting", "What rests on it", "nodes", brief=False)] = attrgetter("resting")
    sentences = [each for source in found for each in source.sentences]
    title = f"What rests on each sentence{of}"
    answer = make_answer(title, sentences, cells, EVIDENCE.strip())
    remarks = Counter(map(_remark, sentences))
    finding = f"{len(sentences)} passages: {remarks['']} with facts, "
    finding += f"{remarks[_FURNITURE]} {_FURNITURE}, {remarks[EMPTY]} empty"
    return replace(answer, finding=finding)


def _remark(sentence: PassageCoverage) -> str:
    return EMPTY if sentence.empty else "" if sentence.passage.carries_fact else _FURNITURE
