"""What happened, was said and held when: the bonds, events and statements that involve somebody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from cstokg.analysis.answer import Answer, Column
from cstokg.namespaces import CKG
from cstokg.rdf.dates import day_in_words, in_words, read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from cstokg.analysis.labels import Queryable

LANES: Final = ("bonds", "events", "statements")
_CLASSES: Final = {
    "Membership": "bonds",
    "TreatyParticipation": "bonds",
    "ObserverStatus": "bonds",
    "OfficeHolding": "bonds",
    "Recognition": "bonds",
    "Leadership": "bonds",
    "Event": "events",
    "Statement": "statements",
}
_ENTRIES: Final = """
SELECT DISTINCT ?node ?class ?mode ?written ?first ?firstLatest ?last ?lastEarliest WHERE {{
  VALUES ?class {{ {classes} }}
  ?node a ?class ; ckg:evidence/ckg:passageOf ?source .
  {involved}
  {source}
  OPTIONAL {{ ?node ckg:actuality|ckg:stance ?mode }}
  OPTIONAL {{ ?node ckg:date ?date }}
  OPTIONAL {{ ?node ckg:begin ?begin }}
  OPTIONAL {{ ?node ckg:end ?end }}
  OPTIONAL {{ ?node ckg:dateEarliest|ckg:beginEarliest ?first }}
  OPTIONAL {{ ?node ckg:dateLatest|ckg:beginLatest ?firstLatest }}
  OPTIONAL {{ ?node ckg:endLatest ?last }}
  OPTIONAL {{ ?node ckg:endEarliest ?lastEarliest }}
  BIND(CONCAT(COALESCE(?date, ?begin, ""), IF(BOUND(?end), CONCAT(" ", ?end), "")) AS ?written)
}}
ORDER BY ?node
"""
INVOLVED: Final = (
    "FILTER(EXISTS {{ ?node ?any {0} }} || EXISTS {{ ?node ckg:expresses/ckg:about {0} }} "
    "|| EXISTS {{ ?node ?any ?group . ?group ckg:groupMember {0} }})"
)
_ORDER: Final = "SELECT DISTINCT ?later ?earlier { ?later ckg:follows ?earlier }"
_TIMES: Final = """
SELECT DISTINCT ?node ?first ?firstLatest {
  { ?node ckg:follows ?other } UNION { ?other ckg:follows ?node }
  OPTIONAL { ?node ckg:dateEarliest|ckg:beginEarliest ?first }
  OPTIONAL { ?node ckg:dateLatest|ckg:beginLatest ?firstLatest }
}
"""
_RESTS: Final = """
SELECT DISTINCT ?node ?property ?value {{
  VALUES ?node {{ {} }}
  {{ ?node ckg:evidence ?passage . BIND("sentences" AS ?property) BIND(?passage AS ?value) }}
  UNION {{ ?node ckg:evidence/ckg:passageOf ?value . BIND("source" AS ?property) }}
  UNION {{ ?node ckg:assertedBy|ckg:speaker ?value . BIND("voices" AS ?property) }}
}}
ORDER BY ?node ?property ?value
"""
_SOURCE_ENDS: Final = """
SELECT (MAX(?day) AS ?last) { ?source a ckg:SourceDocument ; ckg:dateEarliest ?day }
"""

COLUMNS: Final = (
    Column("when", "When"),
    Column("what", "What", "nodes"),
    Column("lane", "Kind"),
    Column("mode", "Is it so? What is done?", "nodes"),
    Column("voices", "Who says so", "nodes"),
    Column("sentences", "Sentences", "nodes"),
    Column("source", "Source", "nodes", brief=False),
    Column("earliest", "Not before", brief=False),
    Column("latest", "Not after", brief=False),
    Column("edtf", "EDTF", brief=False),
)


@dataclass(frozen=True)
class Entry:
    """One bond, event or statement, and the days between which it began or took place.

    `ends` are the days between which a bond ended. A day is None where nothing is known. `after`
    are the entries that it comes after; from these come the days of which `is_inferred` is True.
    """

    iri: str
    lane: str
    mode: str
    written: str
    earliest: date | None
    latest: date | None
    ends: tuple[date | None, date | None]
    after: tuple[str, ...] = ()
    is_inferred: bool = False

    @property
    def is_dated(self) -> bool:
        """Return True if any day is known of it."""
        return any((self.earliest, self.latest, *self.ends))


@dataclass(frozen=True)
class Chronology:
    """Entries in their order, dated ones first; the last day of which a source speaks."""

    entries: tuple[Entry, ...]
    source_ends: date | None
    query: str


def chronology(
    dataset: Queryable,
    involves: Iterable[str] = (),
    *,
    lanes: Collection[str] = LANES,
    modes: Collection[str] = (),
    first: date | None = None,
    last: date | None = None,
    undated: bool = True,
    source: str = "",
) -> Chronology:
    """Return what involves all of `involves`, IRIs, in the order of time.

    `modes` are the actualities and stances (as IRIs) that are wanted, `first` and `last` the days
    of the window; `undated` entries are left out if False. `source` is the IRI of a document.
    """
    classes = [f"ckg:{name}" for name, lane in _CLASSES.items() if lane in lanes]
    query = _ENTRIES.format(
        classes=" ".join(classes),
        involved="\n  ".join(INVOLVED.format(f"<{iri}>") for iri in involves),
        source=f"FILTER(?source = <{source}>)" if source else "",
    )
    entries: dict[str, Entry] = {}
    for node, kind, mode, written, *days in dataset.select(query):
        lane = _CLASSES[str(kind).removeprefix(CKG)]
        begin, begin_latest, end, end_earliest = (read_day(day) for day in days)
        entry = Entry(
            *(str(node), lane, str(mode or ""), str(written or ""), begin, begin_latest),
            (end_earliest, end),
        )
        entries.setdefault(entry.iri, entry)
    ordered = _in_order(_bounded(entries, dataset))
    kept = tuple(
        entry
        for entry in ordered
        if (undated or entry.is_dated)
        and (not modes or entry.mode in modes)
        and _is_within(entry, first, last)
    )
    ends = next((read_day(day) for (day,) in dataset.select(_SOURCE_ENDS)), None)
    return Chronology(kept, ends, query)


def to_answer(found: Chronology, dataset: Queryable, title: str) -> Answer:
    """Return the answer for people."""
    rests = _rests(dataset, [entry.iri for entry in found.entries])
    rows = []
    for entry in found.entries:
        row = {name: " ".join(values) for name, values in rests.get(entry.iri, {}).items()}
        row |= {
            "when": when(entry),
            "what": entry.iri,
            "lane": entry.lane.removesuffix("s"),
            "mode": entry.mode,
            "earliest": entry.earliest.isoformat() if entry.earliest else "",
            "latest": entry.latest.isoformat() if entry.latest else "",
            "edtf": entry.written.strip(),
        }
        rows.append(row)
    sources = dict.fromkeys(each for row in rows for each in row.get("source", "").split())
    return Answer(title, COLUMNS, rows, found.query, tuple(sources))


def when(entry: Entry) -> str:
    """Return the time of an entry in words."""
    words = "; until: ".join(filter(None, map(in_words, entry.written.split())))
    if words and not entry.is_inferred:
        return words
    known = []
    if entry.earliest:
        known.append(f"not before {day_in_words(entry.earliest)}")
    if entry.latest:
        known.append(f"not after {day_in_words(entry.latest)}")
    if not known:
        return words or "undated"
    if not entry.is_inferred:
        return ", ".join(known)
    return f"{words or 'undated'}; by what it comes after or before: {', '.join(known)}"


def _bounded(entries: Mapping[str, Entry], dataset: Queryable) -> dict[str, Entry]:
    """Return the entries with the days that follow from what comes before and after them.

    All nodes of the order count, those that are not shown as well.
    """
    pairs = [(str(later), str(earlier)) for later, earlier in dataset.select(_ORDER)]
    known = {iri: (entry.earliest, entry.latest) for iri, entry in entries.items()}
    for node, first, last in dataset.select(_TIMES):
        known.setdefault(str(node), (read_day(first), read_day(last)))
    changed = True
    while changed:
        changed = False
        for later, earlier in pairs:
            low, high = known.get(earlier, (None, None)), known.get(later, (None, None))
            # What comes later began no earlier; what comes earlier began no later.
            if low[0] and (high[0] is None or high[0] < low[0]):
                high, changed = (low[0], high[1]), True
            if high[1] and (low[1] is None or low[1] > high[1]):
                low, changed = (low[0], high[1]), True
            known[earlier], known[later] = low, high
    after: dict[str, list[str]] = {}
    for later, earlier in pairs:
        after.setdefault(later, []).append(earlier)
    return {
        iri: replace(
            entry,
            earliest=known[iri][0],
            latest=known[iri][1],
            after=tuple(after.get(iri, ())),
            is_inferred=known[iri] != (entry.earliest, entry.latest),
        )
        for iri, entry in entries.items()
    }


def _in_order(entries: Mapping[str, Entry]) -> list[Entry]:
    """Return the entries by their days, what comes after another behind it, the undated last."""

    def key(entry: Entry) -> tuple[bool, date, date, str]:
        begin = entry.earliest or entry.latest or next(filter(None, entry.ends), None)
        end = entry.latest or entry.ends[1] or date.max
        return begin is None, begin or date.max, end, entry.iri

    ordered: dict[str, Entry] = {}

    def put(entry: Entry, path: frozenset[str]) -> None:
        for iri in sorted(entry.after):
            if iri in entries and iri not in ordered and iri not in path:
                put(entries[iri], path | {entry.iri})
        ordered.setdefault(entry.iri, entry)

    for entry in sorted(entries.values(), key=key):
        put(entry, frozenset())
    return list(ordered.values())


def _is_within(entry: Entry, first: date | None, last: date | None) -> bool:
    """Return True if an entry may lie in a window; what is undated may lie anywhere."""
    over = entry.ends[1] if entry.lane == "bonds" else entry.latest
    begins_in_time = last is None or entry.earliest is None or entry.earliest <= last
    ends_in_time = first is None or over is None or over >= first
    return begins_in_time and ends_in_time


def _rests(dataset: Queryable, iris: Collection[str]) -> dict[str, dict[str, list[str]]]:
    rests: dict[str, dict[str, list[str]]] = {}
    if iris:
        query = _RESTS.format(" ".join(f"<{iri}>" for iri in iris))
        for node, name, value in dataset.select(query):
            rests.setdefault(str(node), {}).setdefault(str(name), []).append(str(value))
    return rests


def involving(names: Collection[str], name_of: Callable[[str], str], found: Chronology) -> str:
    """Return the title: whom it involves, and how much of each kind there is."""
    whom = " and ".join(map(name_of, names)) or "Everybody"
    counts = Counter(entry.lane for entry in found.entries)
    told = [
        f"{counts[lane]} {lane if counts[lane] != 1 else lane.removesuffix('s')}"
        for lane in LANES
        if counts[lane]
    ]
    undated = sum(not entry.is_dated for entry in found.entries)
    rest = f"; {undated} without a date" if undated else ""
    return f"{whom}, in the order of time: {', '.join(told) or 'nothing'}{rest}"
