"""Paths of length zero at terms that the graph does not have (SPARQL 1.1 Query 18.4).

`<a> :p* ?x` has `<a>` among its solutions whatever the graph says; pyoxigraph 0.5.13 finds none
unless the graph has `<a>`. So such a pattern gets an alternative for that case.
`tests/store/test_engine_faults.py` says whether this still is so.

Where the engine takes what is written here for no query, it is handed the query itself.
"""

import re
from collections.abc import Callable
from typing import Final

from cstokg.store.sparql.triple_patterns import CONSTANTS, Node, TriplePattern, read_patterns

_SIGNS: Final = re.compile(r"\*|\?(?!\w)")
_MAY_HAVE_PATHS: Final = re.compile(
    # Behind an IRI, a group, or a name, which may be `:` alone or end in an escape.
    r"[^\s?(]\s*(?:\*(?!\s*(?:\{|where|from))|\?(?!\w))",
    re.IGNORECASE,
)
_NAMELESS: Final = re.compile(r"\[\s*\]")


def rewrite_paths(query: str, is_known: Callable[[str], bool]) -> str:
    """Return `query`, or an operation of an update, so that paths may begin and end at any term.

    `is_known` says of a constant, as it is written, that all graphs that may be asked have it.
    """
    # The usual case, at once; in most queries each "?" begins a variable.
    if not (_SIGNS.search(query) and _MAY_HAVE_PATHS.search(query)):
        return query
    for start, end, triples in reversed(list(read_patterns(query))):
        constants = list(map(_constant, triples))
        if any(node is not None and not is_known(node.text) for node in constants):
            text = " ".join(map(_written, triples)).removesuffix(".")  # one may come behind
            query = f"{query[:start]}{text} {query[end:]}"
    return query


def _constant(pattern: TriplePattern) -> Node | None:
    """Return the constant at which the path may both begin and end, if there is one.

    A blank node of a query is a variable; of one with a label, other patterns may ask more.
    """
    ends = (pattern.subject, pattern.object)
    is_any = [node.kind in (*CONSTANTS, "var") or _NAMELESS.fullmatch(node.text) for node in ends]
    if not pattern.may_be_empty or not all(is_any):
        return None
    return next((node for node in ends if node.kind in CONSTANTS), None)


def _written(pattern: TriplePattern) -> str:
    text = f"{pattern.subject.text} {pattern.path} {pattern.object.text}"
    if (constant := _constant(pattern)) is None:
        return f"{text} ."
    term = constant.text
    other = pattern.object if constant is pattern.subject else pattern.subject
    same = f"FILTER(sameTerm({term}, {other.text}))"
    if other.kind not in CONSTANTS:
        same = f"BIND({term} AS {other.text})" if other.kind == "var" else ""
    return (
        f"{{ {text} }} UNION {{ FILTER NOT EXISTS {{ {term} ?cstokg_p ?cstokg_o }} "
        f"FILTER NOT EXISTS {{ ?cstokg_s ?cstokg_p {term} }} {same} }}"
    )
