"""Claims chosen by what they are about, who makes them, how, and in which source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cstokg.analysis.claims.records import Claim, read_claims
from cstokg.analysis.identifiers import THINGS, ThingsOf, find_iri
from cstokg.analysis.labels import Labels, Queryable, read_labels

FILTERS: Final = ("about", "by", "stance", "topic", "source")
_KINDS: Final = {"about": THINGS, "by": THINGS}


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
        pools = known_values(claims, name), ThingsOf(labels, _KINDS.get(name, (name,)))
        meant = [find_iri(name, text, labels, *pools) for text in texts if text.strip()]
        if meant:
            values[name] = tuple(dict.fromkeys(meant))
    chosen = (
        claim
        for claim in claims
        if all(set(meant) & set(_values(claim, name)) for name, meant in values.items())
    )
    return Choice(tuple(chosen), values)


def known_values(claims: Iterable[Claim], name: str) -> tuple[str, ...]:
    """Return the values of a filter that occur in `claims`, as IRIs."""
    return tuple(sorted({value for claim in claims for value in _values(claim, name)}))


def _values(claim: Claim, name: str) -> Iterable[str]:
    match name:
        case "about":
            return claim.involved
        case "by":
            return (*claim.speakers, *claim.sharers)
        case "stance":
            return (claim.stance,) if claim.stance else ()
        case "topic":
            return claim.topics
        case _:
            return claim.sources
