"""What is worked out graph by graph in `GRAPH ?g { … }` (SPARQL 1.1 Query 18.5, Graph).

pyoxigraph 0.5.13 hands the variable on to each triple pattern, so that a subquery in the block is
answered once for all graphs, and MINUS and VALUES see the variable. So such a block is written out,
once for each graph. `tests/store/test_engine_faults.py` says whether this still is so.
"""

from collections.abc import Callable, Iterable
from typing import Final

from cstokg.store.sparql.lexer import closing, tokens

_MISREAD: Final = ("SELECT", "VALUES", "MINUS")
_MOST: Final = 200
"""Up to how many graphs a block is written out for."""


def rewrite_graph_blocks(query: str, graphs: Callable[[], Iterable[str]]) -> str:
    """Return `query`, or an operation of an update, with such blocks for each of `graphs`."""
    if "GRAPH" not in query.upper():  # the usual case, at once
        return query
    words = list(tokens(query))
    for number in reversed(range(len(words) - 2)):  # a block in a block comes first
        graph, variable, brace = words[number : number + 3]
        if graph.text.upper() != "GRAPH" or variable.kind != "var" or brace.text != "{":
            continue
        last = closing(words, number + 2)
        inside = {word.text.upper() for word in words[number + 3 : last]}
        if inside.isdisjoint(_MISREAD) or len(names := list(graphs())) > _MOST:
            continue
        block = query[brace.start : words[last].end]
        blocks = (f"{{ GRAPH <{g}> {block} VALUES {variable.text} {{ <{g}> }} }}" for g in names)
        written = " UNION ".join(blocks) or "{ FILTER(false) }"
        query = f"{query[: graph.start]}{written}{query[words[last].end :]}"
        return rewrite_graph_blocks(query, graphs)
    return query
