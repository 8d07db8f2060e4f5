"""What a reader learns who asks for a thing that is not there: what it may be instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from string import Template
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import Gone, NotFound

from cstokg.namespaces import RESOURCE
from cstokg.web.pages import links
from cstokg.web.pages.names import label, learn
from cstokg.web.site import current_site

if TYPE_CHECKING:
    from cstokg.web.pages.resource_rdf import Described

_NEAR: Final = 5
_LIKE: Final = 0.6
_LONGEST: Final = 100
_KIND: Final = re.compile(r"[a-z0-9-]+")

# Of a large dataset only so many are compared: a wrong address must not cost much.
_OF_KIND: Final = Template("""
SELECT DISTINCT ?node ?label WHERE {
  ?node a owl:NamedIndividual
  FILTER STRSTARTS(STR(?node), "$space")
  OPTIONAL { ?node rdfs:label ?label }
}
LIMIT 5000
""")


@dataclass(frozen=True)
class Suggestion:
    """A thing that may be meant: its IRI, where it is found, and its name."""

    iri: str
    url: str
    name: str


class NoSuchThing(NotFound):
    """A 404 that knows what is called nearly so."""

    def __init__(self, description: str, near: list[Suggestion]) -> None:
        super().__init__(description)
        self.details: dict[str, Any] = {"suggestions": near} if near else {}


class GoneThing(Gone):
    """A 410 that knows what took the place of the thing."""

    def __init__(self, description: str, successors: list[Suggestion]) -> None:
        super().__init__(description)
        self.details: dict[str, Any] = {"suggestions": successors} if successors else {}


def not_found(name: str) -> NoSuchThing:
    """Return the error for an address that ends with `name`, which names nothing."""
    return NoSuchThing(f"The dataset says nothing of {name!r}.", near(name))


def gone(found: Described) -> GoneThing:
    """Return the error for a thing that the dataset no longer holds to be one."""
    description = f"{found.iri} is deprecated" + (
        "; what is below took its place." if found.successors else ", and nothing took its place."
    )
    return GoneThing(description, [_suggest(iri) for iri in found.successors])


def near(name: str) -> list[Suggestion]:
    """Return the things whose slug is written nearly as `name` (`state/armena`) is."""
    kind, _, slug = name[:_LONGEST].partition("/")
    spaces = [RESOURCE]
    if _KIND.fullmatch(kind):
        spaces.insert(0, f"{RESOURCE}{kind}/")
    for space in spaces:
        rows = current_site().select(_OF_KIND.substitute(space=space)).rows
        slugs = {str(node).rpartition("/")[2]: str(node) for node, _ in rows}
        close = get_close_matches(slug or kind, slugs, _NEAR, _LIKE)
        if close:
            learn((node, text) for node, text in rows)
            return [_suggest(slugs[each]) for each in close]
    return []


def _suggest(iri: str) -> Suggestion:
    return Suggestion(iri, links.address(iri), label(iri))
