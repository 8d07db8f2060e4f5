"""Why a verdict is so, and the finding of an answer, in words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from cstokg.analysis.bonds.accounts import KINDS, Account, Change
from cstokg.analysis.bonds.verdicts import Judgement, Verdict, judge_all, limits
from cstokg.analysis.labels import Labels
from cstokg.namespaces import RESOURCE
from cstokg.rdf.dates import day_in_words, in_words
from cstokg.rdf.edtf import parse_bounds

# What is said of a change that the source does not tell as a fact.
_SAID: Final = {
    "alleged": ("claimed", "not confirmed"),
    "apparent": ("only apparent", ""),
    "hypothetical": ("only supposed", ""),
    "intended": ("sought", "whether it came about is not said"),
    "prospective": ("announced", "not reported"),
    "revealed": ("revealed", ""),
    "unrealized": ("not made", ""),
}
_CHANGES: Final = {"withdrawal": "exit"}
_WEIGHTIEST: Final = ("withdrawal", "suspension", "freeze")
_NUMBERS: Final = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_DOUBTFUL: Final = {
    "alleged": "somebody says so, and the source does not confirm it",
    "apparent": "it only seems so to the source",
}
_UNREAL: Final = {
    "intended": "sought, and not said whether it came about",
    "prospective": "announced or foreseen, and not told to have come about",
    "unrealized": "it did not come about",
}
_PHRASES: Final[dict[Verdict, str]] = {
    "carried forward": "{} {} carried forward",
    "open": "of {} it is open",
    "disputed": "of {} the sources differ",
}


def why(accounts: Sequence[Account], day: date, labels: Labels) -> str:
    """Return the reasons for a verdict: what each source tells, and what is said of it besides."""
    parts = []
    judgements = judge_all(accounts, day)
    for judgement in judgements:
        account = judgement.account
        told = _told(judgement, day)
        if account.basis == "inferred":
            told.append("by inference")
        if account.name and judgement.verdict != "not":
            told.append(f"then called “{account.name}”")
        mine = [each for each in accounts if each.source == account.source]
        told += [_change(said, labels) for each in mine for said in each.changes]
        names = _names(account.authors or (account.source,), labels)
        parts.append(f"{names}: {'; '.join(told)}" if len(judgements) > 1 else "; ".join(told))
    return ". ".join(parts)


def why_not_told(accounts: Sequence[Account], labels: Labels) -> str:
    """Return the words for a bond of which no source had told."""
    days = [each.told for each in accounts if each.told]
    first = f": the first source that tells of it is of {day_in_words(min(days))}" if days else ""
    said = [_change(said, labels) for each in accounts for said in each.changes]
    return "; ".join([f"not told by then{first}", *said])


def finding_of_one(
    accounts: Sequence[Account], verdict: Verdict, day: date, known_by: date | None, labels: Labels
) -> str:
    """Return the finding on one matter: `Armenia: attested to 25 June 2024`."""
    kind, of = KINDS[accounts[0].kind], short_name(accounts[0].of, labels)
    heard = [each for each in accounts if each.told_by(known_by)]
    when = day_in_words(day)
    told = f", as told by {day_in_words(known_by)}" if known_by else ""
    changes = [said for each in accounts for said in each.changes]
    match verdict:
        case "attested":
            last = any(limits(each).held_to == day for each in heard)
            text = f"attested {'to' if last else 'on'} {when}"
        case "carried forward":
            begun = [each.account for each in judge_all(heard, day) if each.reason == "begun"]
            text = f"carried forward to {when}, last attested {_last_attested(begun[-1])}"
        case "not" if heard:
            text, changes = f"not {_noun(accounts[0].kind)} {kind.link} {of} on {when}", []
        case "not":
            text, told = "no bond is told", told.removeprefix(", as told")
        case _:
            text = f"{verdict} on {when}"
    said = f"; {_short(changes)}" if changes else ""
    return f"{labels.name(accounts[0].party)}: {text}{told}{said}"


def _change(change: Change, labels: Labels) -> str:
    voices = _names(change.voices, labels)
    if change.actuality == "actual":
        when = f" {in_words(change.time)}" if change.time else ""
        return f"{_kind(change)}{when}, which is no end"
    said, doubt = _SAID.get(change.actuality, (change.actuality, ""))
    text = f"{_kind(change)} {said}{f' by {voices}' if voices else ''}"
    text += f" {in_words(change.said)}" if change.said else ""
    return f"{text}, {doubt}" if doubt else text


def _noun(kind: str) -> str:
    """Return what one who is bound is called, with its article."""
    noun = KINDS[kind].noun
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _short(changes: Sequence[Change]) -> str:
    """Return the weightiest change in a few words: `exit announced, not reported`."""
    order = [*_WEIGHTIEST, *(each.kind for each in changes)]
    change = min(changes, key=lambda each: order.index(each.kind))
    said, doubt = _SAID.get(change.actuality, ("told", ""))
    return f"{_kind(change)} {said}{f', {doubt}' if doubt else ''}"


def short_name(iri: str, labels: Labels) -> str:
    """Return the English name, or the initials by which it is known, with the article it takes."""
    name = labels.name(iri)
    if iri.startswith(f"{RESOURCE}office/"):
        return f"the office “{name}”"
    if not iri.startswith((f"{RESOURCE}organization/", f"{RESOURCE}treaty/")):
        return name
    if known := initials(iri, labels):
        return f"the {known}"
    return f"the {name}" if " " in name else name


def initials(iri: str, labels: Labels) -> str:
    """Return the initials of the English name if a thing is known by them, else nothing."""
    entry = labels.entry(iri)
    text = "".join(word[0] for word in labels.name(iri).split() if word[0].isupper())
    return text if entry and len(text) > 2 and text in {each.text for each in entry.names} else ""


def headline(kind: str, of: str, found: Mapping[str, Verdict]) -> str:
    """Return how many are bound to what: `six states are attested members of the CSTO`."""
    bond = KINDS[kind]
    kinds = {party.removeprefix(RESOURCE).partition("/")[0] for party in found}
    who = next(iter(kinds)) if len(kinds) == 1 else "party"
    counts = Counter(found.values())
    count = counts["attested"]
    if count > 1:
        text = f"{number(count)} {_many(who)} are attested {_many(bond.noun)}"
    else:
        text = f"{'one' if count else 'no'} {who} is an attested {bond.noun}"
    told = [f"{text} {bond.link} {of}"]
    for verdict, phrase in _PHRASES.items():
        if number_of := counts[verdict]:
            told.append(phrase.format(number(number_of), "is" if number_of == 1 else "are"))
    return "; ".join(told)


def number(count: int) -> str:
    """Return a number, a small one as a word."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _since(text: str) -> str:
    """Return an EDTF date for what goes on from then."""
    return in_words(text).removeprefix("on ")


