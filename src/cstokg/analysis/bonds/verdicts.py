"""The verdict on a bond as of a day, by one account and by all.

An account's verdict is by its own words alone. Where a begin or an end is one unknown day of
several, the verdict on these days is open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from cstokg.analysis.bonds.accounts import Account
from cstokg.rdf.edtf import Bounds, is_interval, parse_bounds, span

Verdict = Literal["attested", "carried forward", "open", "not", "disputed"]

VERDICTS: Final[tuple[Verdict, ...]] = ("attested", "carried forward", "open", "disputed", "not")
"""In the order in which they are shown."""
HOLDS: Final = frozenset({"attested", "carried forward"})

Reason = Literal[
    "held",
    "begun",
    "begin unknown",
    "end unknown",
    "doubtful",
    "early",
    "over",
    "withheld",
    "unreal",
]
"""Why: of the last two, a source says of the very day that there was no bond, or only at all."""

# In the order in which they count between sources: what one of them tells of the day, before what
# another leaves open.
_VERDICT: Final[dict[Reason, Verdict]] = {
    "held": "attested",
    "early": "not",
    "over": "not",
    "withheld": "not",
    "end unknown": "open",
    "begun": "carried forward",
    "begin unknown": "open",
    "doubtful": "open",
    "unreal": "not",
}


@dataclass(frozen=True)
class Limits:
    """Certain limits of a bond; None where nothing is known."""

    not_before: date | None
    begun_by: date | None
    held_to: date | None
    not_after: date | None

    @property
    def changes(self) -> set[date]:
        """The days on which the verdict may be another than on the day before."""
        lasts = (day for day in (self.held_to, self.not_after) if day and day < date.max)
        firsts = {day for day in (self.not_before, self.begun_by) if day}
        return firsts | {day + timedelta(days=1) for day in lasts}


@dataclass(frozen=True)
class Judgement:
    """The verdict of one account, and the reason for it."""

    account: Account
    reason: Reason

    @property
    def verdict(self) -> Verdict:
        """What follows from the reason."""
        return _VERDICT[self.reason]


def limits(account: Account) -> Limits:
    """Return the limits of a bond by its begin, its end, and the days for which it is vouched.

    It held on its first day, if that is known, and had begun when it ended. A source speaks on the
    first day on which it can have been written: for what it tells of the present it vouches on that
    day, and by then had begun or was over what it tells to have begun or ended at some time.
    """
    found = span(_told(account.begin), _told(account.end), account.attested)
    present = (parse_bounds(each) for each in account.attested if not is_interval(each))
    begun = [found.begin.latest, found.end.latest]
    begun += [each.earliest for each in present if each.latest is None]
    begun += [account.told] if account.begin and not found.begin.latest else []
    not_after = found.end.latest
    if account.end and not not_after and account.told:
        not_after = account.told - timedelta(days=1)
    return Limits(
        found.begin.earliest,
        min(filter(None, begun), default=None),
        max(filter(None, (found.end.earliest, found.begin.earliest)), default=None),
        not_after,
    )


def judge_all(accounts: Iterable[Account], day: date) -> list[Judgement]:
    """Return the judgement of each source: who left and came back has several accounts."""
    by_source: dict[str, list[Judgement]] = {}
    for account in accounts:
        judgement = Judgement(account, _reason(account, limits(account), day))
        by_source.setdefault(account.source, []).append(judgement)
    return [min(each, key=_rank) for each in by_source.values()]


def verdict_of(accounts: Iterable[Account], day: date) -> Verdict:
    """Return the verdict by all accounts of one matter."""
    reasons = {each.reason for each in judge_all(accounts, day)}
    if "held" in reasons and reasons & {"early", "over", "withheld"}:
        return "disputed"
    return next((_VERDICT[each] for each in _VERDICT if each in reasons), "not")


def change(before: Verdict, after: Verdict) -> str:
    """Return what changed from an earlier day to a later one."""
    if before in HOLDS:
        return "kept" if after in HOLDS else "lost" if after == "not" else "unclear"
    if before == "not":
        return "gained" if after in HOLDS else "neither" if after == "not" else "unclear"
    return "unclear"


def _rank(judgement: Judgement) -> tuple[int, int]:
    """Return the order of one source's judgements: of what is over, the last time says most."""
    over = limits(judgement.account).not_after if judgement.reason == "over" else None
    return VERDICTS.index(judgement.verdict), -over.toordinal() if over else 0


def _reason(account: Account, known: Limits, day: date) -> Reason:
    if account.actuality in ("unrealized", "prospective", "intended"):
        return _undone(account, day)
    if known.not_before and day < known.not_before:
        return "early"
    if known.not_after and day > known.not_after:
        return "over"
    if account.actuality in ("alleged", "apparent"):
        return "doubtful"
    begun = known.begun_by is not None and known.begun_by <= day
    if begun and known.held_to and day <= known.held_to:
        return "held"
    if account.end:
        first = parse_bounds(account.end).earliest
        if first is None or day > first:
            return "end unknown"
    return "begun" if begun else "begin unknown"


def _undone(account: Account, day: date) -> Reason:
    times = map(parse_bounds, account.attested)
    return "withheld" if any(_within(day, each) for each in times) else "unreal"


def _within(day: date, bounds: Bounds) -> bool:
    return bool(bounds.earliest and bounds.earliest <= day <= (bounds.latest or bounds.earliest))


def _told(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
