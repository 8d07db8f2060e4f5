"""Claims chosen by what they are about, who makes them, how, and in which source."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from cstokg.analysis.claims.records import Claim, read_claims
from cstokg.analysis.identifiers import THINGS, ThingsOf, find_iri
from cstokg.analysis.labels import Labels, Queryable, read_labels


class Filter(NamedTuple):
    """A way to choose claims."""

    values_of: Callable[[Claim], Iterable[str]]
    """What a claim has, as IRIs."""
    kinds: tuple[str, ...]
    """Of which kinds the things are that may be asked for."""
    words: str
    """How a title says what was asked for."""
    pattern: str
    """How a query says it."""


_ABOUT: Final = """  {{ ?claim ckg:involves ?{name} }}
  UNION {{ ?statement ckg:expresses ?claim ; ckg:about ?{name} }}
  VALUES ?{name} {{ {values} }}
"""
_BY: Final = "  VALUES ?speaker {{ {values} }}\n"
_STANCE: Final = "  FILTER(STR(?stance) IN ({texts}))\n"
_SOURCE: Final = "  ?claim ckg:evidence/ckg:passageOf ?{name} .\n  VALUES ?{name} {{ {values} }}\n"
FILTERS: Final = {
    "about": Filter(lambda claim: claim.involved, THINGS, " about {}", _ABOUT),
    "by": Filter(lambda claim: (*claim.speakers, *claim.sharers), THINGS, " by {}", _BY),
    "stance": Filter(
        lambda claim: filter(None, [claim.stance]), ("stance",), " with the stance “{}”", _STANCE
    ),
    "topic": Filter(lambda claim: claim.topics, ("topic",), " on the topic of {}", _ABOUT),
    "source": Filter(lambda claim: claim.sources, ("source",), " in “{}”", _SOURCE),
}


@dataclass(frozen=True)
class Choice:
    """The claims that were chosen, and the values that the filters were taken for, as IRIs."""

    claims: tuple[Claim, ...]
    values: Mapping[str, tuple[str, ...]]


def find_claims(
    dataset: Queryable,
    *,
    about: str | Sequence[str] = (),
    by: str | Sequence[str] = (),
    stance: str | Sequence[str] = (),
    topic: str | Sequence[str] = (),
    source: str | Sequence[str] = (),
) -> tuple[Claim, ...]:
    """Return the claims, each with its speaker, in the order of the text.

    The filters take prefixed names, IRIs and names; of several values of one, any will do.
    Raises ParameterError for a value that means nothing, or more than one thing.
    """
    asked = {"about": about, "by": by, "stance": stance, "topic": topic, "source": source}
    wanted = {
        name: [given] if isinstance(given, str) else list(given) for name, given in asked.items()
    }
    return choose_claims(read_claims(dataset), read_labels(dataset), wanted).claims


def choose_claims(
    claims: Sequence[Claim], labels: Labels, wanted: Mapping[str, Sequence[str]]
) -> Choice:
    """Return those of `claims` that meet each filter of `wanted`; empty values are no filter.

    Raises ParameterError.
    """
    values: dict[str, tuple[str, ...]] = {}
    for name, texts in wanted.items():
        # What nobody claims anything of may be asked for: then nothing is found.
        pools = known_values(claims, name), ThingsOf(labels, FILTERS[name].kinds)
        meant = [find_iri(name, text, labels, *pools) for text in texts if text.strip()]
        if meant:
            values[name] = tuple(dict.fromkeys(meant))
    chosen = (
        claim
        for claim in claims
        if all(set(meant) & {*FILTERS[name].values_of(claim)} for name, meant in values.items())
    )
    return Choice(tuple(chosen), values)


def known_values(claims: Iterable[Claim], name: str) -> tuple[str, ...]:
    """Return the values of a filter that occur in `claims`, as IRIs."""
    return tuple(sorted({value for claim in claims for value in FILTERS[name].values_of(claim)}))
