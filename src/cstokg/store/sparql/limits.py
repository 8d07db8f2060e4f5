"""How large a query may be before it endangers the process.

The engine works a query off by recursion: one that is nested too deeply, or chains too many
operators, overflows its stack, which ends the whole process. What people write stays far below.
"""

from functools import lru_cache
from typing import Final

from cstokg.errors import QueryRefusedError
from cstokg.store.sparql.lexer import tokens

# Half of what a thread of two megabytes of stack was seen to bear.
MAX_NESTING: Final = 100
"""How deep brackets may be nested."""

MAX_OPERATORS: Final = 1000
"""How many keywords, functions and operators a query may have; terms in VALUES are none."""

_SHORT: Final = 10_000
"""Up to how many characters a query is remembered, so that what is remembered stays small."""

_OPENING: Final = "([{"
_CLOSING: Final = ")]}"
_OPERATORS: Final = frozenset(("!", "+", "-", "*", "/", "|", "^", "||", "&&"))
_VALUES: Final = frozenset(("TRUE", "FALSE", "UNDEF", "A"))


def refuse_oversized(query: str) -> None:
    """Raise QueryRefusedError for a query that is nested too deeply or has too many operators."""
    # No bracket nests but in another, and no operator is shorter than a character.
    if len(query) <= MAX_OPERATORS and sum(map(query.count, _OPENING)) <= MAX_NESTING:
        return
    if len(query) <= _SHORT:
        _read_short(query)
    else:
        _read(query)


def _read(query: str) -> None:
    """Raise QueryRefusedError as `refuse_oversized` does, for a query of any size."""
    depth = operators = 0
    for token in tokens(query):
        if token.kind == "word":
            operators += token.text.upper() not in _VALUES
        elif token.kind in ("mark", "iri"):
            # What looks like an IRI can be a comparison with brackets in it: `?a<((1))&&?b>2`.
            operators += token.text in _OPERATORS
            for char in token.text:
                depth += (char in _OPENING) - (char in _CLOSING)
                if depth > MAX_NESTING:
                    raise QueryRefusedError(f"the query is nested deeper than {MAX_NESTING} levels")
    if operators > MAX_OPERATORS:
        raise QueryRefusedError(
            f"the query has {operators} keywords and operators; {MAX_OPERATORS} are allowed",
            hint="Give many values in VALUES, or ask in several queries.",
        )


# Those made from the shapes are asked again and again, and take as long to read as to answer.
_read_short = lru_cache(maxsize=512)(_read)
