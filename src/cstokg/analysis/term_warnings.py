"""Terms of a query that find nothing: those that the ontology has not, and deprecated ones."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from cstokg.analysis.labels import Queryable
from cstokg.analysis.lookup import Lookup
from cstokg.namespaces import CKG, PREFIXES, in_brackets, shorten
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

    declared: frozenset[str]
    used: Lookup[bool]
    """Whether there is anything of a term, by IRI."""
    deprecated: Mapping[str, str]  # by IRI
    deprecated_names: tuple[str, ...]  # the last parts of their IRIs


def read_terms(dataset: Queryable) -> Terms:
    """Return the terms that `dataset` declares or uses, and what it has deprecated."""

    def read_used(iris: Sequence[str]) -> dict[str, bool]:
        query = read_query(__file__, "used", terms=in_brackets(iris))
        return {str(term): True for (term,) in dataset.select(query)}

    declared = dataset.select(read_query(__file__, "terms"))
    known = frozenset(str(term).removeprefix(CKG) for (term,) in declared)
    advice: dict[str, str] = {}
    for term, note, successor in dataset.select(read_query(__file__, "deprecated")):
        use = f"Deprecated. Use {shorten(str(successor))}." if successor else "Deprecated."
        advice.setdefault(str(term), str(note or use))
    names = tuple(re.split("[#/]", iri)[-1] for iri in advice)
    return Terms(known, Lookup(read_used), advice, names)


def warn_of_terms(query: str, terms: Terms) -> list[str]:
    """Return a sentence for each term in `query` that is not known, with one that is like it.

    Of a term or a value that is deprecated the sentence says what to use in its place.
    """
    if not any(map(query.__contains__, terms.deprecated_names)):
        if "ckg:" not in query and CKG not in query:
            return []
        mentioned = {name for pair in _MENTIONED.findall(query) for name in pair if name}
        if mentioned.issubset(terms.declared) and not _OTHERWISE.search(query):
            return []  # to cut the query into tokens takes as long as to answer a small one
    warnings = (_warning(iri, terms) for iri in named_iris(query, PREFIXES))
    return [warning for warning in warnings if warning][:_MOST]


def _warning(iri: str, terms: Terms) -> str:
    if note := terms.deprecated.get(iri):
        return f"{shorten(iri)} is {note[0].lower()}{note[1:]}"
    name = iri.removeprefix(CKG)
    if name in ("", iri) or name in terms.declared or terms.used.get(iri):
        return ""
    name = name[:_LONGEST]
    similar = get_close_matches(name, terms.declared, n=1)
    hint = f" Did you mean ckg:{similar[0]}?" if similar else ""
    return f"There is no term ckg:{name}.{hint}"
