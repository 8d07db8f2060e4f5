"""What a reader names: a thing by its IRI, its prefixed name or any name; a day; a date."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cstokg.analysis.labels import Labels
from cstokg.analysis.search.index import Hit, Index, Match
from cstokg.analysis.search.words import fold
from cstokg.errors import DateError, ParameterError
from cstokg.namespaces import RESOURCE, expand, shorten
from cstokg.rdf.dates import read_day
from cstokg.rdf.edtf import Bounds, parse_bounds

_LISTED: Final = 8
"""How many names an error lists at most."""

_LONGEST: Final = 100
"""Nothing is looked for by a longer name: it would cost much."""

# Of several things that go by a name, one that belongs to no source is meant before accounts.
THINGS: Final = (
    *("state", "organization", "person", "group", "treaty", "force", "place", "topic"),
    *("office", "document"),
)
_THINGS: Final = tuple(f"{RESOURCE}{kind}/" for kind in THINGS)
_BY_NAME: Final = (
    (Match.LABEL,),
    (Match.ALIAS,),
    (Match.LABEL_PREFIX, Match.ALIAS_PREFIX),
)


@dataclass(frozen=True)
class ThingsOf:
    """The IRIs of the things of some kinds, as `state`, that have names.

    All names are read when they are asked for, and not before.
    """

    labels: Labels
    kinds: Iterable[str]

    def __iter__(self) -> Iterator[str]:
        for kind in sorted(self.kinds):
            yield from self.labels.by_kind.get(kind, ())


def find_iri(
    parameter: str, text: str, labels: Labels, *pools: Iterable[str], only: bool = False
) -> str:
    """Return the IRI of the thing that `text` names, as `state:armenia` or `Armenia` do.

    A name or a slug is looked for in the first of `pools`, then in the next one; what is named in
    full may be any thing with a name, or with `only` one of a pool. Raises ParameterError, with the
    nearest names, for what means nothing, or more than one thing.
    """
    text = text.strip()
    named = expand(text.removeprefix("<").removesuffix(">"))
    if not only and labels.entry(named):
        return named
    pools = tuple(map(tuple, pools))
    if any(named in pool for pool in pools):
        return named
    several: list[str] = []
    near: list[str] = []
    for pool in pools:
        meant = [iri for iri in pool if iri.endswith(f"/{text}")]
        hits = _search(text, pool, labels)
        if ":" not in text:
            meant = meant or _meant(fold(text), hits)
        if len(meant) == 1:
            return meant[0]
        several = several or meant
        near = near or [hit.entry.iri for hit in hits]
    if several:
        problem = f"{text!r} may mean more than one thing"
        raise ParameterError(parameter, problem, hint=_listed("They are", several, labels))
    hint = _listed("The nearest are", near, labels)
    hint = hint or next(filter(None, (_listed("There are", sorted(p), labels) for p in pools)), "")
    raise ParameterError(parameter, f"nothing here is called {text!r}", hint=hint)


def find_day(parameter: str, text: str | date) -> date:
    """Return the day that `text` is. Raises ParameterError."""
    day = text if isinstance(text, date) else read_day(text)
    if day is None:
        raise ParameterError(parameter, f"{text!r} is no day", hint="A day is 2003-01-01.")
    return day


def find_bounds(parameter: str, text: str) -> Bounds:
    """Return the first and the last day of a date in EDTF, if any. Raises ParameterError."""
    try:
        return parse_bounds(text.strip()) if text.strip() else Bounds(None, None)
    except DateError as error:
        raise ParameterError(parameter, error.message, hint=error.hint) from None


def _search(text: str, pool: Iterable[str], labels: Labels) -> list[Hit]:
    """Return what of a pool has a name like `text`, or like the slug in a prefixed name."""
    if len(text) > _LONGEST:
        return []
    entries = (labels.entries[each] for each in pool if each in labels.entries)
    return Index(entries).search(text.rpartition(":")[2])


def _meant(words: tuple[str, ...], hits: Sequence[Hit]) -> list[str]:
    """Return what goes by the name, one if it is clear: a whole name is better than words of it."""
    for matches in _BY_NAME:
        found = [
            hit.entry.iri
            for hit in hits
            if hit.match in matches
            and (hit.match < Match.LABEL_PREFIX or {*words} <= {*hit.name.words})
        ]
        things = [each for each in found if each.startswith(_THINGS)]
        if found:
            return things if len(things) == 1 else found
    return []


def _listed(words: str, iris: Sequence[str], labels: Labels) -> str:
    shown = [f"{labels.name(iri)} ({shorten(iri)})" for iri in iris[:_LISTED]]
    more = f" and {len(iris) - _LISTED} more" if len(iris) > _LISTED else ""
    return f"{words}: {', '.join(shown)}{more}" if shown else ""
