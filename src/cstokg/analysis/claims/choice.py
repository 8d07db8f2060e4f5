"""Claims chosen by what they are about, who makes them, how, and in which source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cstokg.analysis.claims.records import read_claims
from cstokg.analysis.labels import read_labels
from cstokg.analysis.search.index import Index, Match
from cstokg.errors import ParameterError
from cstokg.namespaces import RESOURCE, expand, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cstokg.analysis.claims.records import Claim
    from cstokg.analysis.labels import Labels, Queryable
    from cstokg.analysis.search.index import Hit

FILTERS: Final = ("about", "by", "stance", "topic", "source")

_LISTED: Final = 8
"""How many names an error lists at most."""

# Of several things that go by a name, one that belongs to no source is meant before accounts.
_THINGS: Final = tuple(
    f"{RESOURCE}{kind}/"
    for kind in (
        *("state", "organization", "person", "group", "treaty", "force", "place", "topic"),
        *("office", "document"),
    )
)
_BY_NAME: Final = (
    (Match.LABEL,),
    (Match.ALIAS,),
    (Match.LABEL_PREFIX, Match.ALIAS_PREFIX),
)


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
        known = known_values(claims, name)
        meant = [_resolve(name, text.strip(), known, labels) for text in texts if text.strip()]
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


def _resolve(parameter: str, text: str, known: Sequence[str], labels: Labels) -> str:
    """Return the IRI that a value of a filter means. Raises ParameterError."""
    named = expand(text.removeprefix("<").removesuffix(">"))
    slug = f"{RESOURCE}{parameter}/{text}"
    for each in (named, slug):
        # What is named in full may be there without any claim: then nothing is found.
        if each in known or each in labels.entries:
            return each
    pools = (known, [each for each in labels.entries if each.startswith(_pool(parameter))])
    hits = [_search(text, pool, labels) for pool in pools]
    meant = [_meant(found) for found in hits]
    for things in meant:
        if len(things) == 1:
            return things[0]
    if several := meant[0] or meant[1]:
        problem = f"{text!r} may mean more than one thing"
        raise ParameterError(parameter, problem, hint=_listed("They are", several, labels))
    nearest = [hit.entry.iri for hit in hits[0] or hits[1]]
    listed = _listed("The nearest are", nearest, labels) or _listed("There are", known, labels)
    raise ParameterError(parameter, f"nothing is called {text!r}", hint=listed)


def _pool(parameter: str) -> tuple[str, ...]:
    return _THINGS if parameter in ("about", "by") else (f"{RESOURCE}{parameter}/",)


def _search(text: str, pool: Iterable[str], labels: Labels) -> list[Hit]:
    return Index(labels.entries[each] for each in pool if each in labels.entries).search(text)


def _meant(hits: Iterable[Hit]) -> list[str]:
    """Return what goes by the name, one if it is clear: an exact name is better than a part."""
    for matches in _BY_NAME:
        found = [hit.entry.iri for hit in hits if hit.match in matches]
        things = [each for each in found if each.startswith(_THINGS)]
        if found:
            return things if len(things) == 1 else found
    return []


def _listed(words: str, iris: Sequence[str], labels: Labels) -> str:
    shown = [f"{labels.find(iri)[0]} ({shorten(iri)})" for iri in iris[:_LISTED]]
    more = f" and {len(iris) - _LISTED} more" if len(iris) > _LISTED else ""
    return f"{words}: {', '.join(shown)}{more}" if shown else ""
