"""The views of particular classes: a debate around claims, members over time, a timeline.

One query each, on top of those of every page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from string import Template
from typing import TYPE_CHECKING, Final, NamedTuple

from cstokg.namespaces import CKG, RESOURCE
from cstokg.web.pages.dates import day_in_words
from cstokg.web.pages.names import label, names
from cstokg.web.pages.timeline import Chart, Span, draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

    from cstokg.store import SelectResult
    from cstokg.web.pages.resource_view import Portrait
    from cstokg.web.site import Site

_REAL: Final = ("", RESOURCE + "actuality/actual", RESOURCE + "actuality/revealed")
_UNREALIZED: Final = RESOURCE + "actuality/unrealized"
_DRAWN: Final = 40
"""How many bars a chart has at most; the table has all."""

_DEBATE: Final = Template("""
SELECT ?claim ?claimLabel ?relation ?other ?label ?by ?byLabel ?mode ?written WHERE {
  $claims
  OPTIONAL { ?claim rdfs:label ?claimLabel }
  OPTIONAL {
    {
      VALUES ?relation { ckg:contradicts ckg:supports ckg:supportedBy }
      ?claim ?relation ?other
      OPTIONAL { ?other ckg:assertedBy ?by }
    } UNION {
      ?other ckg:expresses ?claim
      BIND(ckg:expressedIn AS ?relation)
      OPTIONAL { ?other ckg:speaker ?by }
      OPTIONAL { ?other ckg:stance ?mode }
      OPTIONAL { ?other ckg:date ?written }
    }
    OPTIONAL { ?other rdfs:label ?label }
    OPTIONAL { ?by rdfs:label ?byLabel }
  }
}
ORDER BY ?claim ?relation ?written ?other
""")

_BOUNDS: Final = """
  OPTIONAL { ?node ckg:beginEarliest ?beginEarliest }
  OPTIONAL { ?node ckg:beginLatest ?beginLatest }
  OPTIONAL { ?node ckg:endEarliest ?endEarliest }
  OPTIONAL { ?node ckg:endLatest ?endLatest }
  OPTIONAL { ?node ckg:dateEarliest ?dateEarliest }
  OPTIONAL { ?node ckg:dateLatest ?dateLatest }
