"""Who claims what: each claim with the act that expresses it, and what stands for and against it.

A claim is never told as a fact here: each record has its speaker, and through whom we know it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal, Protocol

from cstokg.analysis.labels import Queryable
from cstokg.errors import DateError
from cstokg.namespaces import CKG, RESOURCE, in_brackets
from cstokg.quality.query_files import read_query
from cstokg.rdf.dates import when_in_words
from cstokg.rdf.edtf import Bounds, parse_bounds

Relation = Literal["contradicts", "tension", "rival", "supported by", "supports"]
AGAINST: Final = ("contradicts", "tension", "rival")
"""The relations of accounts that do not go together, the strongest first."""

NOT_CONFIRMED: Final = "not confirmed by the source"

_ACTUAL: Final = f"{RESOURCE}actuality/actual"
_REVEALED: Final = f"{RESOURCE}actuality/revealed"

_REPORTED: Final = (f"{RESOURCE}actuality/alleged", f"{RESOURCE}actuality/apparent")
_CONFLICT: Final = f"{CKG}conflictsWith"

# A contradiction stands above all that conflicts; what conflicts cannot both be right either.
_RELATIONS: Final[dict[str, Relation]] = {
    _CONFLICT: "contradicts",
    f"{CKG}contradicts": "contradicts",
    f"{CKG}inTensionWith": "tension",
    f"{CKG}rivalAccountOf": "rival",
    f"{CKG}supports": "supports",
}
_ALL: Final = """{
  SELECT DISTINCT ?node {
    { ?node a ?class FILTER(?class IN (ckg:Claim, ckg:Statement)) }
    UNION { ?node ckg:actuality ?mode }
  }
}"""
_NAMED: Final = ("speaker", "vouchedBy", "involves", "about", "source")
"""What leads from claims and statements to other things of which something is needed."""


@dataclass(frozen=True)
class Account:
    """What stands in some relation to a claim: another claim, an event or a situation."""

    iri: str
    relation: Relation
    voices: tuple[str, ...]
    sources: tuple[str, ...]
    actuality: str
    """How its source presents it; empty for a claim."""


class Act(Protocol):
    """Something that is said."""

    @property
    def speakers(self) -> Sequence[str]:
        """Who says it."""

    @property
    def unnamed(self) -> Sequence[str]:
        """Those of the speakers that the source does not name."""

    @property
    def when(self) -> str:
        """The time in words."""


@dataclass(frozen=True)
class Claim:
    """A claim in one act of expressing it; all but words and times are IRIs.

    Where `statement` is empty, the author of the source says it in the text itself.
    """

    claim: str
    statement: str
    speakers: tuple[str, ...]
    unnamed: tuple[str, ...]
    """Those of the speakers that the source does not name."""
    offices: tuple[str, ...]
    date: str
    """When it was said, in EDTF; of the author's own claims, when the source was written."""
    time_wording: str
    """The words of the source from which the time is read, where it has any."""
    occasions: tuple[str, ...]
    documents: tuple[str, ...]
    through: tuple[str, ...]
    """Through whom we know it, the author of the source last."""
    stance: str
    actualities: tuple[str, ...]
    """How the source presents what the claim describes."""
    also_by: tuple[str, ...]
    """Who says the same elsewhere, or, of the author, in the text itself."""
    sharers: tuple[str, ...]
    """The authors of the source, where they vouch for what somebody else says."""
    quoted: tuple[str, ...]
    passages: tuple[str, ...]
    sources: tuple[str, ...]
    accounts: tuple[Account, ...]
    topics: tuple[str, ...]
    involved: frozenset[str]
    """All that it is about, with what takes part in that."""

    @property
    def when(self) -> str:
        """The time in words."""
        return when_in_words(self.date)

    @property
    def bounds(self) -> Bounds:
        """The first and the last day on which it can have been said."""
        try:
            return parse_bounds(self.date) if self.date else Bounds(None, None)
        except DateError:
            return Bounds(None, None)

    @property
    def standing(self) -> str:
        """What the source makes of the claim, in words."""
        if not self.through:
            return "the author's own claim"
        if self.sharers:
            return "shared by the author of the source"
        if _ACTUAL in self.actualities:
            return "presented as actual by the source"
        if _REVEALED in self.actualities:
            return "presented as brought to light by others"
        return NOT_CONFIRMED

    def related(self, *relations: Relation) -> tuple[Account, ...]:
        """Return the accounts in these relations."""
        return tuple(each for each in self.accounts if each.relation in relations)

    @property
    def against(self) -> tuple[Account, ...]:
        """The accounts that do not go together with it."""
        return tuple(each for each in self.accounts if each.relation in AGAINST)


