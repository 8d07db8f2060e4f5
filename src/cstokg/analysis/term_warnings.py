"""Terms of a query that find nothing: those that the ontology has not, and deprecated ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from cstokg.analysis.labels import Queryable
from cstokg.errors import QueryMemoryError, QueryTimeoutError
from cstokg.namespaces import CKG, PREFIXES, shorten
from cstokg.quality.query_files import read_query
from cstokg.store.sparql.lexer import named_iris

_MENTIONED: Final = re.compile(rf"\bckg:([\w-]*)|{re.escape(CKG)}([\w-]*)")
# The namespace, where it may be declared under another name than its usual one.
_OTHERWISE: Final = re.compile(rf"(?<!\bckg:)(?<!\bckg:\s)<{re.escape(CKG)}>")
_MOST: Final = 5
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a dataset: local names, and of deprecated terms and values what to use."""

    known: frozenset[str]
    deprecated: Mapping[str, str]  # by IRI
    deprecated_names: tuple[str, ...]  # the last parts of their IRIs


def read_terms(dataset: Queryable) -> Terms | None:
    """Return the terms that `dataset` declares or uses, and what it has deprecated.

    None where a bound stops that: a dataset can be too large to list what it uses.
    """
    try:
        return _read(dataset)
    except (QueryTimeoutError, QueryMemoryError):
        return None


def _read(dataset: Queryable) -> Terms:
    known = frozenset(
        str(term).removeprefix(CKG) for (term,) in dataset.select(read_query(__file__, "terms"))
    )
    advice: dict[str, str] = {}
    for term, note, successor in dataset.select(read_query(__file__, "deprecated")):
        use = f"Deprecated. Use {shorten(str(successor))}." if successor else "Deprecated."
        advice.setdefault(str(term), str(note or use))
    return Terms(known, advice, tuple(re.split("[#/]", iri)[-1] for iri in advice))


def warn_of_terms(query: str, terms: Terms | None) -> list[str]:
    """Return a sentence for each term in `query` that is not known, with one that is like it.

    Of a term or a value that is deprecated the sentence says what to use in its place. Where the
    terms are not known, nothing is said.
    """
    if terms is None or not any(map(query.__contains__, ("ckg:", CKG, *terms.deprecated_names))):
        return []
    mentioned = {name for pair in _MENTIONED.findall(query) for name in pair if name}
    if (
        mentioned.issubset(terms.known)
        and not any(map(query.__contains__, terms.deprecated_names))
        and not _OTHERWISE.search(query)
    ):
        return []  # to cut the query into tokens takes as long as to answer a small one
    warnings = (_warning(iri, terms) for iri in named_iris(query, PREFIXES))
    return [warning for warning in warnings if warning][:_MOST]


def _warning(iri: str, terms: Terms) -> str:
    if note := terms.deprecated.get(iri):
        return f"{shorten(iri)} is {note[0].lower()}{note[1:]}"
    name = iri.removeprefix(CKG)
    if name in ("", iri) or name in terms.known:
        return ""
    name = name[:_LONGEST]
    similar = get_close_matches(name, terms.known, n=1)
    hint = f" Did you mean ckg:{similar[0]}?" if similar else ""
    return f"There is no term ckg:{name}.{hint}"
