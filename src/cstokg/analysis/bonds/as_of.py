"""Who was bound to what as of a day, by which source, as far as it had been told by another day."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, groupby
from typing import Final

from cstokg.analysis.answer import Answer, Cells, Column, make_answer
from cstokg.analysis.bonds.accounts import (
    KINDS,
    Account,
    Source,
    bonds_query,
    counts,
    read_accounts,
    read_sources,
)
from cstokg.analysis.bonds.verdicts import VERDICTS, Verdict, change, limits, verdict_of
from cstokg.analysis.bonds.wording import (
    finding_of_one,
    headline,
    number,
    short_name,
    why,
    why_not_told,
)
from cstokg.analysis.identifiers import ThingsOf, find_day, find_iri
from cstokg.analysis.labels import Labels, Queryable, read_labels
from cstokg.errors import ParameterError
from cstokg.namespaces import RESOURCE
from cstokg.rdf.dates import day_in_words

DEFAULT_OF: Final = f"{RESOURCE}organization/csto"

_SCOPES: Final = ("organization", "treaty", "office", "place", "group")
_PARTIES: Final = ("state", "organization", "person")


@dataclass(frozen=True)
class BondAsOf:
    """The verdict on who is bound to what; all but the words are IRIs."""

    party: str
    kind: str
    """`Membership`, `TreatyParticipation`, `ObserverStatus`, `OfficeHolding` or `Recognition`."""
    of: str
    verdict: Verdict
    why: str
    passages: tuple[str, ...]
    sources: tuple[str, ...]
    voices: tuple[str, ...]
    accounts: tuple[str, ...]
    compared: Verdict | None = None
    """The verdict on the other day."""
    change: str = ""
    """From the earlier of both days to the later: gained, lost, kept, neither or unclear."""
    spells: tuple[tuple[date, Verdict], ...] = ()
    """The verdicts on all days, each with the first day that has it."""

    def on(self, day: date) -> Verdict:
        """Return the verdict on another day."""
        return [verdict for first, verdict in self.spells if first <= day][-1]


@dataclass(frozen=True)
class AsOf:
    """What was asked, and what was found."""

    title: str
    day: date
    compare: date | None
    known_by: date | None
    of: str
    state: str
    rows: tuple[BondAsOf, ...]
    query: str

    @property
    def changes(self) -> tuple[date, ...]:
        """The days on which a verdict is another than on the day before."""
        return tuple(sorted({day for row in self.rows for day, _ in row.spells[1:]}))


def as_of(
    dataset: Queryable,
    day: date | str | None = None,
    *,
    of: str = "",
    state: str = "",
    source: str = "",
    known_by: date | str | None = None,
    compare: date | str | None = None,
    kinds: Iterable[str] = (),
    labels: Labels | None = None,
) -> AsOf:
    """Return who is bound to what on a day, by docs/answers.md.

    `of` names an organization, a treaty, an office or what is recognized, `state` who is bound: as
    a prefixed name or an IRI. Without both it is the CSTO; with `state` alone, all its bonds. The
    day is the last on which a source speaks, if none is given. Only a `source`, or what had been
    said by a day (`known_by`), may count; with `kinds`, all bonds of these kinds, which are keys of
    `KINDS`. Raises ParameterError.
    """
    labels = labels or read_labels(dataset)
    scopes, parties = ThingsOf(labels, _SCOPES), ThingsOf(labels, _PARTIES)
    thing = find_iri("of", of, labels, scopes) if of else "" if state or kinds else DEFAULT_OF
    party = find_iri("state", state, labels, parties) if state else ""
    sources = read_sources(dataset)
    only = find_iri("source", source, labels, sources, only=True) if source else ""
    known = find_day("known-by", known_by) if known_by else None
    other = find_day("compare", compare) if compare else None
    counted = [each for iri, each in sources.items() if only in ("", iri)]
    on = find_day("day", day) if day else _last_day(counted, known)
    query = bonds_query(thing, party, kinds)
    accounts = [
        replace(each, changes=tuple(said for said in each.changes if counts(said, on, known)))
        for each in read_accounts(dataset, query, sources)
        if only in ("", each.source)
    ]
    rows = [_row(each, on, other, known, labels) for each in _matters(accounts)]
    rows.sort(key=lambda row: (VERDICTS.index(row.verdict), labels.name(row.party), row.of))
    title = _title(rows, on, known, labels, thing, party)
    if thing and party and rows:
        mine = [each for each in accounts if each.kind == rows[0].kind]
        title = finding_of_one(mine, rows[0].verdict, on, known, labels)
    return AsOf(title, on, other, known, thing, party, tuple(rows), query)


def to_answer(found: AsOf) -> Answer:
    """Return what was found as a table."""
    sources = {each for row in found.rows for each in row.sources}
    cells: Cells[BondAsOf] = {
        Column("party", "Who", "nodes", brief=not found.state or bool(found.of)): lambda row: (
            row.party
        ),
        Column("of", "Bound to", "nodes", brief=not found.of): lambda row: row.of,
        Column("role", "As", brief=not found.of): lambda row: KINDS[row.kind].noun,
        Column("verdict", f"On {day_in_words(found.day)}"): lambda row: row.verdict,
    }
    if found.compare:
        cells |= {
            Column("compared", f"On {day_in_words(found.compare)}"): lambda row: row.compared,
            Column("change", "Change"): lambda row: row.change,
        }
    cells |= {
        Column("why", "Why"): lambda row: row.why,
        Column("sentences", "Sentences", "nodes"): lambda row: row.passages,
        Column("source", "Source", "nodes", brief=len(sources) > 1): lambda row: row.sources,
        Column("voice", "Who says so", "nodes"): lambda row: row.voices,
        Column("account", "Account", "nodes", brief=False): lambda row: row.accounts,
    }
    return make_answer(found.title, found.rows, cells, found.query)


def _last_day(sources: Iterable[Source], known_by: date | None) -> date:
    days = [each.day for each in sources if each.day]
    if known_by:
        days = [day for day in days if day <= known_by] or [known_by]
    if not days:
        raise ParameterError("day", "no source tells its own", hint="Name one, as 2003-01-01.")
    return max(days)


def _matters(accounts: Iterable[Account]) -> list[list[Account]]:
    """Return the accounts by who is bound to what, and how."""

    def matter(account: Account) -> tuple[str, str, str]:
        return account.party, account.kind, account.of

    in_time = sorted(accounts, key=lambda each: each.told or date.max)
    return [list(group) for _, group in groupby(sorted(in_time, key=matter), matter)]


def _row(
    accounts: list[Account],
    day: date,
    other: date | None,
    known_by: date | None,
    labels: Labels,
) -> BondAsOf:
    heard = [each for each in accounts if each.told_by(known_by)]
    verdict = verdict_of(heard, day)
    compared = verdict_of(heard, other) if other else None
    changed = ""
    if compared and other:
        changed = change(verdict, compared) if day < other else change(compared, verdict)
    return BondAsOf(
        accounts[0].party,
        accounts[0].kind,
        accounts[0].of,
        verdict,
        why(heard, day, labels) if heard else why_not_told(accounts, labels),
        _all(each.passages for each in heard),
        _all([each.source] for each in heard),
        _all(each.voices for each in heard),
        tuple(each.iri for each in heard),
        compared,
        changed,
        _spells(heard),
    )


def _all(values: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(values)))


def _spells(accounts: Sequence[Account]) -> tuple[tuple[date, Verdict], ...]:
    spells = [(date.min, verdict_of(accounts, date.min))]
    for day in sorted(set().union(*(limits(each).changes for each in accounts))):
        verdict = verdict_of(accounts, day)
        if verdict != spells[-1][1]:
            spells.append((day, verdict))
    return tuple(spells)


def _title(
    rows: Sequence[BondAsOf],
    day: date,
    known_by: date | None,
    labels: Labels,
    thing: str,
    party: str,
) -> str:
    """Return the finding for all who are bound to a thing, or for all bonds of one."""
    if not rows:
        ends = " and ".join(labels.name(each) for each in (party, thing) if each)
        with_whom = f" {'of' if party else 'with'} {ends}" if ends else ""
        return f"No bond{with_whom} is told"
    told = f", as told by {day_in_words(known_by)}," if known_by else ""
    when = f"{day_in_words(day)}{told}"
    if thing:
        kinds = [row.kind for row in rows]
        kind = max(dict.fromkeys(kinds), key=kinds.count)
        shown = {row.party: row.verdict for row in rows if row.kind == kind}
        return f"On {when} {headline(kind, short_name(thing, labels), shown)}"
    found = Counter(row.verdict for row in rows)
    each = ", ".join(f"{number(found[name])} {name}" for name in VERDICTS if found[name])
    bonds = "the one bond" if len(rows) == 1 else f"{number(len(rows))} bonds"
    who = f"{labels.name(party)} on" if party else "On"
    return f"{who} {when}: of {bonds} told, {each}"