def _last_attested(account: Account) -> str:
    """Return the last time for which the source vouches for a bond, in words; or when it began."""
    if account.attested:
        return in_words(max(account.attested, key=_first))
    return f"at its beginning, {in_words(account.begin)}"


def _told(judgement: Judgement, day: date) -> list[str]:
    account, bond = judgement.account, KINDS[judgement.account.kind]
    begun = f"{bond.noun} since {_since(account.begin)}" if account.begin else ""
    times = sorted(account.attested, key=_first)
    named = "taken for" if account.basis == "inferred" else "named"
    named = f"{named} {_noun(account.kind)} {in_words(times[-1])}" if times else ""
    ended = f"until {_since(account.end)}" if account.end else ""
    match judgement.reason:
        case "held":
            parts = [begun, ended, named]
        case "begun":
            parts = [begun, "no end is told", f"last attested {_last_attested(account)}"]
        case "begin unknown":
            doubt = "since when is not told" if times or ended else "no day is told"
            parts = [begun, named, "whether by then is not told" if begun else doubt, ended]
        case "end unknown":
            begun_by = limits(account).begun_by
            known = begun_by is not None and begun_by <= day
            doubt = "whether it was over by then is not told" if known else "neither day is told"
            parts = [begun, ended, doubt]
        case "early":
            parts = [f"{bond.noun} only since {_since(account.begin)}"]
        case "over":
            told = parse_bounds(account.end).latest is not None
            parts = [begun, f"only {ended}" if told else "over when the source was written"]
        case "doubtful":
            parts = [_DOUBTFUL[account.actuality], named]
        case "withheld" | "unreal":
            when = f" ({in_words(times[-1])})" if times else ""
            parts = [f"{_UNREAL[account.actuality]}{when}"]
    return [part for part in parts if part]


def _first(text: str) -> str:
    bounds = parse_bounds(text)
    day = bounds.earliest or bounds.latest
    return day.isoformat() if day else ""


def _kind(change: Change) -> str:
    return _CHANGES.get(change.kind, change.kind.replace("-", " "))


def _names(iris: Iterable[str], labels: Labels) -> str:
    return " and ".join(labels.name(each) for each in iris)


def _many(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
