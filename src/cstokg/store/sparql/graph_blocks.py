"""What is worked out graph by graph in `GRAPH ?g { … }` (SPARQL 1.1 Query 18.5, Graph).

pyoxigraph 0.5.13 hands the variable on to each triple pattern, so that a subquery in the block is
answered once for all graphs, and MINUS and VALUES see the variable. So such a block is written out,
once for each graph. `tests/store/test_engine_faults.py` says whether this still is so.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from cstokg.errors import QueryRefusedError
from cstokg.store.sparql.lexer import Token, closing, tokens

_MISREAD: Final = ("SELECT", "VALUES", "MINUS")
_MOST: Final = 200
"""Up to how many graphs a block is written out for: the engine takes time with their square."""


def rewrite_graph_blocks(query: str, graphs: Callable[[], Iterable[str]]) -> str:
    """Return `query`, or an operation of an update, with such blocks for each of `graphs`.

    Raises QueryRefusedError for a block that would be misread where there are too many graphs.
    """
    if "GRAPH" not in query.upper():  # the usual case, at once
        return query
    words = list(tokens(query))
    for number in reversed(range(len(words) - 2)):  # a block in a block comes first
        graph, variable, brace = words[number : number + 3]
        if graph.text.upper() != "GRAPH" or variable.kind != "var" or brace.text != "{":
            continue
        last = closing(words, number + 2)
        inside = words[number + 3 : last]
        if {word.text.upper() for word in inside}.isdisjoint(_MISREAD):
            continue
        if len(names := list(graphs())) > _MOST:
            if _is_misread(inside, variable.text):
                raise QueryRefusedError(
                    f"A subquery, VALUES of the graph, or MINUS in GRAPH {variable.text} is worked "
                    f"out for at most {_MOST} graphs, and there are {len(names)}. "
                    "Name the graph, or choose graphs with FROM NAMED."
                )
            continue
        block = query[brace.start : words[last].end]
        blocks = (f"{{ GRAPH <{g}> {block} VALUES {variable.text} {{ <{g}> }} }}" for g in names)
        written = " UNION ".join(blocks) or "{ FILTER(false) }"
        query = f"{query[: graph.start]}{written}{query[words[last].end :]}"
        return rewrite_graph_blocks(query, graphs)
    return query


def _is_misread(block: Sequence[Token], variable: str) -> bool:
    """Return False for a block that the engine answers as it should with the graph's variable.

    VALUES of other variables do, and a MINUS that shares one with what is before it.
    """
    for number, word in enumerate(block):
        keyword = word.text.upper()
        if keyword == "SELECT":
            return True
        if keyword == "VALUES":
            brace = next(at for at in range(number, len(block)) if block[at].text == "{")
            if variable in {each.text for each in block[number:brace]}:
                return True
        if keyword == "MINUS":
            end = closing(block, number + 1)
            before, taken = block[:number], block[number:end]
            names = ({one.text for one in part if one.kind == "var"} for part in (before, taken))
            if not set.intersection(*names) - {variable}:
                return True
    return False
