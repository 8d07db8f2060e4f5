"""The accounts of bonds: what each source tells of who is bound to what."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from cstokg.analysis.labels import Queryable
from cstokg.namespaces import CKG, RESOURCE, in_brackets
from cstokg.quality.query_files import read_query
from cstokg.rdf.edtf import Bounds, parse_bounds


class Kind(NamedTuple):
    """A kind of bond: its name, who is bound, to what, and what the one who is bound is called."""

    name: str
    party: str
    scope: str
    noun: str
    link: str
    """What stands between the noun and that to which it is bound."""
    shortcut: str = ""
    """The derived property that says the same of what is so, if there is one."""


KINDS: Final = {
    "Membership": Kind("membership", "member", "organization", "member", "of", "memberOf"),
    "TreatyParticipation": Kind("treaty", "party", "treaty", "party", "to"),
    "ObserverStatus": Kind("observer", "observer", "organization", "observer", "at", "observerAt"),
    "OfficeHolding": Kind("office", "holder", "office", "holder", "of", "holdsOffice"),
    "Recognition": Kind(
        "recognition", "recognizer", "recognized", "recognizer", "of", "recognizes"
    ),
}

_KINDS: Final = " ".join(
    f"(ckg:{name} ckg:{kind.party} ckg:{kind.scope})" for name, kind in KINDS.items()
)
_MANY: Final = 1_000
"""So many bonds are not asked for by their names."""


@dataclass(frozen=True)
class Source:
    """A document that tells of bonds: whose it is, and when it was published or written."""

    iri: str
    authors: tuple[str, ...]
    time: str

    @property
    def day(self) -> date | None:
        """The day on which it speaks: where several are possible, the first."""
        bounds = _bounds(self.time)
        return bounds.earliest or bounds.latest


@dataclass(frozen=True)
class Change:
    """What somebody announced, claimed or told that leaves the bond as it is: an exit, a freeze."""

    kind: str
    actuality: str
    time: str
    """When it happened, or would."""
    said: str
    """When it was said."""
    voices: tuple[str, ...]
    told: date | None
    """The day on which the source speaks that tells of it."""


@dataclass(frozen=True)
class Account:
    """One source's account of one bond; times are EDTF texts, empty where none is told."""

    iri: str
    kind: str
    """A key of `KINDS`."""
    party: str
    of: str
    actuality: str
    basis: str
    begin: str
    end: str
    attested: tuple[str, ...]
    source: str
    told: date | None
    """The day on which the source speaks."""
    authors: tuple[str, ...]
    voices: tuple[str, ...]
    passages: tuple[str, ...]
    name: str
    """What that to which it is bound was called meanwhile."""
    changes: tuple[Change, ...]

    def told_by(self, known_by: date | None) -> bool:
        """Return True if the source had spoken by a day."""
        return not known_by or (self.told is not None and self.told <= known_by)


def bonds_query(of: str = "", party: str = "", kinds: Iterable[str] = ()) -> str:
    """Return the query for bonds to `of`, of `party` (IRIs), of `kinds`, or all; else for all."""
    chosen = " ".join(f"ckg:{kind}" for kind in kinds)
    bound = f"\n  VALUES ?kind {{ {chosen} }}" if chosen else ""
    for variable, iri in (("of", of), ("party", party)):
        bound += f"\n  VALUES ?{variable} {{ <{iri}> }}" if iri else ""
    return read_query(__file__, "bonds", kinds=_KINDS, bound=bound)


def read_sources(dataset: Queryable) -> dict[str, Source]:
    """Return the documents by IRI."""
    found: dict[tuple[str, str], list[str]] = {}
    for source, author, time in dataset.select(read_query(__file__, "sources")).texts:
        found.setdefault((source, time), []).extend([author] if author else [])
    return {iri: Source(iri, tuple(authors), time) for (iri, time), authors in found.items()}


def read_accounts(
    dataset: Queryable, query: str, sources: Mapping[str, Source]
) -> tuple[Account, ...]:
    """Return the accounts that a query of `bonds_query` finds, by their IRIs."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    result = dataset.select(query)
    for texts in result.texts:
        row = dict(zip(result.variables, texts, strict=True))
        # A source that is no document of ours has been removed, with all that it tells.
        if row["source"] in sources:
            found.setdefault((row["bond"], row["of"]), []).append(row)
    changes = _changes(dataset, sources, {bond for bond, _ in found})
    return tuple(_account(rows, sources, changes) for rows in found.values())


def _account(
    rows: list[dict[str, str]],
    sources: Mapping[str, Source],
    changes: Mapping[str, tuple[Change, ...]],
) -> Account:
    """Return the account of which the rows of a query have every value."""
    row = rows[0]

    def all_of(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each[name] for each in rows if each[name]))

    return Account(
        iri=row["bond"],
        kind=row["kind"].removeprefix(CKG),
        party=row["party"],
        of=row["of"],
        actuality=_value(row["actuality"]),
        basis=_value(row["basis"]),
        begin=row["begin"],
        end=row["end"],
        attested=all_of("attested"),
        source=row["source"],
        told=sources[row["source"]].day,
        authors=sources[row["source"]].authors,
        voices=all_of("voice"),
        passages=all_of("passage"),
        name=row["name"],
        changes=changes.get(row["bond"], ()),
    )


def _changes(
    dataset: Queryable, sources: Mapping[str, Source], bonds: Collection[str]
) -> dict[str, tuple[Change, ...]]:
    """Return the changes by the bond that they affect; of many bonds, of all that there are."""
    found: dict[str, dict[str, Change]] = {}
    asked = f"\n  VALUES ?bond {{ {in_brackets(sorted(bonds))} }}" if len(bonds) < _MANY else ""
    for row in dataset.select(read_query(__file__, "changes", bonds=asked)).texts:
        bond, event, kind, actuality, time, said, voice, source = row
        # Of several statements the first counts: it had been said by then.
        of_bond = found.setdefault(bond, {})
        known = of_bond.get(event)
        if known is None:
            day = sources[source].day if source in sources else None
            known = Change(_value(kind), _value(actuality), time, said, (), day)
        if voice and voice not in known.voices:
            known = replace(known, voices=(*known.voices, voice))
        of_bond[event] = known
    return {bond: tuple(each.values()) for bond, each in found.items()}


def counts(said: Change, day: date, known_by: date | None) -> bool:
    """Return True if a change had been said by a day of the world, and by `known_by`.

    A statement is known by the last day on which it can have been made, what is not dated by the
    day of the source.
    """
    first = _bounds(said.said or said.time).earliest
    known = _bounds(said.said).latest or said.told
    in_time = not known_by or (known is not None and known <= known_by)
    return in_time and (first is None or first <= day)


def _value(iri: str) -> str:
    return iri.removeprefix(RESOURCE).rpartition("/")[2]


def _bounds(text: str) -> Bounds:
    return parse_bounds(text) if text else Bounds(None, None)
