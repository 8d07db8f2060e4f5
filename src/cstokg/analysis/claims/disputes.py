"""Sides of claims that do not go together, and who agrees and disagrees with whom."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, product
from typing import NamedTuple

from cstokg.analysis.claims.records import AGAINST, Account, Claim, by_claim


@dataclass(frozen=True)
class Dispute:
    """Two sides, each of claims (or events and situations, by their IRIs) against the other."""

    sides: tuple[tuple[str, ...], tuple[str, ...]]
    is_between_sources: bool
    """True if any two that do not go together have no source in common."""
    is_contradiction: bool
    """True if any two cannot both be right; else they are in tension, or rival accounts."""


class Placed(NamedTuple):
    """A claim with the numbers of its dispute and side, from 1; 0 where nothing is against it."""

    claim: Claim
    dispute: int
    side: int


@dataclass
class Pair:
    """How two speakers stand to each other, by the claims in question."""

    agree: set[frozenset[str]] = field(default_factory=set)
    disagree: set[frozenset[str]] = field(default_factory=set)
    tension: set[frozenset[str]] = field(default_factory=set)


def find_disputes(claims: Sequence[Claim]) -> tuple[Dispute, ...]:
    """Return the disputes that `claims` are in: between sources first, then contradictions.

    A claim that stands against nothing itself is on the side of the one that it supports.
    """
    edges: defaultdict[str, dict[str, Account]] = defaultdict(dict)
    sources: dict[str, set[str]] = {}
    for claim in claims:
        sources[claim.claim] = set(claim.sources)
        for account in claim.against:
            sources.setdefault(account.iri, set(account.sources))
            edges[claim.claim].setdefault(account.iri, account)
            edges[account.iri].setdefault(claim.claim, account)
    side_of: dict[str, tuple[int, int]] = {}
    groups: list[list[str]] = []
    for start in (claim.claim for claim in claims):
        if start in edges and start not in side_of:
            groups.append(list(_walk(start, len(groups), edges, side_of)))
    supporters = _supporters(claims, side_of)
    found = []
    for group in groups:
        # What most stands against comes first: it says best what the dispute is about.
        group.sort(key=lambda each: -len(edges[each]))
        sides = tuple(
            tuple(
                each
                for member in group
                if side_of[member][1] == side
                for each in (member, *supporters[member])
            )
            for side in (0, 1)
        )
        pairs = [(one, other) for one in group for other in edges[one]]
        dispute = Dispute(
            (sides[0], sides[1]),
            any(not sources[one] & sources[other] for one, other in pairs),
            any(edges[one][other].relation == "contradicts" for one, other in pairs),
        )
        found.append(dispute)
    return tuple(
        sorted(found, key=lambda each: (not each.is_between_sources, not each.is_contradiction))
    )


def count_pairs(claims: Iterable[Claim]) -> dict[tuple[str, str], Pair]:
    """Return for any two speakers, in both orders, how often they agree and disagree.

    They agree in a claim that both make, and where a claim of one supports one of the other.
    """
    pairs: defaultdict[tuple[str, str], Pair] = defaultdict(Pair)

    def note(ours: Iterable[str], theirs: Iterable[str], kind: str, matter: frozenset[str]) -> None:
        for one, other in product(ours, theirs):
            if one != other:
                for pair in ((one, other), (other, one)):
                    getattr(pairs[pair], kind).add(matter)

    for claim in claims:
        voices = (*claim.speakers, *claim.also_by)
        note(claim.speakers, voices, "agree", frozenset({claim.claim}))
        for account in claim.accounts:
            kind = {"contradicts": "disagree", "tension": "tension", "rival": "tension"}
            matter = frozenset({claim.claim, account.iri})
            note(claim.speakers, account.voices, kind.get(account.relation, "agree"), matter)
    return dict(pairs)


def in_order(claims: Sequence[Claim], disputes: Sequence[Dispute]) -> Iterator[Placed]:
    """Iterate over `claims`, those in disputes first."""
    acts = by_claim(claims)
    for number, dispute in enumerate(disputes, 1):
        for side, members in enumerate(dispute.sides, 1):
            for member in members:
                for claim in acts.pop(member, ()):
                    yield Placed(claim, number, side)
    for claim in chain.from_iterable(acts.values()):
        yield Placed(claim, 0, 0)


def _walk(
    start: str,
    number: int,
    edges: Mapping[str, Mapping[str, Account]],
    side_of: dict[str, tuple[int, int]],
) -> Iterator[str]:
    """Iterate over all that stands against `start`, directly or not, and note the side of each."""
    side_of[start] = (number, 0)
    waiting = [start]
    while waiting:
        one = waiting.pop(0)
        yield one
        # A contradiction says more of who is on which side than a tension does.
        near = sorted(edges[one], key=lambda each: AGAINST.index(edges[one][each].relation))
        for other in near:
            if other not in side_of:
                side_of[other] = (number, 1 - side_of[one][1])
                waiting.append(other)


def _supporters(
    claims: Sequence[Claim], placed: Mapping[str, tuple[int, int]]
) -> Mapping[str, list[str]]:
    """Return for each claim of a dispute those of `claims` that only support it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    seen = set(placed)
    for claim in claims:
        supported = [each.iri for each in claim.related("supports") if each.iri in placed]
        if claim.claim not in seen and supported:
            found[supported[0]].append(claim.claim)
            seen.add(claim.claim)
    return found
