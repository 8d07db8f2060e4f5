"""What happened, was said and held when: the bonds, events and statements that involve somebody."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cstokg.analysis.answer import Answer, Cells, Column, make_answer
from cstokg.analysis.evidence import read_evidence
from cstokg.analysis.identifiers import THINGS, ThingsOf, find_bounds, find_iri
from cstokg.analysis.labels import Labels, Queryable, read_labels
from cstokg.errors import ParameterError
from cstokg.namespaces import CKG, in_brackets
from cstokg.quality.query_files import read_query
from cstokg.rdf.dates import day_in_words, in_words, read_day

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
INVOLVED: Final = """{{ SELECT DISTINCT ?node {{
    {{ ?node ?any {0} }}
    UNION {{ ?node ckg:expresses/ckg:about {0} }}
    UNION {{ ?group ckg:groupMember {0} . ?node ?any ?group }}
  }} }}"""
"""A pattern that binds `?node` to what involves a thing: its cost is that of the thing alone."""
_TOLD_IN: Final = """{{ SELECT DISTINCT ?node {{
    ?passage ckg:passageOf {0} . ?node ckg:evidence ?passage
  }} }}"""
# The engine asks for the classes of each of these nodes; of a join it would list the classes first.
_OF_CLASSES: Final = "OPTIONAL {{ ?node a ?class FILTER(?class IN ({0})) }}"
_ALL: Final = "?node a ?class FILTER(?class IN ({0}))"
_ORDER: Final = "SELECT DISTINCT ?later ?earlier {{ {near} ?later ckg:follows ?earlier }}"
_NEAR: Final = "VALUES ?node {{ {nodes} }} ?node (ckg:follows|^ckg:follows)* ?later ."
_MANY: Final = 1_000
"""So many entries are not asked for by their names."""

_TIMES: Final = """
SELECT ?node ?first ?firstLatest {{
  VALUES ?node {{ {nodes} }}
  OPTIONAL {{ ?node ckg:dateEarliest|ckg:beginEarliest ?first }}
  OPTIONAL {{ ?node ckg:dateLatest|ckg:beginLatest ?firstLatest }}
}}
"""
_SOURCE_ENDS: Final = """
SELECT (MAX(?day) AS ?last) { ?source a ckg:SourceDocument ; ckg:dateEarliest ?day }
"""


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
    """Entries in their order, dated ones first; the last day of which a source speaks.

    `title` says whom they involve, and how much of each kind there is.
    """

    title: str
    entries: tuple[Entry, ...]
    source_ends: date | None
    query: str
    lanes: tuple[str, ...] = LANES
    chosen: tuple[str, ...] = ()
    """The things and the actualities that were asked for, as IRIs."""


def chronology(
    dataset: Queryable,
    involves: Iterable[str] = (),
    *,
    lanes: Collection[str] = (),
    actuality: Iterable[str] = (),
    first: str = "",
    last: str = "",
    dated: bool = False,
    source: str = "",
    labels: Labels | None = None,
) -> Chronology:
    """Return what involves all of `involves` in the order of time.

    `actuality` has the actualities that are wanted, `first` and `last` are the dates (EDTF) of the
    window; with `dated`, entries without a date are left out. Things are named as for `find_iri`.
    Raises ParameterError.
    """
    labels = labels or read_labels(dataset)

    def meant(parameter: str, texts: Iterable[str], *kinds: str) -> list[str]:
        pool = ThingsOf(labels, kinds or THINGS)
        return [find_iri(parameter, text, labels, pool) for text in texts if text.strip()]

    involved = meant("involves", involves)
    modes = meant("actuality", actuality, "actuality")
    documents = meant("source", [source], "source")
    begins, ends = find_bounds("from", first).earliest, find_bounds("to", last).latest
    if unknown := [lane for lane in lanes if lane and lane not in LANES]:
        hint = f"There are: {', '.join(LANES)}."
        raise ParameterError("kinds", f"{unknown[0][:80]!r} is no kind of entry", hint=hint)
    lanes = tuple(lane for lane in LANES if lane in lanes) or LANES
    chosen = [INVOLVED.format(f"<{iri}>") for iri in involved]
    chosen += [_TOLD_IN.format(f"<{iri}>") for iri in documents]
    classes = ", ".join(f"ckg:{name}" for name, lane in _CLASSES.items() if lane in lanes)
    chosen.append((_OF_CLASSES if chosen else _ALL).format(classes))
    query = read_query(__file__, "entries", chosen="\n  ".join(chosen))
    entries: dict[str, Entry] = {}
    for node, kind, mode, written, *days in dataset.select(query).texts:
        lane = _CLASSES[kind.removeprefix(CKG)]
        begin, begin_latest, end, end_earliest = map(read_day, days)
        entry = Entry(node, lane, mode, written, begin, begin_latest, (end_earliest, end))
        entries.setdefault(node, entry)
    ordered = _in_order(_bounded(entries, dataset))
    kept = tuple(
        entry
        for entry in ordered
        if (not dated or entry.is_dated)
        and (not modes or entry.mode in modes)
        and _is_within(entry, begins, ends)
    )
    source_ends = next((read_day(day) for (day,) in dataset.select(_SOURCE_ENDS)), None)
    title = _title(kept, " and ".join(map(labels.name, involved)) or "Everybody")
    return Chronology(title, kept, source_ends, query, lanes, (*involved, *modes))


def to_answer(found: Chronology, dataset: Queryable) -> Answer:
    """Return the answer for people."""
    rests = read_evidence(dataset, [entry.iri for entry in found.entries])
    cells: Cells[Entry] = {
        Column("when", "When"): when,
        Column("what", "What", "nodes"): lambda entry: entry.iri,
        Column("lane", "Kind"): lambda entry: entry.lane.removesuffix("s"),
        Column("mode", "Is it so? What is done?", "nodes"): lambda entry: entry.mode,
        Column("voices", "Who says so", "nodes"): lambda entry: rests[entry.iri].voices,
        Column("sentences", "Sentences", "nodes"): lambda entry: rests[entry.iri].passages,
        Column("source", "Source", "nodes", brief=False): lambda entry: rests[entry.iri].sources,
        Column("earliest", "Not before", brief=False): lambda entry: entry.earliest,
        Column("latest", "Not after", brief=False): lambda entry: entry.latest,
        Column("edtf", "EDTF", brief=False): lambda entry: entry.written.strip(),
    }
    return make_answer(found.title, found.entries, cells, found.query)


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
    near = _NEAR.format(nodes=in_brackets(sorted(entries))) if len(entries) < _MANY else ""
    pairs = dataset.select(_ORDER.format(near=near)).texts
    known = {iri: (entry.earliest, entry.latest) for iri, entry in entries.items()}
    others = {iri for pair in pairs for iri in pair if iri not in entries}
    for node, first, last in dataset.select(_TIMES.format(nodes=in_brackets(sorted(others)))).texts:
        known.setdefault(node, (read_day(first), read_day(last)))
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


def _title(entries: Sequence[Entry], whom: str) -> str:
    counts = Counter(entry.lane for entry in entries)
    told = [
        f"{counts[lane]} {lane if counts[lane] != 1 else lane.removesuffix('s')}"
        for lane in LANES
        if counts[lane]
    ]
    undated = sum(not entry.is_dated for entry in entries)
    rest = f"; {undated} without a date" if undated else ""
    return f"{whom}, in the order of time: {', '.join(told) or 'nothing'}{rest}"
