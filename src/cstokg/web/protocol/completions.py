"""What the query editor offers while one types: the names of this graph's terms and resources."""

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, json

from cstokg.analysis.statistics import count_terms
from cstokg.web.http import conditional
from cstokg.web.site import Site, current_site

bp = Blueprint("completions", __name__)

_LABELS: Final = """
SELECT DISTINCT ?iri ?label WHERE {
  ?iri rdfs:label|skos:prefLabel|skos:altLabel ?label FILTER ISIRI(?iri)
} ORDER BY ?iri ?label
"""
# SPARQL 1.1 Query, rule PN_LOCAL, without what would have to be escaped.
_LOCAL: Final = re.compile(r"[\w](?:[\w.-]*[\w-])?")


@bp.get("/sparql/terms.json")
def terms() -> Response:
    """Return the prefixes and the terms: each with its name in a query, its kind and labels."""
    return conditional.answer(lambda: current_site().once(_write), "application/json")


def _write(site: Site) -> str:
    return json.dumps({"prefixes": site.prefixes, "terms": _read_terms(site)}, ensure_ascii=False)


def _read_terms(site: Site) -> list[dict[str, Any]]:
    """Return the classes, the properties and all else that has a label, in this order.

    A class or property without a label is there if the data use it.
    """
    labels: dict[str, list[str]] = {}
    for iri, label in site.select(_LABELS):
        labels.setdefault(str(iri), []).append(str(label))
    uses = site.once(count_terms)
    classes = dict.fromkeys((*uses.classes, *_named_like(labels, site, capital=True)))
    properties = dict.fromkeys((*uses.properties, *_named_like(labels, site, capital=False)))
    kinds = dict.fromkeys(labels, "resource") | dict.fromkeys(properties, "property")
    kinds |= dict.fromkeys(classes, "class")
    order = ("class", "property", "resource")
    return [
        {"name": _name(iri, site.prefixes), "kind": kinds[iri], "labels": labels.get(iri, [])}
        for iri in sorted(kinds, key=lambda each: (order.index(kinds[each]), each))
    ]


def _named_like(labels: Mapping[str, object], site: Site, *, capital: bool) -> list[str]:
    """Return the ontology's own terms of one sort: its classes begin with a capital."""
    ours = site.prefixes.get("ckg", "")
    return [
        iri
        for iri in labels
        if ours and iri.startswith(ours) and iri[len(ours) :][:1].isupper() == capital
    ]


def _name(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return how a query names `iri`: the shortest prefixed name, else the whole in brackets."""
    names = [
        f"{prefix}:{iri.removeprefix(namespace)}"
        for prefix, namespace in prefixes.items()
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri.removeprefix(namespace))
    ]
    return min(names, key=len, default=f"<{iri}>")
