"""JSON-LD with a context of our own: the ontology's names as keys, IRIs of resources in full.

The engine writes expanded JSON-LD, which is exact; here its keys and values are shortened by the
context (JSON-LD 1.1 Processing Algorithms and API 5.6, as far as flat nodes need it). rdflib's
serializer is not used: it drops empty texts and nodes that only refer to themselves.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from cstokg.namespaces import CKG, OWL, RDFS, VOCABULARIES, XSD
from cstokg.rdf.progress import track
from cstokg.store import GraphResult, Result, SelectResult

_PROPERTIES: Final = f"""
PREFIX owl: <{OWL}>
PREFIX rdfs: <{RDFS}>
SELECT ?property ?kind (SAMPLE(?type) AS ?range) WHERE {{
  VALUES ?kind {{ owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }}
  ?property a ?kind .
  FILTER STRSTARTS(STR(?property), "{CKG}")
  OPTIONAL {{ ?property rdfs:range ?type }}
}}
GROUP BY ?property ?kind
ORDER BY ?property
"""

# What JSON's own numbers and truth values mean in JSON-LD, where the text is the usual one.
_NATIVE: Final = {
    XSD + "integer": re.compile(r"0|-?[1-9]\d{0,14}"),
    XSD + "boolean": re.compile(r"true|false"),
}


def context(ask: Callable[[str], Result]) -> dict[str, Any]:
    """Return the JSON-LD context of the project's terms, computed from the ontology.

    `ask` answers a query, as `Dataset.query` does. The context needs no network: prefixes, and for
    each property by its name what its values are. Resources keep their whole IRIs: their kinds'
    prefixes are mostly the names of properties as well.
    """
    terms: dict[str, Any] = {}
    for prop, kind, value_range in cast("SelectResult", ask(_PROPERTIES)):
        term: dict[str, str] = {"@id": "ckg:" + str(prop).removeprefix(CKG)}
        if str(kind) == OWL + "ObjectProperty":
            term["@type"] = "@id"
        elif str(value_range).startswith(XSD) and str(value_range) != XSD + "string":
            term["@type"] = _shorten(str(value_range))
        terms[str(prop).removeprefix(CKG)] = term
    return {**VOCABULARIES, **terms}


def to_jsonld(
    graphs: Mapping[str, bytes], terms: Mapping[str, Any], *, whole_context: bool = True
) -> bytes:
    """Return graphs, by name as N-Triples, as JSON-LD with `terms` as its context.

    The graph with the name "" is the default graph. Nodes, keys and values are sorted. With
    `whole_context=False` the context is cut down to what the document uses.
    """
    nodes: list[Any] = []
    for name, ntriples in track("writing", graphs.items()):
        expanded = json.loads(GraphResult(ntriples).serialize("jsonld"))
        found = sorted((_compact(node, terms) for node in expanded), key=_order)
        nodes += [{"@id": name, "@graph": found}] if name else found
    used = terms if whole_context else _used(nodes, terms)
    document = {"@context": used, "@graph": nodes}
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _used(nodes: list[Any], terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return of `terms` those that `nodes` name, and the prefixes that these need."""
    text = json.dumps(nodes, ensure_ascii=False)
    words = set(re.findall(r'"([\w-]+)[:"]', text))
    used = {name: term for name, term in terms.items() if name in words}
    prefixes = set(re.findall(r'"([\w-]+):', json.dumps(used)))
    return {name: term for name, term in terms.items() if name in used or name in prefixes}


def _compact(node: Mapping[str, Any], terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node of expanded JSON-LD in the words of the context."""
    short: dict[str, Any] = {"@id": node["@id"]}
    for key, values in node.items():
        if key == "@type":
            short[key] = _one_or_many([_shorten(iri) for iri in values])
        elif key != "@id":
            name = key.removeprefix(CKG) if key.startswith(CKG) else ""
            term = terms.get(name, {})
            short[name if term else _shorten(key)] = _one_or_many(
                [_compact_value(value, term.get("@type")) for value in values]
            )
    return short


def _compact_value(value: Mapping[str, Any], coerced: str | None) -> Any:
    """Return a value in its shortest form; `coerced` is the type that the term gives it."""
    if "@id" in value:
        return value["@id"] if coerced == "@id" else dict(value)
    datatype, text = value.get("@type"), value["@value"]
    if datatype is None:
        return text if coerced is None and "@language" not in value else dict(value)
    short = _shorten(datatype)
    if coerced in {None, short} and datatype in _NATIVE and _NATIVE[datatype].fullmatch(text):
        return json.loads(text)
    return text if coerced == short else {"@type": short, "@value": text}


def _shorten(iri: str) -> str:
    """Return `iri` by the prefix of its vocabulary, or whole."""
    for prefix, namespace in VOCABULARIES.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and re.fullmatch(r"\w[\w-]*", rest):
            return f"{prefix}:{rest}"
    return iri


def _one_or_many(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else sorted(values, key=_order)


def _order(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
