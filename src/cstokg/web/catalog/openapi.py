"""The addresses that answer with JSON, described for programs (OpenAPI 3.1).

https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

from typing import Any, Final

from cstokg._version import __version__
from cstokg.dataset.metadata import LICENSE
from cstokg.formats import formats_for
from cstokg.web.http.paging import MAX_SIZE
from cstokg.web.pages.browse import SIZE, SORTS
from cstokg.web.pages.search import MAX_LENGTH, SHOWN

_JSON: Final = "application/json"
_JSONLD: Final = "application/ld+json"
_PROBLEM: Final = "application/problem+json"

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_IRI: Final[dict[str, Any]] = {"type": "string", "format": "iri"}
_ADDRESS: Final[dict[str, Any]] = {"type": "string", "format": "uri"}
_NUMBER: Final[dict[str, Any]] = {"type": "integer", "minimum": 0}
_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": _TEXT}

# The path of each address as Flask writes it, and as OpenAPI does.
PATHS: Final = {
    "/search": "/search",
    "/search/suggest": "/search/suggest",
    "/browse": "/browse",
    "/browse/<class_name>": "/browse/{class_name}",
    "/sparql": "/sparql",
    "/sparql/terms.json": "/sparql/terms.json",
    "/context.jsonld": "/context.jsonld",
    "/data/<path:name>": "/data/{name}",
    "/ontology": "/ontology",
    "/graph/<path:name>": "/graph/{name}",
    "/rdf-graph-store": "/rdf-graph-store",
    "/.well-known/void": "/.well-known/void",
    "/catalog": "/catalog",
    "/shacl": "/shacl",
    "/openapi.json": "/openapi.json",
}


def describe_api(address: str) -> dict[str, Any]:
    """Return the description of the JSON of the server at `address`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cstokg",
            "version": __version__,
            "description": "What one analyst article says about the Collective Security Treaty "
            "Organization, as a knowledge graph. Everything is public; each answer has an ETag. "
            "RDF comes in other formats too, by Accept.",
            "license": {"name": "CC BY 4.0", "url": LICENSE},
        },
        "servers": [{"url": address.rstrip("/") or "/"}],
        "paths": _paths(),
        "components": {"schemas": _SCHEMAS, "responses": {"Problem": _PROBLEM_RESPONSE}},
    }


def _parameter(
    name: str, description: str, schema: dict[str, Any], *, example: str = "", place: str = "query"
) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "in": place, "description": description}
    if place == "path":
        found["required"] = True
    if example:
        found["example"] = example
    return {**found, "schema": schema}


