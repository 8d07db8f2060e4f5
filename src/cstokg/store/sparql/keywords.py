"""Does a query use a keyword? The engine's own parser decides.

Finding SERVICE by cutting the query into words would leave a gap wherever the cut differs from the
parser's: `1<2#>` begins a comment or ends an IRI. So the parser is asked about a query in which the
letters are hidden: one that has them only in a text, an IRI, a name or a comment still is a query.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import pyoxigraph as ox

SyntaxCheck = Callable[[str, Mapping[str, str]], None]


def hide(keyword: str, query: str) -> str:
    """Return `query`, of the same length, with the letters of `keyword` replaced everywhere."""
    return _LETTERS[keyword].sub(lambda match: "q" * len(match[0]), query)


def uses_keyword(
    keyword: str, query: str, prefixes: Mapping[str, str], check: SyntaxCheck | None = None
) -> bool:
    """Return True if `query` may use `keyword` as a keyword.

    True as well for a text that is not a query with or without it. `check` is `check_update` where
    the text is an update.
    """
    folded = query.casefold()
    if keyword.casefold() not in folded and "\\u" not in folded:  # the usual case, at once
        return False
    hidden = hide(keyword, query)
    if hidden == query:
        return False
    try:
        (check or check_syntax)(
            hidden, {hide(keyword, name): iri for name, iri in prefixes.items()}
        )
    except SyntaxError:
        return True
    return False


def check_syntax(query: str, prefixes: Mapping[str, str]) -> None:
    """Let the engine parse `query`, SERVICE hidden in it. Raises the engine's SyntaxError."""
    # The engine has no way to only parse; on an empty store nothing is left to do after that. An
    # ASK query is answered at once, so that SERVICE must never be in the text: it would call out.
    with suppress(RuntimeError):  # parsed, but a function is not there
        ox.Store().query(
            hide("SERVICE", query),
            prefixes={hide("SERVICE", name): iri for name, iri in prefixes.items()},
        )


def check_update(update: str, prefixes: Mapping[str, str]) -> None:
    """Let the engine parse `update`, SERVICE and LOAD hidden in it.

    Raises the engine's SyntaxError.
    """
    for keyword in ("SERVICE", "LOAD"):
        update = hide(keyword, update)
        prefixes = {hide(keyword, name): iri for name, iri in prefixes.items()}
    with suppress(RuntimeError):  # parsed, but a graph is not there
        ox.Store().update(update, prefixes=dict(prefixes))


def _letter(letter: str) -> str:
    # SPARQL 1.1 Query 19.2: any character may be written as \\uXXXX or \\UXXXXXXXX.
    codes = f"{ord(letter.upper()):x}|{ord(letter.lower()):x}"
    return rf"(?:{letter}|\\u00(?:{codes})|\\U000000(?:{codes}))"


_LETTERS: Final = {
    keyword: re.compile("".join(map(_letter, keyword)), re.IGNORECASE)
    for keyword in ("SERVICE", "FROM", "NAMED", "LOAD")
}
