"""The IRIs of the project and the prefixes that queries, exports and pages use."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

BASE: Final = "https://w3id.org/cstokg/"
ONTOLOGY: Final = BASE + "ontology"
CKG: Final = ONTOLOGY + "#"
RESOURCE: Final = BASE + "id/"
GRAPH: Final = BASE + "graph/"

ONTOLOGY_GRAPH: Final = GRAPH + "ontology"
SOURCE_GRAPHS: Final = GRAPH + "source/"
THINGS_GRAPH: Final = SOURCE_GRAPHS + "things"
IDENTIFIERS_GRAPH: Final = SOURCE_GRAPHS + "identifiers"
LINKS_GRAPH: Final = GRAPH + "links"
DERIVED_GRAPH: Final = GRAPH + "derived"
META_GRAPH: Final = GRAPH + "meta"
UNION_GRAPH: Final = GRAPH + "union"
"""The merge of all graphs, where a server keeps it as a graph; no dataset has one of that name."""

DEFAULT_GRAPH: Final = GRAPH + "default"
"""Where an update writes what it names no graph for; what it reads so is the union of all."""

SHARED_GRAPHS: Final = (ONTOLOGY_GRAPH, THINGS_GRAPH, IDENTIFIERS_GRAPH)
"""The graphs that belong to no source and that every source builds on."""

SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""The last part of an IRI of ours."""

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
DCTERMS: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
SH: Final = "http://www.w3.org/ns/shacl#"
VOID: Final = "http://rdfs.org/ns/void#"
VOID_EXT: Final = "http://ldf.fi/void-ext#"

RESOURCE_KINDS: Final = (
    "abstention",
    "attitude",
    "claim",
    "condition",
    "disagreement",
    "document",
    "event",
    "figure",
    "force",
    "group",
    "inducement",
    "leadership",
    "membership",
    "name-use",
    "observer-status",
    "office",
    "office-holding",
    "organization",
    "passage",
    "person",
    "place",
    "policy",
    "provision",
    "recognition",
    "relationship",
    "scheme",
    "source",
    "state",
    "statement",
    "statistical-region",
    "topic",
    "treaty",
    "treaty-participation",
    "trend",
)
"""The kinds of `id/{kind}/{slug}` that facts use; each is a prefix too: `state:armenia`."""

VALUE_KINDS: Final = (
    "actuality",
    "adverse-act-kind",
    "attitude-kind",
    "basis",
    "causal-kind",
    "degree",
    "disagreement-kind",
    "document-kind",
    "drawn-by",
    "inducement-kind",
    "inducement-role",
    "membership-change-kind",
    "membership-status",
    "name-kind",
    "organization-kind",
    "outcome",
    "passage-kind",
    "place-kind",
    "polarity",
    "precision",
    "profession",
    "quotation-kind",
    "recurrence",
    "stance",
    "transfer-kind",
    "treaty-event-kind",
    "trend-direction",
)
"""The value lists (SKOS concept schemes) of `id/{list}/{value}`: `actuality:alleged`."""

VOCABULARIES: Final[dict[str, str]] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "ckg": CKG,
    "dcterms": DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "graph": GRAPH,
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "sh": SH,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": VOID,
    "wd": "http://www.wikidata.org/entity/",
    "xsd": XSD,
}

PREFIXES: Final[dict[str, str]] = dict(
    sorted(
        (
            VOCABULARIES | {kind: f"{RESOURCE}{kind}/" for kind in (*RESOURCE_KINDS, *VALUE_KINDS)}
        ).items()
    )
)
"""Prefix to namespace, in alphabetical order: vocabularies, and one for each kind of resource."""


def source_graph(slug: str) -> str:
    """Return the IRI of the graph that holds the data files of one source (`scepanovic-2024`)."""
    return SOURCE_GRAPHS + slug


def is_computed(graph: str) -> bool:
    """Return True for a graph that follows from others: clients cannot write it."""
    kind = graph.removeprefix(GRAPH).partition("/")[0] if graph.startswith(GRAPH) else ""
    return kind in ("derived", "links", "meta", "union")


def short_graph_name(iri: str) -> str:
    """Return the part of a graph's IRI after `graph/`: `ontology`, `source/scepanovic-2024`."""
    return iri.removeprefix(GRAPH)


def expand(name: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """Return the IRI that a prefixed name (`state:armenia`) stands for, else `name` unchanged."""
    prefix, colon, local = name.partition(":")
    return f"{prefixes[prefix]}{local}" if colon and prefix in prefixes else name


def compact(iri: str) -> str:
    """Return `iri` as a prefixed name where a prefix fits and the rest is plain, else unchanged."""
    for prefix, namespace in PREFIXES.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and rest.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{rest}"
    return iri


def in_brackets(iris: Iterable[str]) -> str:
    """Return IRIs as queries list them: `<https://example.org/a> <https://example.org/b>`."""
    return " ".join(f"<{iri}>" for iri in iris)


def shorten(iri: str) -> str:
    """Return a prefixed name for `iri` where there is one: `ckg:State`, `state:armenia`."""
    kind, _, slug = iri.removeprefix(RESOURCE).partition("/")
    if iri.startswith(RESOURCE) and slug and "/" not in slug:
        return f"{kind}:{slug}"
    return compact(iri)
