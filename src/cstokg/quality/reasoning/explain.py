"""Why files contradict each other: the smallest sets of axioms and facts that cannot all be true.

A justification is found by asking HermiT again and again (black box). The axioms are put in an
order in which those near to the likely culprit come first; the shortest contradictory beginning of
that list ends with an axiom that is needed; that one is kept, and the search goes on in what comes
before it. The order decides how fast it goes, never what is found.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cstokg.quality.reasoning.axioms import Axiom, Axioms, read_axioms
from cstokg.quality.reasoning.hermit import first_inconsistent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cstokg.dataset.model import Dataset

_PROBE: Final = "<urn:cstokg:probe>"
_AT_ONCE: Final = 20
"""How many beginnings of the list one run of HermiT looks at."""
_FIRST: Final = 32
_INDIVIDUALS_ARE_FAR: Final = 4
"""How many steps from one individual to another count for, where one between terms counts one."""

# What is likely to be wrong, by the derived graph; it only says where to look first.
_WRONG_DATATYPE: Final = """
SELECT DISTINCT ?x {
  ?p rdfs:range ?range . ?x ?p ?value
  FILTER(DATATYPE(?value) != ?range && !(isNumeric(?value) && CONTAINS(STR(?range), "nteger")))
}
"""
_SUSPECTS: Final = (
    _WRONG_DATATYPE,
    "SELECT DISTINCT ?x { ?p a owl:FunctionalProperty . ?x ?p ?a , ?b FILTER(?a != ?b) }",
    "SELECT DISTINCT ?x { ?p a owl:IrreflexiveProperty . ?x ?p ?x }",
    "SELECT DISTINCT ?x { ?p owl:propertyDisjointWith ?q . ?x ?p ?y ; ?q ?y }",
    "SELECT DISTINCT ?x { ?x owl:sameAs ?y }",
    "SELECT DISTINCT ?x { ?x a owl:Nothing }",
)


@dataclass(frozen=True)
class Justification:
    """Axioms and facts that cannot all be true, and could if any one of them were taken away."""

    axioms: tuple[Axiom, ...]

    @property
    def facts(self) -> tuple[Axiom, ...]:
        """Those about individuals: as a rule one of them is the mistake."""
        return tuple(axiom for axiom in self.axioms if axiom.is_fact)

    @property
    def rules(self) -> tuple[Axiom, ...]:
        """Those of the ontology."""
        return tuple(axiom for axiom in self.axioms if not axiom.is_fact)


def explain_dataset(
    dataset: Dataset,
    unsatisfiable: str | None = None,
    *,
    limit: int = 1,
    progress: Callable[[str], None] | None = None,
) -> tuple[Justification, ...]:
    """Return why the files of a dataset contradict each other, in up to `limit` ways.

    With the IRI of a class in `unsatisfiable` it is why nothing can be in that class. There is
    nothing to return where there is no contradiction. `progress` is told each step in a few words.

    Raises ReasonerUnavailableError where there is no Java, and ReasonerError.
    """
    tell = progress or (lambda _: None)
    tell("reading what the files say")
    known = read_axioms(dataset.info.files)
    extra: tuple[str, ...] = ()
    seeds = {unsatisfiable} if unsatisfiable else _suspects(dataset, known)
    if unsatisfiable:
        extra = (
            f"{_PROBE} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{unsatisfiable}> .",
            *known.declarations.get(unsatisfiable, ()),
        )
    ordered = _nearest_first(known, seeds)
    found: list[Justification] = []
    # Reiter's hitting sets: another justification lacks an axiom of each one that is known.
    without: list[frozenset[Axiom]] = [frozenset()]
    for left_out in without:
        if len(found) >= limit:
            break
        again = next((each for each in found if left_out.isdisjoint(each.axioms)), None)
        if again is None:
            rest = [axiom for axiom in ordered if axiom not in left_out]
            again = _justification(known, rest, extra, tell)
            if again is None:
                continue
            found.append(again)
        # Where facts are at fault, other contradictions are sought by taking back facts.
        without += [left_out | {axiom} for axiom in again.facts or again.axioms]
    return tuple(found)


def _justification(
    known: Axioms, ordered: Sequence[Axiom], extra: Sequence[str], tell: Callable[[str], None]
) -> Justification | None:
    needed: list[Axiom] = []

    def first_bad(sizes: Sequence[int]) -> int | None:
        """Return the first of growing sizes whose beginning of the list contradicts itself."""
        index = first_inconsistent(
            [known.ntriples((*needed, *ordered[:size]), extra) for size in sizes]
        )
        return None if index is None else sizes[index]

    tell(f"looking where among {len(ordered)} axioms and facts the contradiction is")
    size = first_bad(list(_growing(len(ordered))))
    if size is None:
        return None
    ordered = ordered[:size]
    while True:
        low = -1  # of what the beginning is known to be consistent
        while size - low > 1:
            sizes = _spread(low, size)
            bad = first_bad(sizes)
            low = max((each for each in sizes if bad is None or each < bad), default=low)
            size = size if bad is None else bad
        if size == 0:
            break
        needed.append(ordered[size - 1])
        size -= 1
        ordered = ordered[:size]
        tell(f"found {len(needed)} of the axioms and facts")
    return Justification(tuple(sorted(needed, key=lambda each: (not each.is_fact, each.words))))


def _growing(total: int) -> Iterator[int]:
    size = _FIRST
    while size < total:
        yield size
        size *= 2
    yield total


def _spread(low: int, high: int) -> list[int]:
    """Return some numbers between two, both left out, evenly spread."""
    gap = high - low - 1
    count = min(_AT_ONCE, gap)
    return sorted({low + 1 + gap * each // count for each in range(count)})


def _suspects(dataset: Dataset, known: Axioms) -> set[str]:
    """Return the individuals that, by the derived graph, are in disjoint classes, and the like."""
    found = {str(x) for query in _SUSPECTS for (x,) in dataset.select(query)}
    disjoint = {axiom.names for axiom in known.axioms if axiom.needs_all}
    types: dict[str, set[str]] = {}
    for node, kind in dataset.select("SELECT ?x ?class { ?x a ?class }"):
        types.setdefault(str(node), set()).add(str(kind))
    for individual, kinds in types.items():
        if any(pair <= kinds for pair in disjoint):
            found.add(individual)
    return found - known.terms


def _nearest_first(known: Axioms, seeds: Iterable[str]) -> list[Axiom]:
    """Return all axioms, those first that are fewest steps away from the seeds."""
    by_name: dict[str, list[int]] = {}
    for number, axiom in enumerate(known.axioms):
        for name in axiom.reached_from:
            by_name.setdefault(name, []).append(number)
    missing = [len(axiom.reached_from) if axiom.needs_all else 1 for axiom in known.axioms]
    ordered: dict[int, None] = {}
    done: set[str] = set()
    queue = [(0, seed) for seed in sorted(seeds)]
    while queue:
        distance, name = heapq.heappop(queue)
        if name in done:
            continue
        done.add(name)
        for number in by_name.get(name, ()):
            missing[number] -= 1
            if missing[number] <= 0 and number not in ordered:
                ordered[number] = None
                for other in known.axioms[number].names - done:
                    step = 1 if other in known.terms else _INDIVIDUALS_ARE_FAR
                    heapq.heappush(queue, (distance + step, other))
    ordered.update(dict.fromkeys(range(len(known.axioms))))
    return [known.axioms[number] for number in ordered]
