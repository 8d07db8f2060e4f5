"""The sources by their paragraphs and sentences, without their words, and what rests on each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from cstokg.analysis.answer import Answer, Column
from cstokg.dataset.query_service import QueryService
from cstokg.errors import ParameterError
from cstokg.namespaces import RESOURCE
from cstokg.quality.passages import DOCUMENT_HASHES, EVIDENCE, PassageCoverage, coverage

_SOURCE: Final = f"{RESOURCE}source/"
_PLACE: Final = ("paragraph", "sentence", "start", "end", "sha256")
_REMARKS: Final = ("page furniture", "NO FACT RESTS ON IT")
_COLUMNS: Final = (
    Column("source", "Source", "nodes", brief=False),
    Column("passage", "Sentence", "nodes"),
    Column("nodes", "Nodes that rest on it"),
    Column("remark", "Remark"),
    *(Column(name, name.capitalize(), brief=False) for name in _PLACE),
    Column("resting", "What rests on it", "nodes", brief=False),
)


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
    hashes = {str(iri): str(digest) for iri, digest in dataset.select(DOCUMENT_HASHES)}
    groups = groupby(coverage(dataset), lambda each: each.passage.document)
    known = [SourceCoverage(iri, hashes.get(iri, ""), tuple(found)) for iri, found in groups]
    chosen = tuple(each for each in known if slug in ("", each.slug))
    if slug and not chosen:
        hint = f"Those that there are: {', '.join(each.slug for each in known) or 'none'}."
        raise ParameterError("source", f"no source is called {slug[:80]!r}", hint=hint)
    return chosen


def to_answer(found: Sequence[SourceCoverage], name_of: Callable[[str], str]) -> Answer:
    """Return the answer for people, a row for each sentence; `name_of` has the labels of IRIs."""
    rows = [_row(each) for source in found for each in source.sentences]
    furniture, empty = (sum(row["remark"] == text for row in rows) for text in _REMARKS)
    of = f": {name_of(found[0].document)}" if len(found) == 1 else " of the sources"
    source, *others = _COLUMNS
    return Answer(
        title=f"What rests on each sentence{of}",
        finding=f"{len(rows)} passages: {len(rows) - furniture - empty} with facts, "
        f"{furniture} page furniture, {empty} empty",
        columns=(replace(source, brief=len(found) > 1), *others),
        rows=rows,
        query=EVIDENCE.strip(),
        sources=tuple(each.document for each in found),
    )


def _row(sentence: PassageCoverage) -> dict[str, str]:
    passage = sentence.passage
    return {
        "source": passage.document,
        "passage": passage.iri,
        "nodes": str(sentence.nodes),
        "remark": _REMARKS[sentence.empty] if sentence.empty or not passage.carries_fact else "",
        **{name: str(getattr(passage, name)) for name in _PLACE},
        "resting": " ".join(sentence.resting),
    }
