"""Where accounts do not go together: who says what, in which sentences of which source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cstokg.namespaces import CKG, LINKS_GRAPH, RESOURCE, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cstokg.analysis.labels import Queryable

CONFLICT: Final = f"{CKG}conflictsWith"
"""The kind of a disagreement that a rule finds between the accounts of sources."""

BY_RULE: Final = f"{RESOURCE}drawn-by/rule"

_DRAWN: Final = """
SELECT ?disagreement ?kind ?by ?side WHERE {
  ?disagreement a ckg:Disagreement ;
    ckg:disagreementKind ?kind ; ckg:drawnBy ?by ; ckg:between ?side .
}
ORDER BY ?kind ?disagreement ?side
"""
_FOUND: Final = f"""
SELECT ?one ?other WHERE {{
  GRAPH <{LINKS_GRAPH}> {{ ?one <{CONFLICT}> ?other }}
  FILTER(STR(?one) < STR(?other))
  FILTER NOT EXISTS {{ ?drawn ckg:between ?one , ?other }}
}}
ORDER BY ?one ?other
"""
_SIDES: Final = f"""
SELECT DISTINCT ?side ?voice ?passage ?source WHERE {{
  {{ SELECT DISTINCT ?side {{
    {{ ?any ckg:between ?side }} UNION {{ GRAPH <{LINKS_GRAPH}> {{ ?side <{CONFLICT}> ?any }} }}
  }} }}
  ?side ckg:evidence ?passage .
  ?passage ckg:passageOf ?source .
  OPTIONAL {{ ?side ckg:assertedBy|ckg:speaker|(ckg:expressedIn/ckg:speaker) ?voice }}
}}
ORDER BY ?side ?voice ?passage
"""


@dataclass(frozen=True)
class Side:
    """One account: whose it is, and on which passages of which source it rests, all as IRIs."""

    iri: str
    voices: tuple[str, ...]
    passages: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Disagreement:
    """Accounts that do not go together.

    `iri` is that of the node that says so, empty where a rule found it; `kind` a value of the list
    of kinds of disagreements, or `CONFLICT`; `drawn_by` says who saw it.
    """

    iri: str
    kind: str
    drawn_by: str
    sides: tuple[Side, ...]

    @property
    def between_sources(self) -> bool:
        """True if no source has all sides."""
        return not set.intersection(*(set(side.sources) for side in self.sides))


@dataclass
class _Gathered:
    voices: dict[str, None] = field(default_factory=dict)
    passages: dict[str, None] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)


def find_disagreements(dataset: Queryable) -> tuple[Disagreement, ...]:
    """Return where accounts disagree: what rules find between sources first, then by kind."""
    sides = _sides(dataset)
    found = [
        Disagreement("", CONFLICT, BY_RULE, (sides[str(one)], sides[str(other)]))
        for one, other in dataset.select(_FOUND)
    ]
    drawn: dict[tuple[str, str, str], list[Side]] = {}
    for node, kind, by, side in dataset.select(_DRAWN):
        # A note between sources outlives the one that was removed.
        if str(side) in sides:
            drawn.setdefault((str(node), str(kind), str(by)), []).append(sides[str(side)])
    found += [Disagreement(*head, tuple(both)) for head, both in drawn.items() if len(both) > 1]
    return tuple(sorted(found, key=lambda each: not each.between_sources))


def rows(found: tuple[Disagreement, ...], names: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Iterate over one row a side, for tables; `names` has the labels of IRIs."""
    for number, each in enumerate(found, 1):
        for side in each.sides:
            yield {
                "number": str(number),
                "kind": names.get(each.kind, shorten(each.kind)),
                "drawn_by": names.get(each.drawn_by, shorten(each.drawn_by)),
                "matter": names.get(each.iri, ""),
                "iri": side.iri,
                "label": names.get(side.iri, shorten(side.iri)),
                "says": "; ".join(names.get(voice, shorten(voice)) for voice in side.voices),
                "sentences": " ".join(shorten(passage) for passage in side.passages),
                "source": " ".join(shorten(source) for source in side.sources),
            }


def _sides(dataset: Queryable) -> dict[str, Side]:
    gathered: dict[str, _Gathered] = {}
    for side, voice, passage, source in dataset.select(_SIDES):
        one = gathered.setdefault(str(side), _Gathered())
        if voice is not None:
            one.voices[str(voice)] = None
        one.passages[str(passage)] = None
        one.sources[str(source)] = None
    return {
        iri: Side(iri, tuple(one.voices), tuple(one.passages), tuple(one.sources))
        for iri, one in gathered.items()
    }
