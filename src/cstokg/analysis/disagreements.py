"""Where accounts do not go together: who says what, in which sentences of which source."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from cstokg.analysis.answer import Answer, Cells, Column, make_answer
from cstokg.analysis.evidence import Evidence, read_evidence
from cstokg.analysis.labels import Queryable
from cstokg.namespaces import CKG, RESOURCE
from cstokg.quality.query_files import read_query

CONFLICT: Final = f"{CKG}conflictsWith"
"""The kind of a disagreement that a rule finds between the accounts of sources."""

BY_RULE: Final = f"{RESOURCE}drawn-by/rule"


@dataclass(frozen=True)
class Disagreement:
    """Accounts that do not go together.

    `iri` is that of the node that says so, empty where a rule found it; `kind` a value of the list
    of kinds of disagreements, or `CONFLICT`; `drawn_by` says who saw it.
    """

    iri: str
    kind: str
    drawn_by: str
    sides: tuple[Evidence, ...]

    @property
    def between_sources(self) -> bool:
        """True if no source has all sides."""
        return not set.intersection(*(set(side.sources) for side in self.sides))


def find_disagreements(dataset: Queryable) -> tuple[Disagreement, ...]:
    """Return where accounts disagree: what rules find between sources first, then by kind."""
    conflicts = dataset.select(read_query(__file__, "conflicts")).texts
    drawn: dict[tuple[str, str, str], list[str]] = {}
    for node, kind, by, side in dataset.select(read_query(__file__, "drawn")).texts:
        drawn.setdefault((node, kind, by), []).append(side)
    heads = [*(("", CONFLICT, BY_RULE) for _ in conflicts), *drawn]
    iris = [*conflicts, *drawn.values()]
    evidence = read_evidence(dataset, dict.fromkeys(chain.from_iterable(iris)))
    found = [
        # A note between sources outlives the one that was removed.
        Disagreement(*head, tuple(evidence[each] for each in sides if each in evidence))
        for head, sides in zip(heads, iris, strict=True)
    ]
    told = (each for each in found if len(each.sides) > 1)
    return tuple(sorted(told, key=lambda each: not each.between_sources))


def to_answer(found: Sequence[Disagreement]) -> Answer:
    """Return the answer for people: a row for each side."""
    cells: Cells[tuple[int, Disagreement, Evidence]] = {
        Column("number", "Number"): lambda row: str(row[0]),
        Column("kind", "Kind", "nodes"): lambda row: row[1].kind,
        Column("drawn_by", "Seen by", "nodes"): lambda row: row[1].drawn_by,
        Column("matter", "Matter", "nodes"): lambda row: row[1].iri,
        Column("account", "Account", "nodes"): lambda row: row[2].account,
        Column("voices", "Who says so", "nodes"): lambda row: row[2].voices,
        Column("sentences", "Sentences", "nodes"): lambda row: row[2].passages,
        Column("source", "Source", "nodes"): lambda row: row[2].sources,
    }
    sides = ((number, each, side) for number, each in enumerate(found, 1) for side in each.sides)
    title = f"{len(found)} times accounts do not go together"
    return make_answer(title, sides, cells, read_query(__file__, "drawn"))