"""
_SPANS: Final = (
    "SELECT ?node ?label ?subject ?subjectLabel ?mode ?written"
    " ?beginEarliest ?beginLatest ?endEarliest ?endLatest ?dateEarliest ?dateLatest WHERE {"
)
_NAMES: Final = """
  OPTIONAL { ?node rdfs:label ?label }
  OPTIONAL { ?node ckg:actuality|ckg:stance ?mode }
  OPTIONAL { ?node ckg:date|ckg:begin ?written }
}
"""
_MEMBERS: Final = Template(f"""
{_SPANS}
  ?node ckg:organization|ckg:treaty <$iri> ; ckg:member|ckg:party ?subject
  OPTIONAL {{ ?subject rdfs:label ?subjectLabel }}
{_BOUNDS}{_NAMES}
""")
_TIMELINE: Final = Template(f"""
{_SPANS}
  ?node ckg:involves|ckg:speaker|ckg:member <$iri> .
{_BOUNDS}
  FILTER(BOUND(?beginEarliest) || BOUND(?beginLatest) || BOUND(?endEarliest)
         || BOUND(?endLatest) || BOUND(?dateEarliest) || BOUND(?dateLatest))
{_NAMES}
""")


class Party(NamedTuple):
    """A claim or statement that stands in some relation to a claim, and who is behind it."""

    iri: str
    mode: str
    written: str
    by: tuple[str, ...]


@dataclass
class Debate:
    """A claim with both its sides, and the statements that express it."""

    claim: str
    expressed_in: list[Party] = field(default_factory=list)
    contradicts: list[Party] = field(default_factory=list)
    supports: list[Party] = field(default_factory=list)
    supported_by: list[Party] = field(default_factory=list)


class Held(NamedTuple):
    """A thing in time: what the chart shows of it, in words."""

    iri: str
    subject: str
    mode: str
    written: str
    days: tuple[str, ...]
    """The earliest and latest beginning, the earliest and latest end; empty where unknown."""


@dataclass(frozen=True)
class Timeline:
    """Things in time, as a chart (None where there is nothing to draw) and as rows."""

    chart: Chart | None
    rows: tuple[Held, ...]


@dataclass(frozen=True)
class Views:
    """The particular views of one thing; empty where it has none."""

    debates: tuple[Debate, ...] = ()
    members: Timeline | None = None
    timeline: Timeline | None = None


def view(site: Site, portrait: Portrait) -> Views:
    """Return the views that the classes of `portrait` have."""
    iri = portrait.iri
    if portrait.is_a("Statement"):
        return Views(debates=_debates(site, f"<{iri}> ckg:expresses ?claim ."))
    if portrait.is_a("Claim"):
        return Views(debates=_debates(site, f"VALUES ?claim {{ <{iri}> }}"))
    members = timeline = None
    if portrait.is_a("Organization", "Treaty"):
        members = _timeline(site, _MEMBERS.substitute(iri=iri), by_subject=True)
    if portrait.is_a("State", "Person", "Organization"):
        timeline = _timeline(site, _TIMELINE.substitute(iri=iri), by_subject=False)
    return Views(members=members, timeline=timeline)


def _debates(site: Site, claims: str) -> tuple[Debate, ...]:
    rows = site.select(_DEBATE.substitute(claims=claims))
    found: dict[str, Debate] = {}
    parties: dict[tuple[str, str, str], Party] = {}
    for claim, claim_label, relation, other, name, by, by_label, mode, written in rows:
        for iri, text in ((claim, claim_label), (other, name), (by, by_label)):
            names().learn(iri, text)
        found.setdefault(str(claim), Debate(str(claim)))
        if other is None:
            continue
        key = (str(claim), str(relation), str(other))
        behind = parties[key].by if key in parties else ()
        if by is not None and str(by) not in behind:
            behind = (*behind, str(by))
        parties[key] = Party(str(other), str(mode or ""), str(written or ""), behind)
    for (claim_iri, relation_iri, _), party in parties.items():
        debate = found[claim_iri]
        sides = {
            "expressedIn": debate.expressed_in,
            "contradicts": debate.contradicts,
            "supports": debate.supports,
            "supportedBy": debate.supported_by,
        }
        sides[relation_iri.removeprefix(CKG)].append(party)
    return tuple(found.values())


def _timeline(site: Site, query: str, *, by_subject: bool) -> Timeline | None:
    """Return the things in time that `query` finds, named by what they are or by their subject."""
    rows = {str(row[0]): row for row in _learned(site.select(query))}
    if not rows:
        return None
    spans: list[tuple[Span, Held]] = []
    for iri, row in rows.items():
        _, _, subject, _, mode, written = (str(term or "") for term in row[:6])
        bounds = [_day(term) for term in row[6:]]
        # An event is at its date: both its beginning and its end.
        begin, end = (bounds[0], bounds[1]), (bounds[2], bounds[3])
        if bounds[4] or bounds[5]:
            begin = end = (bounds[4], bounds[5])
        name = label(subject if by_subject else iri)
        span = Span(name, *begin, *end, real=mode in _REAL or "/stance/" in mode)
        if begin == end:
            span = Span(name, begin[0], None, None, begin[1], real=span.real)
        days = tuple(day_in_words(day) if day else "" for day in (*begin, *end))
        spans.append((span, Held(iri, subject, mode, written, days)))
    spans.sort(key=lambda each: (min(each[0].days, default=date.max), each[0].name))
    # What did not come about has no place in time; the table says so.
    drawn = [span for span, held in spans if held.mode != _UNREALIZED]
    return Timeline(draw(drawn[:_DRAWN]), tuple(held for _, held in spans))


def _learned(rows: SelectResult) -> Iterator[tuple[Node | None, ...]]:
    for row in rows:
        names().learn(row[0], row[1])
        names().learn(row[2], row[3])
        yield row


def _day(term: Node | None) -> date | None:
    try:
        return date.fromisoformat(str(term))
    except ValueError:
        return None
