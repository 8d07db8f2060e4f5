"""The views of particular classes: a debate around claims, bonds, members and events over time.

One question each, on top of those of every page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from string import Template
from typing import Final, NamedTuple

from cstokg.analysis.bonds.as_of import AsOf, BondAsOf, as_of
from cstokg.analysis.chronology import LANES, Entry, chronology, to_answer
from cstokg.analysis.timeline import TimeAxis, axis_of
from cstokg.errors import ParameterError
from cstokg.namespaces import CKG, RESOURCE, SOURCE_GRAPHS
from cstokg.quality.query_files import read_query
from cstokg.web.pages.names import reader
from cstokg.web.pages.resource_view import ResourceView
from cstokg.web.site import Site

_REAL: Final = ("", RESOURCE + "actuality/actual", RESOURCE + "actuality/revealed")
_DRAWN: Final = 60
"""How many lines of time a page has at most; the timeline's own page has all."""
_NEAR: Final = 8
"""How many things of the same matter are named at most."""

# What speaks of the same event or situation: two accounts of one matter share it.
_NEARBY: Final = Template(f"""
SELECT DISTINCT ?other WHERE {{
  GRAPH ?one {{ <$iri> ?property ?shared }}
  ?shared a ?kind .
  FILTER(?kind IN (ckg:Event, ckg:Situation))
  GRAPH ?two {{ ?other ?another ?shared }}
  FILTER(STRSTARTS(STR(?one), "{SOURCE_GRAPHS}") && STRSTARTS(STR(?two), "{SOURCE_GRAPHS}"))
  FILTER(?other != <$iri>)
}}
ORDER BY ?other
LIMIT {_NEAR}
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

    @property
    def iris(self) -> list[str]:
        """The claim, and all that is named on its sides."""
        sides = (self.expressed_in, self.contradicts, self.supports, self.supported_by)
        return [self.claim, *(party.iri for side in sides for party in side)]


class Request(NamedTuple):
    """Who asked for an event, by which approach, and how the source tells it; all IRIs."""

    who: str
    request: str
    basis: str


class Part(NamedTuple):
    """What is drawn on a line of time, in hundredths of it: a dot for a day, or a bar."""

    kind: str
    """A verdict, or `unreal` for what is not told as a fact."""
    x: float
    width: float
    is_day: bool = False


class Line(NamedTuple):
    """A thing in time: what is drawn of it, and what is told beside it."""

    iri: str
    parts: tuple[Part, ...]
    told: Mapping[str, str]


@dataclass(frozen=True)
class Chart:
    """Lines of time, and those of which no day is known."""

    axis: TimeAxis
    """From 0 to 100."""
    stop: date
    """The last day on which a source speaks."""
    lines: tuple[Line, ...]
    undated: tuple[Line, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True)
class ClassViews:
    """The particular views of one thing; empty where it has none."""

    debates: tuple[Debate, ...] = ()
    bonds: AsOf | None = None
    """To what it is bound."""
    members: AsOf | None = None
    """Who is bound to it."""
    members_chart: Chart | None = None
    timeline: Chart | None = None
    requests: tuple[Request, ...] = ()
    nearby: tuple[str, ...] = ()


def load_class_views(site: Site, resource: ResourceView) -> ClassViews:
    """Return the views that the classes of `resource` have."""
    iri = resource.iri
    nearby = tuple(str(row[0]) for row in site.select(_NEARBY.substitute(iri=iri)))
    if resource.is_a("Statement"):
        debates = _debates(site, f"<{iri}> ckg:expresses ?claim .")
        return ClassViews(debates=debates, nearby=nearby)
    if resource.is_a("Claim"):
        return ClassViews(debates=_debates(site, f"VALUES ?claim {{ <{iri}> }}"), nearby=nearby)
    requests: tuple[Request, ...] = ()
    if resource.is_a("Event"):
        rows = site.select(read_query(__file__, "requests", iri=iri))
        requests = tuple(Request(*(str(term or "") for term in row)) for row in rows)
    members = bonds = timeline = None
    if resource.is_a("Organization", "Treaty"):
        members = _as_of(site, of=iri)
    if resource.is_a("State", "Person", "Organization"):
        bonds = _as_of(site, state=iri)
        timeline = _timeline(site, iri, LANES[1:] if members else LANES)
    return ClassViews(
        bonds=bonds,
        members=members,
        members_chart=_members(members) if members else None,
        timeline=timeline,
        requests=requests,
        nearby=nearby,
    )


def _debates(site: Site, claims: str) -> tuple[Debate, ...]:
    found: dict[str, Debate] = {}
    parties: dict[tuple[str, str, str], Party] = {}
    for claim, relation, other, by, mode, written in site.select(
        read_query(__file__, "debate", claims=claims)
    ):
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


def _as_of(site: Site, *, of: str = "", state: str = "") -> AsOf | None:
    """Return the bonds of a thing as of the last day of the sources; None where none is told."""
    try:
        found = as_of(site, of=of, state=state, labels=reader().labels)
    except ParameterError:  # it has no name, or no source has a day
        return None
    return found if found.rows else None


def _members(found: AsOf) -> Chart | None:
    """Return the lines of those who are bound to a thing, as far as the source speaks."""
    if not found.changes:
        return None
    axis = axis_of([*found.changes, found.day], 0, 100)
    lines = (Line(row.party, tuple(_spells(row, axis, found.day)), {}) for row in found.rows)
    return Chart(axis, found.day, tuple(lines))


def _spells(row: BondAsOf, axis: TimeAxis, stop: date) -> Iterator[Part]:
    ends = [*(day for day, _ in row.spells[1:]), stop]
    for (begin, verdict), end in zip(row.spells, ends, strict=True):
        if verdict != "not" and begin < stop:
            yield _bar(axis, verdict.replace(" ", "-"), begin, min(end, stop))


def _timeline(site: Site, iri: str, lanes: tuple[str, ...]) -> Chart | None:
    """Return what involves a thing in the order of time, and what of it has no date."""
    found = chronology(site, [iri], lanes=lanes, labels=reader().labels)
    days = [day for entry in found.entries for day in _days(entry)]
    if not days:
        return None
    stop = found.source_ends or max(days)
    axis = axis_of([*days, stop], 0, 100)
    dated = [entry for entry in found.entries if entry.is_dated][:_DRAWN]
    undated = [entry for entry in found.entries if not entry.is_dated][:_DRAWN]
    shown = replace(found, entries=(*dated, *undated))
    lines = [
        Line(entry.iri, tuple(_parts(entry, axis, stop)), row)
        for entry, row in zip(shown.entries, to_answer(shown, site).rows, strict=True)
    ]
    is_cut = len(lines) < len(found.entries)
    return Chart(axis, stop, tuple(lines[: len(dated)]), tuple(lines[len(dated) :]), is_cut)


def _days(entry: Entry) -> Iterator[date]:
    yield from filter(None, (entry.earliest, entry.latest, *entry.ends))


def _parts(entry: Entry, axis: TimeAxis, stop: date) -> Iterator[Part]:
    """Iterate over what is drawn: where it may be, then where a bond certainly was."""
    is_bond = entry.lane == "bonds"
    is_real = entry.mode in _REAL or "/stance/" in entry.mode
    last = entry.ends[1] if is_bond else entry.latest
    if not is_bond and last and entry.earliest == last:
        yield Part("attested" if is_real else "unreal", axis.x(last), 0, is_day=True)
    elif entry.is_dated:
        kind = "open" if is_real else "unreal"
        yield _bar(axis, kind, entry.earliest or axis.first, last or stop)
    held = (entry.latest, entry.ends[0])
    if is_bond and is_real and held[0] and held[1] and held[0] <= held[1]:
        yield _bar(axis, "attested", held[0], held[1])


def _bar(axis: TimeAxis, kind: str, first: date, last: date) -> Part:
    x = axis.x(first)
    return Part(kind, x, round(max(axis.x(last) - x, 0), 2))
