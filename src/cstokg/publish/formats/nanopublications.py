"""Each claim and each actual fact as a nanopublication (https://nanopub.net/guidelines/).

`nanopublications.rq` says what each has in its graphs. Names are Trusty URIs
(https://trustyuri.net/, module RA): where anything in a nanopublication changes, its name does.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from itertools import groupby
from typing import Final

from rdflib import DCTERMS, OWL, RDF, XSD, Literal, URIRef
from rdflib.term import Node

from cstokg.analysis.summary import summarize
from cstokg.dataset.metadata import DATASET, LICENSE
from cstokg.dataset.query_service import QueryService
from cstokg.namespaces import BASE
from cstokg.quality.query_files import read_query
from cstokg.rdf.turtle_writer import to_trig
from cstokg.store import Triple

_NAME: Final = BASE + "np/"
_NO_CODE: Final = _NAME + "code"
"""What stands for the name of a nanopublication of which the code is not known yet."""
_NP: Final = "http://www.nanopub.org/nschema#"
_PARTS: Final = {
    "assertion": URIRef(f"{_NP}hasAssertion"),
    "provenance": URIRef(f"{_NP}hasProvenance"),
    "pubinfo": URIRef(f"{_NP}hasPublicationInfo"),
}


def to_nanopublications(dataset: QueryService) -> bytes:
    """Return the nanopublications in TriG, in the order of what they are about."""
    summary, this = summarize(dataset), URIRef(_NO_CODE)
    head = {(this, link, URIRef(f"{this}#{part}")) for part, link in _PARTS.items()}
    info = [
        (this, DCTERMS.license, URIRef(LICENSE)),
        (this, DCTERMS.isPartOf, URIRef(DATASET)),
        (URIRef(DATASET), OWL.versionInfo, Literal(summary.version)),
    ]
    if summary.modified:
        info.append((this, DCTERMS.created, Literal(summary.modified, datatype=XSD.date)))
    texts = []
    for _, rows in groupby(
        dataset.select(read_query(__file__, "nanopublications")), key=lambda row: row[0]
    ):
        graphs: dict[str, set[Triple]] = {f"{this}#{part}": set() for part in _PARTS}
        graphs[f"{this}#Head"] = {(this, RDF.type, URIRef(f"{_NP}Nanopublication")), *head}
        graphs[f"{this}#pubinfo"].update(info)
        for _, part, *triple in rows:
            s, p, o = (term for term in triple if term is not None)
            graphs[f"{this}#{part}"].add((s, p, o))
        name = _NAME + _trusty_code(graphs)
        texts.append(to_trig(graphs).replace(_NO_CODE.encode(), name.encode()))
    return b"\n".join(texts)


def _trusty_code(graphs: Mapping[str, set[Triple]]) -> str:
    """Return the code: the SHA-256 of the sorted quads, a line a term, a space for the code."""
    quads = {
        tuple(map(_hashed, (URIRef(graph), *triple)))
        for graph, triples in graphs.items()
        for triple in triples
    }
    text = "".join(f"{line}\n" for quad in sorted(quads) for *_, line in quad)
    return "RA" + urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip("=")


def _hashed(term: Node) -> tuple[bool, str, str, str, str]:
    """Return by what a term is sorted, and its line: IRIs first, then literals by their text."""
    if not isinstance(term, Literal):
        iri = str(term).replace(_NO_CODE, f"{_NAME} ")
        return False, iri, "", "", iri
    language = term.language or ""
    datatype = "" if language else str(term.datatype or XSD.string)
    text = str(term).replace("\\", "\\\\").replace("\n", "\\n")
    line = f"@{language.lower()} {text}" if language else f"^{datatype} {text}"
    return True, str(term), datatype, language, line
