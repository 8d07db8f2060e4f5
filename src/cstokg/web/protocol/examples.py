"""What query editors ask an endpoint for: examples, prefixes, and what goes with which class.

The examples are in the form of https://github.com/sib-swiss/sparql-examples, the prefixes in that
of SHACL (section 5.2.1), classes and properties in VoID's. No graph has them, so that they are
in no count, export or write; they are put beside the dataset for the queries that name their terms.
"""

from typing import Final

from flask import Blueprint, Response, render_template
from rdflib import XSD, Literal

from cstokg.analysis.statistics import count_terms
from cstokg.namespaces import SH, VOID, VOID_EXT
from cstokg.store.sparql.dataset_clause import query_form
from cstokg.store.sparql.lexer import named_iris
from cstokg.web.http.responses import answer_graph, read_graph
from cstokg.web.protocol.void import describe_dataset
from cstokg.web.site import Site, current_site

bp = Blueprint("examples", __name__)


@bp.get("/.well-known/sparql-examples")
def listing() -> Response:
    """Answer with the stored questions as examples, and the prefixes of this endpoint."""
    return answer_graph(lambda _: read_graph(describe_examples(current_site())))


def describe_examples(site: Site) -> str:
    """Return the stored questions and the prefixes of `site`, in Turtle."""
    return render_template(
        "examples.ttl",
        questions=site.questions,
        prefixes=site.prefixes,
        query_form=query_form,
        text=lambda value: Literal(value).n3(),
        typed=lambda iri: Literal(iri, datatype=XSD.anyURI).n3(),
    )


_DESCRIPTIONS: Final = {
    describe_examples: (SH,),
    describe_dataset: (VOID, VOID_EXT),
}
"""What there is to be asked for, and the vocabularies of its terms."""

_SIGNS: Final = ("sh:", "void:", SH, VOID, VOID_EXT)
"""What a query has in it that may name one of these terms: to read it whole takes longer."""


def put_beside(query: str, site: Site) -> bytes:
    """Return the descriptions to ask beside the dataset of `site` for `query`, in Turtle.

    They are those of whose vocabularies the query names a term that the dataset does not use:
    without them it would find nothing.
    """
    if not any(map(query.__contains__, _SIGNS)):
        return b""
    uses = site.once(count_terms)
    unknown = {*named_iris(query, site.prefixes)} - {SH, VOID, VOID_EXT}
    unknown -= {*uses.classes, *uses.properties}
    return "".join(
        describe(site)
        for describe, vocabularies in _DESCRIPTIONS.items()
        if any(iri.startswith(vocabularies) for iri in unknown)
    ).encode()