def read_claims(dataset: Queryable, claims: Collection[str] | None = None) -> tuple[Claim, ...]:
    """Return the claims of a dataset in the order of the text, a record for each act.

    They are all, or those of `claims`, which are read without looking at the others.
    """
    accounts = nodes = None
    if claims is not None:
        accounts = {*claims, *_near(dataset, claims)}
    relations = _read_relations(dataset, accounts)
    if accounts is not None:
        others = {iri for one, _, other in relations for iri in (one, other)}
        nodes = {*accounts, *others, *_near(dataset, others)}
    facts = _Facts(dataset, nodes)
    related = _relate(relations, facts)
    statements: defaultdict[str, list[str]] = defaultdict(list)
    for node in facts.having("expresses"):
        for claim in facts.of(node, "expresses"):
            statements[claim].append(node)
    found = [
        record
        for claim in facts.having("claim")
        if claims is None or claim in claims
        for record in _records(claim, sorted(statements[claim]), facts, related)
    ]
    return tuple(sorted(found, key=lambda each: (each.sources, each.passages, each.claim)))


def by_claim(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Return the acts by the claim that they express, in their order."""
    found: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        found[claim.claim].append(claim)
    return dict(found)


def byline(records: Iterable[Act], name: Callable[[str], str]) -> str:
    """Return who claims what the records are of, and when: `claimed by Nikol Pashinyan, 2023`."""
    records = list(records)
    speakers = dict.fromkeys(speaker for each in records for speaker in each.speakers)
    unnamed = {speaker for each in records for speaker in each.unnamed}
    spoken = ", ".join(speaker_in_words(each, name, unnamed=each in unnamed) for each in speakers)
    when = f", {records[0].when}" if len(records) == 1 else ""
    return f"claimed by {spoken}{when}" if spoken else ""


def speaker_in_words(iri: str, name: Callable[[str], str], *, unnamed: bool) -> str:
    """Return what a speaker is called, with a mark on one that the source does not name."""
    called = name(iri)
    return f"{called} (unnamed)" if unnamed and "unnamed" not in called else called


class _Facts:
    """What the dataset says of claims, statements and what they describe."""

    def __init__(self, dataset: Queryable, nodes: Collection[str] | None = None) -> None:
        """Read what is said of all, or of some nodes and of the things that they name."""
        self._values: defaultdict[str, defaultdict[str, list[str]]]
        self._values = defaultdict(lambda: defaultdict(list))
        if nodes is None:
            self._take(dataset, read_query(__file__, "facts", accounts=_ALL, chosen=""))
            self._take(dataset, read_query(__file__, "named", chosen=""))
        else:
            chosen = _values(nodes)
            self._take(dataset, read_query(__file__, "facts", accounts=chosen, chosen=chosen))
            named = {iri for name in _NAMED for iris in self._values[name].values() for iri in iris}
            self._take(dataset, read_query(__file__, "named", chosen=_values(named)))

    def _take(self, dataset: Queryable, query: str) -> None:
        for node, prop, value in dataset.select(query).texts:
            self._values[prop.removeprefix(CKG)][node].append(value)

    def of(self, node: str, name: str) -> tuple[str, ...]:
        return tuple(sorted(self._values[name].get(node, ())))

    def one(self, node: str, *names: str) -> str:
        """Return a value of the first of these that the node has, empty where it has none."""
        return next((found[0] for name in names if (found := self.of(node, name))), "")

    def having(self, name: str) -> Iterator[str]:
        yield from sorted(self._values[name])

    def voices(self, node: str) -> tuple[str, ...]:
        return self.of(node, "speaker") or self.of(node, "assertedBy")


_Related = defaultdict[str, dict[tuple[str, "Relation | None"], Account]]


def _values(nodes: Iterable[str]) -> str:
    return f"VALUES ?node {{ {in_brackets(nodes)} }}"


def _near(dataset: Queryable, nodes: Iterable[str]) -> Iterator[str]:
    query = read_query(__file__, "near", chosen=_values(nodes))
    return (iri for (iri,) in dataset.select(query).texts)


def _read_relations(dataset: Queryable, accounts: Collection[str] | None) -> list[list[str]]:
    """Return which accounts are in which relations, all or those of some to any others."""
    if accounts is None:
        found = f"VALUES ?relation {{ {in_brackets(_RELATIONS)} }} ?one ?relation ?other"
    else:
        chosen = in_brackets(accounts)
        found = f"""
          {{ VALUES ?one {{ {chosen} }} ?one ?relation ?other }}
          UNION {{ VALUES ?other {{ {chosen} }} ?one ?relation ?other }}
          FILTER(?relation IN ({", ".join(map("<{}>".format, _RELATIONS))}))"""
    return dataset.select(f"SELECT DISTINCT ?one ?relation ?other WHERE {{ {found} }}").texts


def _relate(relations: Iterable[Sequence[str]], facts: _Facts) -> Mapping[str, tuple[Account, ...]]:
    """Return for each claim the accounts that are related to it."""
    claims = _claims_of_accounts(facts)
    found: _Related = defaultdict(dict)
    for one, iri, other in relations:
        relation = _RELATIONS[iri]
        if iri == _CONFLICT and _confirms(facts, one, other):
            relation = "rival"
        for left, right in product(claims.get(one, {one}), claims.get(other, {other})):
            _note(found, facts, left, right, relation)
            _note(found, facts, right, left, "supported by" if relation == "supports" else relation)
    return {
        claim: tuple(sorted(accounts.values(), key=lambda each: (each.relation, each.iri)))
        for claim, accounts in found.items()
    }


def _claims_of_accounts(facts: _Facts) -> Mapping[str, set[str]]:
    """Return for each account the claims that stand for it in relations to others.

    What is between statements is between the claims that they express. What is between events or
    situations is between the claims that describe them in the voice that vouches for them.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for statement in facts.having("expresses"):
        found[statement].update(facts.of(statement, "expresses"))
    for claim in facts.having("describes"):
        for described in facts.of(claim, "describes"):
            if set(facts.voices(claim)) & set(facts.voices(described)):
                found[described].add(claim)
    # A claim that another one describes still stands for itself.
    return found | {claim: {claim} for claim in facts.having("claim")}


def _note(found: _Related, facts: _Facts, claim: str, other: str, relation: Relation) -> None:
    """Note a relation; of several that two accounts have against each other, the strongest."""
    if claim == other or not facts.of(claim, "claim"):
        return
    key = (other, None if relation in AGAINST else relation)
    known = found[claim].get(key)
    is_stronger = known is None or (
        relation in AGAINST and AGAINST.index(relation) < AGAINST.index(known.relation)
    )
    if is_stronger:
        voices, sources = facts.voices(other), facts.of(other, "source")
        mode = facts.one(other, "actuality")
        found[claim][key] = Account(other, relation, voices, sources, mode)


def _confirms(facts: _Facts, one: str, other: str) -> bool:
    """Return True if one account has for actual what the other only reports as said or seeming.

    That conflicts as accounts; who claims it is not contradicted.
    """
    modes = {*facts.of(one, "actuality"), *facts.of(other, "actuality")}
    return _ACTUAL in modes and bool(modes & set(_REPORTED))


def _records(
    claim: str,
    statements: Sequence[str],
    facts: _Facts,
    related: Mapping[str, tuple[Account, ...]],
) -> Iterator[Claim]:
    vouching = facts.of(claim, "vouchedBy")
    everybody = {*vouching, *(who for each in statements for who in facts.of(each, "speaker"))}
    sources = facts.of(claim, "source")
    authors = tuple(dict.fromkeys(who for each in sources for who in facts.of(each, "author")))
    modes = {
        mode
        for described in facts.of(claim, "describes")
        for mode in facts.of(described, "actuality")
    }
    for statement in statements or ("",):
        speakers = facts.of(statement, "speaker") if statement else vouching
        written = next(iter(sources), "")
        involved = {*facts.of(claim, "involves"), *facts.of(statement, "about")}
        reporters = (*facts.of(statement, "reportedBy"), *authors)
        yield Claim(
            claim=claim,
            statement=statement,
            speakers=speakers,
            unnamed=tuple(each for each in speakers if facts.of(each, "unnamed")),
            offices=facts.of(statement, "office"),
            date=facts.one(statement, "date")
            if statement
            else facts.one(written, "datePublished", "dateWritten"),
            time_wording=facts.one(statement, "timeWording"),
            occasions=facts.of(statement, "occasion"),
            documents=facts.of(statement, "inDocument"),
            through=tuple(
                dict.fromkeys(
                    who
                    for who in sorted(reporters, key=lambda each: each in authors)
                    if who not in speakers
                )
            ),
            stance=facts.one(statement, "stance"),
            actualities=tuple(sorted(modes)),
            also_by=tuple(sorted(everybody - {*speakers})),
            sharers=tuple(who for who in vouching if who not in speakers),
            quoted=facts.of(claim, "quotedPhrase"),
            passages=_passages(facts.of(claim, "evidence"), facts.of(statement, "evidence")),
            sources=sources,
            accounts=related.get(claim, ()),
            topics=tuple(each for each in sorted(involved) if facts.of(each, "topic")),
            involved=frozenset(involved),
        )


def _passages(of_claim: Sequence[str], of_statement: Sequence[str]) -> tuple[str, ...]:
    """Return the sentences in which the act expresses the claim: either may have others, too."""
    both = tuple(each for each in of_claim if each in of_statement)
    return both or tuple(of_statement) or tuple(of_claim)
