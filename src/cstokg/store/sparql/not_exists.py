"""`FILTER NOT EXISTS` as MINUS, where both mean the same.

pyoxigraph 0.5.13 works the pattern out anew for each solution, and joins what it has more of than
one triple pattern without regard to the solution: the time grows with the square of the data.
MINUS is worked out once. SPARQL 1.1 Query 8.3.3 has the cases in which the two differ; they are
left alone, and so is what the engine looks up quickly.

Groups are found by tokens, which is a guess (see `lexer`). Where the engine takes what is written
here for no query, it is handed the query itself.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from cstokg.store.sparql.lexer import Token, closing, tokens
from cstokg.store.sparql.triple_patterns import CONSTANTS, TriplePattern, read_patterns

_MORE_THAN_TRIPLES: Final = ("{", "(", "[", "*", "?")
"""What the pattern may not have: its solutions might lack a variable, or see one from outside.

So it is with groups and filters, and with paths of length zero.
"""


def rewrite_not_exists(query: str) -> str:
    """Return a query with each `FILTER NOT EXISTS` as MINUS that may be and should."""
    if "EXISTS" not in query.upper():  # the usual case, at once
        return query
    words = list(tokens(query))
    edits = sorted(_edits(query, words), reverse=True)
    for start, end, text in edits:
        query = f"{query[:start]}{text}{query[end:]}"
    return query


def _edits(query: str, words: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Iterate over what goes and what comes: two offsets, and what is to stand between them."""
    groups: list[int] = []
    for number, word in enumerate(words):
        if word.text == "{":
            groups.append(number)
        elif word.text == "}" and groups:
            groups.pop()
        elif groups and _names(words, number, 4) == ["FILTER", "NOT", "EXISTS", "{"]:
            start, end = number + 3, closing(words, number + 3)
            last = closing(words, groups[-1])
            inner = query[words[start].end : words[end].start]
            if _sees_itself_alone(words, groups) and _is_better_as_minus(
                _bound(query, words, groups[-1], last), inner
            ):
                # A filter stays, since a dot may come behind it.
                yield word.start, words[end].end, "FILTER(true)"
                yield words[last].start, words[last].start, f" MINUS {{{inner}}} "


def _names(words: Sequence[Token], start: int, many: int) -> list[str]:
    return [word.text.upper() for word in words[max(0, start) : start + many]]


def _sees_itself_alone(words: Sequence[Token], groups: Sequence[int]) -> bool:
    """Return True if nothing is seen in the innermost group of what is bound outside of it."""
    if _names(words, groups[-1] - 1, 1) == ["OPTIONAL"]:
        return False  # a filter there is a condition for what stands before as well
    for group in groups:
        keyword, name = ["", "", *_names(words, group - 2, 2)][-2:]
        is_variable = name.startswith(("?", "$"))
        if name == "EXISTS" or (keyword in ("GRAPH", "SERVICE", "SILENT") and is_variable):
            return False
    return True


def _bound(query: str, words: Sequence[Token], start: int, end: int) -> set[str]:
    """Return the variables that each solution of a group has, for its triple patterns bind them."""
    found: set[str] = set()
    depth, offset = 0, words[start].start
    outermost = []
    for word in words[start + 1 : end]:
        if word.text == "{" and not depth:
            outermost.append((offset, word.start))
        depth += (word.text == "{") - (word.text == "}")
        if word.text == "}" and not depth:
            offset = word.end
    outermost.append((offset, words[end].end))
    for begin, stop in outermost:
        for _, _, patterns in read_patterns("{ " + query[begin:stop]):
            for pattern in patterns:
                found |= _variables(pattern)
    return found


def _variables(pattern: TriplePattern) -> set[str]:
    ends = {node.text for node in (pattern.subject, pattern.object) if node.kind == "var"}
    path = {token.text for token in tokens(pattern.path) if token.kind == "var"}
    return {name[1:] for name in ends | path}


def _is_better_as_minus(bound: set[str], inner: str) -> bool:
    """Return True if MINUS finds the same with the pattern in the braces, and quicker."""
    words = list(tokens(inner))
    if any(word.text in _MORE_THAN_TRIPLES for word in words):
        return False
    patterns = [pattern for *_, found in read_patterns("{ " + inner) for pattern in found]
    # MINUS takes nothing away from a solution with which it shares no variable.
    shares = any(_variables(pattern) & bound for pattern in patterns)
    subjects = [pattern.subject for pattern in patterns]
    looks_up = all(s.kind in CONSTANTS or s.text[1:] in bound for s in subjects)
    return shares and len(patterns) > 1 and not looks_up
