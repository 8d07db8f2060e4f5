"""A first `passages.ttl` for a new source: a plain text cut into sentences, with their hashes.

The cuts are a proposal to be read through: a full stop after an abbreviation that is not in
`ABBREVIATIONS` ends a sentence too early. Offsets count as in `cstokg.quality.passages`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cstokg.errors import SourceError
from cstokg.namespaces import CKG, PREFIXES, RESOURCE, SLUG
from cstokg.quality.passages import LINE_END

ABBREVIATIONS: Final = frozenset(
    {"Col", "Dr", "Gen", "Gov", "Lt", "Mr", "Mrs", "Ms", "Prof", "Rep", "Sen", "St"}
    | {"U.K", "U.N", "U.S", "cf", "e.g", "etc", "i.e", "vs"}
)
_END: Final = re.compile(r"[.?!…][\"\u201d\u2019\u00bb)\]]*(?=\s|$)")
_LAST_WORD: Final = re.compile(r"([\w.]+)\.$")


@dataclass(frozen=True)
class Stretch:
    """One sentence of a text: its line and place in it, from 1, and its code points."""

    paragraph: int
    sentence: int
    start: int
    end: int
    sha256: str


def split_sentences(text: str) -> Iterator[Stretch]:
    """Yield the sentences of a text that has one paragraph a line; empty lines have none.

    A byte order mark counts as a code point of the file, and belongs to no sentence.
    """
    offset = len(text) - len(text.removeprefix("\ufeff"))
    ends = [*LINE_END.finditer(text), None]
    for paragraph, line_end in enumerate(ends, start=1):
        line = text[offset : line_end.start() if line_end else None]
        for number, (start, end) in enumerate(_spans(line), start=1):
            digest = sha256(line[start:end].encode()).hexdigest()
            yield Stretch(paragraph, number, offset + start, offset + end, digest)
        offset = line_end.end() if line_end else offset


def _spans(line: str) -> Iterator[tuple[int, int]]:
    start = len(line) - len(line.lstrip())
    for mark in _END.finditer(line):
        word = _LAST_WORD.search(line[start : mark.end()])
        if word and word[1] in ABBREVIATIONS:
            continue
        yield start, mark.end()
        start = mark.end() + len(line[mark.end() :]) - len(line[mark.end() :].lstrip())
    if end := len(line.rstrip()[start:]):
        yield start, start + end


def passages_turtle(stretches: Iterable[Stretch], slug: str) -> str:
    """Return the Turtle of one `ckg:Passage` for each stretch of the source `slug`.

    Every passage is taken for a body sentence that carries a fact; change `ckg:passageKind` and
    `ckg:carriesFact` where it is not. Raises SourceError for a slug that cannot stand in an IRI,
    and for a text without a sentence.
    """
    if not SLUG.fullmatch(slug):
        hint = "Use small letters, digits and single hyphens, such as 'scepanovic-2024'."
        raise SourceError(slug, "cannot be a source's slug", hint=hint)
    blocks = [_passage(stretch, slug) for stretch in stretches]
    if not blocks:
        raise SourceError(slug, "the text has no sentence")
    prefixes = ("ckg", "dcterms", "oa", "owl", "passage", "passage-kind", "rdfs", "source")
    head = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in prefixes)
    ontology = f"""
<{RESOURCE.removesuffix("id/")}data/{slug}/passages>
    a owl:Ontology ;
    rdfs:label "The sentences of {slug} as stretches of its text"@en ;
    dcterms:title "The sentences of {slug} as stretches of its text"@en ;
    dcterms:description "Each sentence by its offsets and its hash; the text is not here."@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    owl:imports <{CKG.removesuffix("#")}> ;
    owl:imports <{CKG.removesuffix("#")}/schemes> ;
.
"""
    return "\n".join([head + ontology, *blocks])


def _passage(stretch: Stretch, slug: str) -> str:
    return f"""\
passage:{slug}-p{stretch.paragraph:02d}-s{stretch.sentence}
    a ckg:Passage ;
    a owl:NamedIndividual ;
    rdfs:label "paragraph {stretch.paragraph}, sentence {stretch.sentence}"@en ;
    ckg:carriesFact true ;
    ckg:paragraph {stretch.paragraph} ;
    ckg:passageKind passage-kind:body ;
    ckg:passageOf source:{slug} ;
    ckg:sentence {stretch.sentence} ;
    ckg:sha256 "{stretch.sha256}" ;
    oa:end {stretch.end} ;
    oa:start {stretch.start} ;
.
"""
