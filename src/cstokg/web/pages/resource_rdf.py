"""The data behind a page: what the dataset says of one thing, as a document of its own.

All triples in which the thing is subject or object, but for the lists of values that differ, the
labels of what they lead to, and where the document comes from (the terms for that are VoID's,
section 6, and PROV-O's).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cstokg.dataset.metadata import DATASET, LICENSE
from cstokg.errors import QuerySyntaxError
from cstokg.quality.query_files import read_query
from cstokg.rdf.jsonld import context, to_jsonld
from cstokg.store import GraphResult
from cstokg.web.site import Site

# SPARQL's IRIREF (19.8): nothing else may come into the text of a query.
_IRI: Final = re.compile(r"[^\x00-\x20<>\"{}|\\^`\ufffd\ud800-\udfff]+")


@dataclass(frozen=True)
class Described:
    """A thing that the dataset names; `successors` are the IRIs that replace it."""

    iri: str
    deprecated: bool
    successors: tuple[str, ...]


def find_described(site: Site, iris: Iterable[str]) -> Described | None:
    """Return the first of `iris` that is the subject, object or graph of a triple, or None."""
    for iri in filter(_IRI.fullmatch, iris):
        try:
            rows = site.select(read_query(__file__, "status", iri=iri)).rows
        except QuerySyntaxError:  # RFC 3987 forbids more, such as %ZZ and [: it names nothing
            continue
        if rows:
            successors = tuple(str(successor) for _, successor in rows if successor)
            deprecated = any(str(flag) in ("true", "1") for flag, _ in rows)
            return Described(iri, deprecated or bool(successors), successors)
    return None


def describe_resource(site: Site, iri: str, document: str) -> GraphResult:
    """Return the description of `iri`, which must be a valid IRI, for the address `document`."""
    return site.service.graph(
        read_query(
            __file__,
            "description",
            iri=iri,
            document=document,
            dataset=DATASET,
            licence=LICENSE,
            version=site.service.info.version,
        )
    )


def jsonld_context(site: Site) -> Mapping[str, Any]:
    """Return the JSON-LD context of the ontology's terms; ask for it by `site.once`."""
    return context(site.query)


def write_document(site: Site, graph: GraphResult, format_name: str) -> bytes:
    """Return `graph` in a format of the table; JSON-LD has of our context what it needs."""
    if format_name == "jsonld":
        return to_jsonld({"": graph.payload}, site.once(jsonld_context), whole_context=False)
    return graph.serialize(format_name)
