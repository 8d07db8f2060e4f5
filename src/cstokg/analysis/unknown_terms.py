"""Terms that a query names and the ontology has not: such a query is valid, and finds nothing."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from cstokg.namespaces import CKG
from cstokg.store.sparql.lexer import tokens

if TYPE_CHECKING:
    from collections.abc import Collection

    from cstokg.analysis.labels import Queryable

_TERMS: Final = f"""
SELECT DISTINCT ?term WHERE {{
  {{ ?term a ?type }} UNION {{ ?node a ?term }} UNION {{ ?node ?term ?value }}
  FILTER(ISIRI(?term) && STRSTARTS(STR(?term), "{CKG}"))
}}
"""
_MENTIONED: Final = re.compile(rf"\bckg:([\w-]*)|{re.escape(CKG)}([\w-]*)")
# The namespace, where it may be declared under another name than its usual one.
_OTHERWISE: Final = re.compile(rf"(?<!\bckg:)(?<!\bckg:\s)<{re.escape(CKG)}>")
_MOST: Final = 5
_LONGEST: Final = 60


def read_terms(dataset: Queryable) -> frozenset[str]:
    """Return the local names of the terms that `dataset` declares or uses."""
    return frozenset(str(term).removeprefix(CKG) for (term,) in dataset.select(_TERMS))


def warn_of_unknown_terms(query: str, known: Collection[str]) -> list[str]:
    """Return a sentence for each term in `query` that is not `known`, with one that is like it."""
    mentioned = {name for pair in _MENTIONED.findall(query) for name in pair if name}
    if mentioned.issubset(known) and not _OTHERWISE.search(query):
        return []  # to cut the query into tokens takes as long as to answer a small one
    unknown = [name for name in _named(query) if name not in known][:_MOST]
    return [_warning(name[:_LONGEST], known) for name in unknown]


def _named(query: str) -> list[str]:
    """Return the local names of the terms that `query` names, each once."""
    prefixes = {"ckg:": CKG}
    iris: list[str] = []
    before = ""
    for token in tokens(query):
        if token.kind == "iri":
            iris.append(token.text[1:-1])
            prefixes[before] = token.text[1:-1]  # what is before is a prefix where it ends with ":"
        elif token.kind == "pname":
            prefix, colon, local = token.text.partition(":")
            iris.append(prefixes.get(prefix + colon, "") + local)
        before = token.text
    names = (iri.removeprefix(CKG) for iri in iris if iri.startswith(CKG))
    return list(dict.fromkeys(filter(None, names)))


def _warning(name: str, known: Collection[str]) -> str:
    similar = get_close_matches(name, known, n=1)
    hint = f" Did you mean ckg:{similar[0]}?" if similar else ""
    return f"There is no term ckg:{name}.{hint}"
