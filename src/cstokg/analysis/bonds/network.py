"""Who is bound to what on a day, or on two, as a network: its nodes, its edges, what changed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from cstokg.analysis.bonds.accounts import KINDS
from cstokg.analysis.bonds.as_of import AsOf, BondAsOf, as_of
from cstokg.analysis.bonds.verdicts import VERDICTS
from cstokg.analysis.bonds.wording import number
from cstokg.analysis.labels import Labels, Queryable, read_labels
from cstokg.errors import ParameterError
from cstokg.rdf.dates import day_in_words

CHANGES: Final = ("gained", "lost", "kept", "unclear")
BOND_KINDS: Final = {kind.name: key for key, kind in KINDS.items()}

Edge = tuple[BondAsOf, ...]
"""A bond on each day of a network, of two days with the change between them."""


@dataclass(frozen=True)
class Network:
    """What was found. The nodes are IRIs: to `things` something is bound, to `parties` nothing."""

    days: tuple[date, ...]
    """One or two, in the order of time."""
    kinds: tuple[str, ...]
    parties: tuple[str, ...]
    things: tuple[str, ...]
    edges: tuple[Edge, ...]
    """The bonds that hold, or may hold, on one of the days."""
    table: AsOf
    """The finding, and all bonds as `/as-of` has them: also those that hold on none of the days."""


def network(
    dataset: Queryable,
    day: date | str | None = None,
    compare: date | str | None = None,
    *,
    kinds: str | Iterable[str] = (),
    labels: Labels | None = None,
) -> Network:
    """Return who is bound to what on a day, and on the day to `compare` with, by all sources.

    The day is the last on which a source speaks, if none is given. `kinds` are names of
    `BOND_KINDS`, also several with commas between them. Raises ParameterError.
    """
    labels = labels or read_labels(dataset)
    text = kinds if isinstance(kinds, str) else ",".join(kinds)
    names = {name.strip() for name in text.split(",")} - {""}
    if unknown := sorted(names - {*BOND_KINDS}):
        hint = f"There are: {', '.join(BOND_KINDS)}."
        raise ParameterError("kinds", f"{unknown[0]!r} is no kind of bond", hint=hint)
    chosen = {name: key for name, key in BOND_KINDS.items() if not names or name in names}
    ask = partial(as_of, dataset, kinds=chosen.values(), labels=labels)
    table = ask(day, compare=compare)
    then = [ask(table.compare, compare=table.day)] if table.compare else []
    told = sorted((table, *then), key=lambda each: each.day)
    rows = [{(row.party, row.kind, row.of): row for row in each.rows} for each in told]
    bonds = [tuple(each[matter] for each in rows) for matter in rows[0]]
    edges = tuple(bond for bond in bonds if {row.verdict for row in bond} != {"not"})
    things = dict.fromkeys(edge[0].of for edge in edges)
    parties = dict.fromkeys(edge[0].party for edge in edges if edge[0].party not in things)
    days = tuple(each.day for each in told)
    table = replace(table, title=_title(edges, days))
    return Network(days, tuple(chosen), tuple(parties), tuple(things), edges, table)


def _title(edges: Iterable[Edge], days: tuple[date, ...]) -> str:
    """Return the finding: how many bonds there are of each change, or of each verdict."""
    counts = Counter(edge[0].change or edge[0].verdict for edge in edges)
    names = CHANGES if len(days) > 1 else tuple(name for name in VERDICTS if counts[name])
    first, *others = names or ("told",)
    parts = [f"{number(counts[first])} {'bond' if counts[first] == 1 else 'bonds'} {first}"]
    parts += [f"{number(counts[name]) if counts[name] else 'none'} {name}" for name in others]
    when = "From {} to {}" if len(days) > 1 else "On {}"
    return f"{when.format(*map(day_in_words, days))}: {', '.join(parts)}"
