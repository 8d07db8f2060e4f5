"""The views of particular classes: a debate around claims, members over time, a timeline.

One query each, on top of those of every page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from string import Template
from typing import TYPE_CHECKING, Final, NamedTuple

from cstokg.analysis.timeline import Period, Timeline, draw
from cstokg.namespaces import CKG, RESOURCE
from cstokg.rdf.dates import day_in_words, read_day
from cstokg.web.pages.names import label

if TYPE_CHECKING:
    from cstokg.web.pages.resource_view import ResourceView
    from cstokg.web.site import Site

_REAL: Final = ("", RESOURCE + "actuality/actual", RESOURCE + "actuality/revealed")
_UNREALIZED: Final = RESOURCE + "actuality/unrealized"
_DRAWN: Final = 40
"""How many bars a timeline has at most; the table has all rows."""

_DEBATE: Final = Template("""
SELECT ?claim ?relation ?other ?by ?mode ?written WHERE {
  $claims
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
  }
}
ORDER BY ?claim ?relation ?written ?other ?by
""")

_DAYS: Final = (
    *("beginEarliest", "beginLatest", "endEarliest", "endLatest"),
    *("dateEarliest", "dateLatest"),
)
_PERIODS: Final = f"SELECT ?node ?subject ?mode ?{' ?'.join(_DAYS)} WHERE {{"
_BOUNDS: Final = "".join(
    f"  OPTIONAL {{ ?node {path} ?{name} }}\n"
    for name, path in (("mode", "ckg:actuality|ckg:stance"), *((n, f"ckg:{n}") for n in _DAYS))
)
_MEMBERS: Final = Template(f"""{_PERIODS}
  ?node ckg:organization|ckg:treaty <$iri> ; ckg:member|ckg:party ?subject
{_BOUNDS}}}
""")
_TIMELINE: Final = Template(f"""{_PERIODS}
  ?node ckg:involves|ckg:speaker|ckg:member <$iri> .
{_BOUNDS}
  FILTER({" || ".join(f"BOUND(?{name})" for name in _DAYS)})
}}
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


class TimelineRow(NamedTuple):
    """A thing in time: what the timeline shows of it, in words."""

    iri: str
    subject: str
    mode: str
    days: tuple[str, ...]
    """The earliest and latest beginning, the earliest and latest end; empty where unknown."""


@dataclass(frozen=True)
class TimelineView:
    """Things in time, drawn (None where there is nothing to draw) and as rows."""

    drawing: Timeline | None
    rows: tuple[TimelineRow, ...]


@dataclass(frozen=True)
class ClassViews:
    """The particular views of one thing; empty where it has none."""

    debates: tuple[Debate, ...] = ()
    members: TimelineView | None = None
    timeline: TimelineView | None = None


def load_class_views(site: Site, resource: ResourceView) -> ClassViews:
    """Return the views that the classes of `resource` have."""
    iri = resource.iri
    if resource.is_a("Statement"):
        return ClassViews(debates=_debates(site, f"<{iri}> ckg:expresses ?claim ."))
    if resource.is_a("Claim"):
        return ClassViews(debates=_debates(site, f"VALUES ?claim {{ <{iri}> }}"))
    members = timeline = None
    if resource.is_a("Organization", "Treaty"):
        members = _timeline(site, _MEMBERS.substitute(iri=iri))
    if resource.is_a("State", "Person", "Organization"):
        timeline = _timeline(site, _TIMELINE.substitute(iri=iri))
    return ClassViews(members=members, timeline=timeline)


def _debates(site: Site, claims: str) -> tuple[Debate, ...]:
    found: dict[str, Debate] = {}
    parties: dict[tuple[str, str, str], Party] = {}
    for claim, relation, other, by, mode, written in site.select(_DEBATE.substitute(claims=claims)):
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


def _timeline(site: Site, query: str) -> TimelineView | None:
    """Return the things in time that `query` finds, drawn under their subject's name if any."""
    periods: list[tuple[Period, TimelineRow]] = []
    for iri, row in {str(row[0]): row[1:] for row in site.select(query)}.items():
        subject, mode = (str(term or "") for term in row[:2])
        first, by, until, last, date_earliest, date_latest = map(read_day, row[2:])
        real = mode in _REAL or "/stance/" in mode
        bounds = (first, by, until, last)
        if date_earliest or date_latest:  # an event is at its date: it begins and ends then
            bounds = (date_earliest, date_latest) * 2
        days = tuple(day_in_words(day) if day else "" for day in bounds)
        if bounds[:2] == bounds[2:]:
            bounds = (bounds[0], None, None, bounds[3])
        period = Period(label(subject or iri), *bounds, real=real)
        periods.append((period, TimelineRow(iri, subject, mode, days)))
    if not periods:
        return None
    periods.sort(key=lambda each: (min(each[0].days, default=date.max), each[0].name))
    # What did not come about has no place in time; the table says so.
    drawn = [period for period, row in periods if row.mode != _UNREALIZED]
    return TimelineView(draw(drawn[:_DRAWN]), tuple(row for _, row in periods))
