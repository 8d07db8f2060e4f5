"""The errors for a thing that is not there or is deprecated, with what may be meant instead."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from string import Template
from typing import Any, Final

from werkzeug.exceptions import Gone, NotFound

from cstokg.namespaces import RESOURCE
from cstokg.web.pages import links
from cstokg.web.pages.names import label
from cstokg.web.pages.resource_rdf import Described
from cstokg.web.site import current_site

_NEAR: Final = 5
_LIKE: Final = 0.6
_LONGEST: Final = 100
_NAMED: Final = Template("""
SELECT DISTINCT ?thing { ?thing rdfs:label ?name FILTER STRSTARTS(STR(?thing), "$space") }
LIMIT 5000
""")
"""Of a large dataset only so many are compared: a wrong address must not cost much."""
_KIND: Final = re.compile(r"[a-z0-9-]+")


class NoSuchThing(NotFound):
    """A 404 that knows what is called nearly so."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The dataset says nothing of {name!r}.")
        self.details = _details(near(name))


class GoneThing(Gone):
    """A 410 that knows what took the place of the thing."""

    def __init__(self, found: Described) -> None:
        replaced = "; what is below" if found.successors else ", and nothing"
        super().__init__(f"{found.iri} is deprecated{replaced} took its place.")
        self.details = _details(found.successors)


def near(name: str) -> list[str]:
    """Return the IRIs of things whose slug is written nearly as `name` (`state/armena`) is."""
    kind, _, slug = name[:_LONGEST].partition("/")
    spaces = [f"{RESOURCE}{kind}/", RESOURCE] if _KIND.fullmatch(kind) else [RESOURCE]
    for space in spaces:
        found = current_site().service.select(_NAMED.substitute(space=space)).texts
        slugs = {iri.rpartition("/")[2]: iri for (iri,) in found}
        close = get_close_matches(slug or kind, slugs, _NEAR, _LIKE)
        if close:
            return [slugs[each] for each in close]
    return []


def _details(iris: Iterable[str]) -> dict[str, Any]:
    suggestions = [{"iri": iri, "url": links.address(iri), "name": label(iri)} for iri in iris]
    return {"suggestions": suggestions} if suggestions else {}
