"""What a reader names: a thing by its IRI, its prefixed name, its slug or a name; a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from cstokg.analysis.search.index import Index, Match
from cstokg.errors import ParameterError
from cstokg.namespaces import RESOURCE, expand, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cstokg.analysis.labels import Labels
    from cstokg.analysis.search.index import Hit

_LISTED: Final = 8
"""How many names an error lists at most."""

# Of several things that go by a name, one that belongs to no source is meant before accounts.
THINGS: Final = (
    *("state", "organization", "person", "group", "treaty", "force", "place", "topic"),
    *("office", "document"),
)
_BY_NAME: Final = (
    (Match.LABEL,),
    (Match.ALIAS,),
    (Match.LABEL_PREFIX, Match.ALIAS_PREFIX),
)


def find_named(
    parameter: str,
    text: str,
    labels: Labels,
    kinds: Iterable[str] = THINGS,
    known: Sequence[str] = (),
) -> str:
    """Return the IRI that `text` means: an IRI, a prefixed name, a slug or a name in any language.

    Names are looked for among `known`, then among what is of one of `kinds` by its IRI. Raises
    ParameterError, with near names, for what means nothing, or more than one thing.
    """
    named = expand(text.removeprefix("<").removesuffix(">"))
    spaces = tuple(f"{RESOURCE}{kind}/" for kind in kinds)
    for each in (named, *(f"{space}{text}" for space in spaces)):
        # What is named in full may be there without any claim: then nothing is found.
        if each in known or each in labels.entries:
            return each
    pools = (known, [each for each in labels.entries if each.startswith(spaces)])
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


def find_day(parameter: str, text: str | date) -> date:
    """Return the day that `text` is. Raises ParameterError."""
    if isinstance(text, date):
        return text
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # `20030101` is ISO 8601, too, but no xsd:date.
    if day is None or day.isoformat() != text:
        raise ParameterError(parameter, f"{text!r} is no day", hint="A day is 2003-01-01.")
    return day


def _search(text: str, pool: Iterable[str], labels: Labels) -> list[Hit]:
    return Index(labels.entries[each] for each in pool if each in labels.entries).search(text)


def _meant(hits: Iterable[Hit]) -> list[str]:
    """Return what goes by the name, one if it is clear: an exact name is better than a part."""
    for matches in _BY_NAME:
        found = [hit.entry.iri for hit in hits if hit.match in matches]
        things = [each for each in found if shorten(each).partition(":")[0] in THINGS]
        if found:
            return things if len(things) == 1 else found
    return []


def _listed(words: str, iris: Sequence[str], labels: Labels) -> str:
    shown = [f"{labels.find(iri)[0]} ({shorten(iri)})" for iri in iris[:_LISTED]]
    more = f" and {len(iris) - _LISTED} more" if len(iris) > _LISTED else ""
    return f"{words}: {', '.join(shown)}{more}" if shown else ""
