"""What states were bound to, and what two of them were bound to both, year by year."""

from datetime import date
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any, Final

from cstokg.analysis.bonds.accounts import KINDS
from cstokg.analysis.bonds.as_of import as_of
from cstokg.analysis.bonds.verdicts import VERDICTS
from cstokg.analysis.labels import Labels, Queryable

_KINDS: Final = ("Membership", "TreatyParticipation", "ObserverStatus")
_CODES: Final = "SELECT ?s ?code { ?s a ckg:State OPTIONAL { ?s ckg:iso3166Alpha3 ?code } }"


def state_years(dataset: Queryable, labels: Labels) -> list[dict[str, Any]]:
    """Return what each state was to each organization and treaty to which a source binds it.

    Each is judged once, for all days; years are from the first change of a verdict to the last.
    """
    codes = dict(dataset.select(_CODES).texts)
    found = [as_of(dataset, date.max, state=state, labels=labels).rows for state in codes]
    bonds = [bond for rows in found for bond in rows if bond.kind in _KINDS]
    years = {day.year for bond in bonds for day, _ in bond.spells[1:]}
    rows = [
        {
            "state": bond.party,
            "iso3": codes[bond.party],
            "year": year,
            "of": bond.of,
            "role": KINDS[bond.kind].noun,
            "verdict": bond.on(date(year, 12, 31)),
            "sentences": " ".join(bond.passages),
            "source": " ".join(bond.sources),
        }
        for bond in bonds
        for year in range(min(years, default=0), max(years, default=-1) + 1)
    ]
    return sorted(rows, key=itemgetter("state", "year", "of", "role"))


def dyad_years(dataset: Queryable, labels: Labels) -> list[dict[str, Any]]:
    """Return what each two states were both bound to on the last day of each year, if perhaps."""
    rows = []
    bound = [row for row in state_years(dataset, labels) if row["verdict"] != "not"]
    bound.sort(key=itemgetter("year", "of", "role", "state"))
    for _, together in groupby(bound, itemgetter("year", "of", "role")):
        for one, other in combinations(together, 2):
            row = {name: one[name] for name in ("year", "of", "role")}
            for number, each in (("1", one), ("2", other)):
                row |= {f"{name}{number}": each[name] for name in ("state", "verdict")}
            row["shared"] = max(one["verdict"], other["verdict"], key=VERDICTS.index)
            for name in ("sentences", "source"):
                row[name] = " ".join(dict.fromkeys(f"{one[name]} {other[name]}".split()))
            rows.append(row)
    return sorted(rows, key=itemgetter("state1", "state2", "year", "of", "role"))
