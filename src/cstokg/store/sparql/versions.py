"""The refusal of what SPARQL 1.2 adds to SPARQL 1.1: nothing behind the engine knows RDF 1.2."""

import re
from itertools import pairwise
from typing import Final

from cstokg.errors import QueryRefusedError
from cstokg.store.sparql.lexer import Token, place, tokens

_NEW_WORDS: Final = (
    *("TRIPLE", "ISTRIPLE", "LANGDIR", "STRLANGDIR", "HASLANG", "HASLANGDIR"),
    *("ADJUST", "LATERAL"),  # of the engine's own, and of proposals for SPARQL 1.2
)
_COMMON_WORDS: Final = ("SUBJECT", "PREDICATE", "OBJECT")
_AS_FUNCTION: Final = re.compile(rf"(?<![\w?$:])(?:{'|'.join(_COMMON_WORDS)})[\s#(]")
_FUNCTIONS: Final = (*_NEW_WORDS, *_COMMON_WORDS)
_MARKS: Final = ("<<", "{|", "|}", "~", "--", "VERSION", *_NEW_WORDS)
_HINT: Final = "This endpoint speaks SPARQL 1.1: say what a statement says with a node of its own."


def refuse_newer(text: str) -> None:
    """Raise QueryRefusedError for a query or an update that has a form of SPARQL 1.2.

    These are triple terms, reifiers, annotations, directions of texts, their functions, and
    VERSION.
    """
    upper = text.upper()
    # The usual case at once; `?object` is in many queries.
    if not any(map(upper.__contains__, _MARKS)) and not (
        any(map(upper.__contains__, _COMMON_WORDS)) and _AS_FUNCTION.search(upper)
    ):
        return
    for token, following in pairwise([*tokens(text), Token("", "", -1)]):
        if _is_newer(token, following, text):
            line, column = place(text, token.start)
            shown = " ".join(text[token.start : max(token.end, following.end)].split())
            raise QueryRefusedError(
                f"SPARQL 1.2 is not supported: {shown} at line {line}, column {column}",
                hint=_HINT,
            )


def _is_newer(token: Token, following: Token, text: str) -> bool:
    word = token.text.upper()
    if token.kind == "word":
        return (word == "VERSION" and following.kind == "string") or (
            word in _FUNCTIONS and following.text == ("{" if word == "LATERAL" else "(")
        )
    if token.kind == "lang":
        return text[token.end : token.end + 5].lower() in ("--ltr", "--rtl")
    is_pair = token.kind == following.kind == "mark" and token.end == following.start
    return word == "~" or (is_pair and token.text + following.text in ("<<", "{|", "|}"))
