"""The times of the data: where they stand, and which of them are no dates.

What is no date bounds nothing: the rules pass it over, the build refuses it, and a validation
reports it; all three ask here.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from rdflib import URIRef
from rdflib.term import Node

from cstokg.errors import DateError
from cstokg.namespaces import CKG
from cstokg.rdf.edtf import parse_bounds
from cstokg.store import Store

TIMES: Final = tuple(
    URIRef(CKG + name)
    for name in (
        *("attestedOn", "begin", "date", "datePublished", "dateReading", "dateWritten", "end"),
        "membersAsOf",
    )
)
"""The properties whose values are texts in EDTF."""

_TIMES: Final = f"""
SELECT DISTINCT ?node ?property ?text WHERE {{
  VALUES ?property {{ {" ".join(each.n3() for each in TIMES)} }}
  ?node ?property ?text
}}
"""


class BadDate(NamedTuple):
    """A time that is no date, and why."""

    node: Node
    property: Node
    text: Node
    error: DateError


def find_times(store: Store) -> Iterator[tuple[Node, Node, Node]]:
    """Iterate over the times in a store: the node, the property and the text."""
    for node, name, text in store.select(_TIMES):
        if node is not None and name is not None and text is not None:
            yield node, name, text


def find_bad_dates(times: Iterable[tuple[Node, Node, Node]]) -> Iterator[BadDate]:
    """Iterate over those of some triples of times whose text is no date, in a stable order."""
    bad = []
    for node, name, text in times:
        try:
            parse_bounds(str(text))
        except DateError as error:
            bad.append(BadDate(node, name, text, error))
    yield from sorted(bad, key=lambda date: [term.n3() for term in date[:3]])
