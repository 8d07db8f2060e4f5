"""Who makes each claim: for titles, lists and hits, which must not tell it as a fact."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cstokg.analysis.claims.records import byline
from cstokg.analysis.lookup import Lookup
from cstokg.namespaces import in_brackets
from cstokg.quality.query_files import read_query
from cstokg.rdf.dates import when_in_words
from cstokg.web.pages.names import label
from cstokg.web.site import Site, current_site


@dataclass
class _Act:
    """Who says something in a statement, or in the text of a source; `date` is in EDTF."""

    date: str
    speakers: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)

    @property
    def when(self) -> str:
        return when_in_words(self.date)


@dataclass
class _Voices:
    is_claim: bool
    acts: dict[str, _Act] = field(default_factory=dict)
    """By the statement; that of the source, which has none, comes last."""


def byline_of(iri: str) -> str:
    """Return in words who claims what, and when; empty for what is no claim."""
    found = _voices(iri)
    if found is None or not found.is_claim:
        return ""
    stated = [act for statement, act in found.acts.items() if statement]
    return byline(stated or found.acts.values(), label)


def speakers_of(iri: str) -> tuple[str, ...]:
    """Return who makes a claim or a statement, empty for all else."""
    found = _voices(iri)
    acts = found.acts.values() if found else ()
    return tuple(dict.fromkeys(who for act in acts for who in act.speakers))


def is_claimed(iri: str) -> bool:
    """Return True if `iri` is a claim."""
    found = _voices(iri)
    return found is not None and found.is_claim


def _voices(iri: str) -> _Voices | None:
    return current_site().once(_lookup).get(str(iri))


def _lookup(site: Site) -> Lookup[_Voices]:
    def read(iris: Sequence[str]) -> dict[str, _Voices]:
        found: dict[str, _Voices] = {}
        chosen = f"VALUES ?node {{ {in_brackets(iris)} }}"
        query = read_query(__file__, "speakers", chosen=chosen)
        for node, is_claim, statement, who, unnamed, date in site.service.select(query).texts:
            voices = found.setdefault(node, _Voices(is_claim == "true"))
            act = voices.acts.setdefault(statement, _Act(date))
            act.speakers.append(who)
            if unnamed:
                act.unnamed.append(who)
        return found

    return Lookup(read, site.near)
