"""What a reader names: a thing by its IRI, its prefixed name or its slug; a day."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from cstokg.errors import ParameterError
from cstokg.namespaces import RESOURCE, expand, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cstokg.analysis.labels import Labels

_NEAR: Final = 3
_LIKE: Final = 0.5
_LONGEST: Final = 100
"""Of a longer name no near ones are looked for: they would cost much."""


def find_iri(parameter: str, text: str, labels: Labels, kinds: Iterable[str] = ()) -> str:
    """Return the IRI of the thing that `text` names: `state:armenia`, or the IRI itself.

    Where `kinds` has one kind, its slug is enough. Raises ParameterError, with near names of these
    kinds, for a thing that has no name in the dataset.
    """
    kinds = tuple(kinds)
    iri = expand(text if ":" in text or len(kinds) != 1 else f"{kinds[0]}:{text}")
    if iri in labels.entries:
        return iri
    near = _near(text, labels, kinds)
    hint = f"Is one of these meant: {', '.join(near)}?" if near else ""
    raise ParameterError(parameter, f"nothing here is named {text!r}", hint=hint)


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


def _near(text: str, labels: Labels, kinds: tuple[str, ...]) -> list[str]:
    if len(text) > _LONGEST:
        return []
    spaces = tuple(f"{RESOURCE}{kind}/" for kind in kinds) or (RESOURCE,)
    names: dict[str, str] = {}
    for iri, entry in labels.entries.items():
        if iri.startswith(spaces):
            short = shorten(iri)
            for name in (short, short.partition(":")[2], *(each.joined for each in entry.names)):
                names.setdefault(name.lower(), short)
    wanted = [text.lower(), text.lower().partition(":")[2] or text.lower()]
    found = [name for each in wanted for name in get_close_matches(each, names, _NEAR, _LIKE)]
    if not found and len(set(names.values())) <= _NEAR:
        found = sorted(names)
    return list(dict.fromkeys(names[name] for name in found))[:_NEAR]