def _get(
    summary: str,
    schema: dict[str, Any],
    *parameters: dict[str, Any],
    media_type: str = _JSON,
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {
            "200": {"description": "The answer", "content": {media_type: {"schema": schema}}},
            "304": {"description": "The copy with the ETag of If-None-Match still holds"},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    return {"get": operation | ({"parameters": list(parameters)} if parameters else {})}


def _validation() -> dict[str, Any]:
    alone = _parameter("alone", "Leave the dataset out", _TEXT) | {"allowEmptyValue": True}
    graph: dict[str, Any] = {row.media_type: {} for row in formats_for("graph")}
    report = {_JSON: {"schema": _schema("ValidationResult")}, **graph}
    return {
        "post": {
            "summary": "Whether a graph conforms to the shapes; nothing is stored",
            "parameters": [alone],
            "requestBody": {"required": True, "content": graph},
            "responses": {
                "200": {"description": "The validation report", "content": report},
                "default": {"$ref": "#/components/responses/Problem"},
            },
        }
    }


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _size(default: int, maximum: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": maximum, "default": default}
    return _parameter("size", "How many at once", schema)


_PAGE: Final = _parameter("page", "Which part", {"type": "integer", "minimum": 1, "default": 1})
_QUERY: Final = _parameter(
    "q", "A name, a word, an IRI", {"type": "string", "maxLength": MAX_LENGTH}, example="Armenia"
)
_DAY: Final[dict[str, Any]] = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
_PROBLEM_RESPONSE: Final = {
    "description": "What went wrong (RFC 9457)",
    "content": {_PROBLEM: {"schema": _schema("Problem")}},
}
_RDF: Final[dict[str, Any]] = {"description": "RDF as JSON-LD 1.1", "type": ["object", "array"]}

_SCHEMAS: Final[dict[str, Any]] = {
    "Problem": {
        "type": "object",
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "hint": _TEXT,
        },
        "required": ["type", "title", "status"],
    },
    "Hit": _object(
        iri=_IRI,
        name={"type": "string", "description": "The prefixed name"},
        label=_TEXT,
        labels=_list(_object(text=_TEXT, language=_TEXT, alias={"type": "boolean"})),
        classes=_TEXTS,
        description=_TEXT,
        match={
            "type": "string",
            "description": "How it was found, the best first",
            "enum": [
                *("iri", "label", "alias", "label-prefix", "alias-prefix"),
                *("similar", "description"),
            ],
        },
        matched={"type": "string", "description": "The name by which it was found"},
        page=_ADDRESS,
    ),
    "Hits": _object(
        query=_TEXT, total=_NUMBER, page=_NUMBER, pages=_NUMBER, results=_list(_schema("Hit"))
    ),
    "Suggestions": {
        "description": "What was asked, then names, descriptions and pages (OpenSearch "
        "Suggestions 1.1)",
        "type": "array",
        "prefixItems": [_TEXT, _TEXTS, _TEXTS, _list(_ADDRESS)],
        "minItems": 4,
        "maxItems": 4,
    },
    "Classes": _object(
        classes=_list(
            _object(
                **{"class": _TEXT, "iri": _IRI, "label": _TEXT, "count": _NUMBER},
                things=_ADDRESS,
            )
        )
    ),
    "Things": _object(
        **{"class": _TEXT, "iri": _IRI, "label": _TEXT},
        total=_NUMBER,
        page=_NUMBER,
        pages=_NUMBER,
        facets={
            "type": "object",
            "description": "By name, the values to narrow the list by, and how many each leaves",
            "additionalProperties": _list(
                _object(value=_TEXT, count=_NUMBER, chosen={"type": "boolean"})
            ),
        },
        results=_list(
            _object(
                iri=_IRI,
                name=_TEXT,
                label=_TEXT,
                date={"type": "string", "description": "As written, in EDTF"},
                earliest=_TEXT,
                latest=_TEXT,
                values={"type": "object", "additionalProperties": _TEXTS},
                page=_ADDRESS,
            )
        ),
    ),
    "ValidationResult": _object(
        conforms={"type": "boolean", "description": "Whether there is no violation"},
        triples=_NUMBER,
        shapes=_NUMBER,
        findings=_list(
            {
                "type": "object",
                "properties": {
                    "severity": {"enum": ["violation", "warning", "info"]},
                    **dict.fromkeys(
                        ("message", "focus", "node", "path", "value", "constraint", "shape"), _TEXT
                    ),
                },
                "required": ["severity", "focus", "node"],
            }
        ),
    ),
    "Results": {
        "description": "SPARQL 1.1 Query Results JSON Format",
        "type": "object",
        "properties": {
            "head": {"type": "object"},
            "results": {"type": "object"},
            "boolean": {"type": "boolean"},
        },
        "required": ["head"],
    },
    "Terms": _object(
        prefixes={"type": "object", "additionalProperties": _TEXT}, terms=_list({"type": "object"})
    ),
}


def _paths() -> dict[str, Any]:
    class_name = _parameter(
        "class_name", "A class by its prefixed name", _TEXT, example="ckg:Event", place="path"
    )
    sort = _parameter("sort", "The order", {"type": "string", "enum": list(SORTS)})
    facets = _parameter(
        "facets",
        "A value of a facet of the class, under the facet's name; values of one facet add up, "
        "facets narrow. An unknown one is refused with a list of those there are.",
        {"type": "object", "additionalProperties": _list(_TEXT)},
    ) | {"style": "form", "explode": True, "example": {"actuality": ["actuality:alleged"]}}
    days = (
        _parameter("from", "Not over before this year, month or day", _DAY, example="2022"),
        _parameter("until", "Begun by this year, month or day", _DAY, example="2024-06-25"),
    )
    resource = _parameter("name", "A resource", _TEXT, example="state/armenia", place="path")
    graph = _parameter("name", "A graph", _TEXT, example="links", place="path")
    graph_iri = _parameter("graph", "The IRI of a graph", _IRI)
    default = _parameter("default", "The union of all graphs", _TEXT) | {"allowEmptyValue": True}
    query = _parameter("query", "A SPARQL 1.1 query", _TEXT, example="ASK { ?s ?p ?o }")
    return {
        "/search": _get(
            "What has a name or a description like this",
            _schema("Hits"),
            _QUERY,
            _PAGE,
            _size(SHOWN, MAX_SIZE),
        ),
        "/search/suggest": _get(
            "Names for what has been typed so far",
            _schema("Suggestions"),
            _QUERY,
            _size(8, SHOWN),
            media_type="application/x-suggestions+json",
        ),
        "/browse": _get("The classes and how many things are in each", _schema("Classes")),
        "/browse/{class_name}": _get(
            "The things of a class",
            _schema("Things"),
            *(class_name, facets, *days, sort, _PAGE, _size(SIZE, MAX_SIZE)),
        ),
        "/sparql": _get(
            "The answer of a SELECT or ASK query",
            _schema("Results"),
            query,
            media_type="application/sparql-results+json",
        ),
        "/sparql/terms.json": _get("Prefixes and terms, for completion", _schema("Terms")),
        "/context.jsonld": _get("The JSON-LD context", {"type": "object"}, media_type=_JSONLD),
        "/data/{name}": _get(
            "What the dataset says of a resource", _RDF, resource, media_type=_JSONLD
        ),
        "/ontology": _get("The vocabulary", _RDF, media_type=_JSONLD),
        "/graph/{name}": _get("One graph", _RDF, graph, media_type=_JSONLD),
        "/rdf-graph-store": _get(
            "One graph, or the union (SPARQL 1.1 Graph Store Protocol)",
            _RDF,
            *(graph_iri, default),
            media_type=_JSONLD,
        ),
        "/.well-known/void": _get(
            "What the dataset says of itself (VoID)", _RDF, media_type=_JSONLD
        ),
        "/catalog": _get("The dataset, its files and services (DCAT 3)", _RDF, media_type=_JSONLD),
        "/shacl": _get("The SHACL shapes", _RDF, media_type=_JSONLD) | _validation(),
        "/openapi.json": _get("This description", {"type": "object"}),
    }
