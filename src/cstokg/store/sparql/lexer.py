"""The words of a SPARQL query, for messages and prefixes.

Cutting a query into tokens without parsing it is a guess in one case: `?a<?b&&?c>?d` is a
comparison, and `<?b&&?c>` also has the form of an IRI. So nothing that must hold is decided here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cstokg.errors import LINE_END

# SPARQL 1.1 Query Language 19.8, terminals.
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_TOKEN = re.compile(
    rf"""
      (?P<space>   [ \t\r\n]+ | \#[^\r\n]* )
    | (?P<iri>     <[^<>"{{}}|^`\\\x00-\x20]*> )
    | (?P<string>  \"\"\"(?:[^\\]|\\.)*?\"\"\" | '''(?:[^\\]|\\.)*?'''
                   | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*' )
    | (?P<var>     [?$]\w+ )
    | (?P<pname>   (?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:
                   (?:(?:[\w:]|{_ESCAPE})(?:(?:[\w:.\-]|{_ESCAPE})*(?:[\w:\-]|{_ESCAPE}))?)? )
    | (?P<blank>   _:\w(?:[\w.\-]*[\w\-])? )
    | (?P<lang>    @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<word>    [^\W\d]\w* )
    | (?P<number>  (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? )
    | (?P<mark>    \^\^|&&|\|\||[!<>]=|. )
    """,
    re.VERBOSE | re.DOTALL,
)


_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:")


class Token(NamedTuple):
    """One word of a query: its kind (a group of the pattern above), text and place."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind the token's last character."""
        return self.start + len(self.text)


def tokens(query: str) -> Iterator[Token]:
    """Iterate over the words of `query`, white space and comments left out."""
    for match in _TOKEN.finditer(query):
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "", match.group(), match.start())


def closing(words: Sequence[Token], number: int) -> int:
    """Return the number of the token that closes the bracket at `number`, else of the last one.

    What looks like an IRI can be a comparison with brackets in it: `?a<((1))&&?b>2`.
    """
    depth = 0
    for found in range(number, len(words)):
        token = words[found]
        if token.kind == "mark" or (token.kind == "iri" and not _SCHEME.match(token.text)):
            for char in token.text:
                depth += (char in "([{") - (char in ")]}")
        if depth <= 0:
            return found
    return len(words) - 1


def undeclared_prefixes(query: str) -> list[Token]:
    """Return the first prefixed name of each prefix that `query` uses and does not declare."""
    used: dict[str, Token] = {}
    declared: set[str] = set()
    after_prefix = False
    for token in tokens(query):
        if token.kind == "pname":
            name = token.text.partition(":")[0]
            if after_prefix:
                declared.add(name)
            else:
                used.setdefault(name, token)
        after_prefix = token.kind == "word" and token.text.upper() == "PREFIX"
    return [token for name, token in used.items() if name not in declared]


def named_iris(query: str, prefixes: Mapping[str, str]) -> list[str]:
    """Return the IRIs that `query` names, each once.

    `prefixes` hold where the query declares none of that name.
    """
    known = {f"{prefix}:": namespace for prefix, namespace in prefixes.items()}
    iris: list[str] = []
    before = ""
    for token in tokens(query):
        if token.kind == "iri":
            iris.append(token.text[1:-1])
            known[before] = token.text[1:-1]  # what is before is a prefix where it ends with ":"
        elif token.kind == "pname":
            prefix, colon, local = token.text.partition(":")
            iris.append(known.get(prefix + colon, "") + local)
        before = token.text
    return list(dict.fromkeys(iris))


def place(text: str, offset: int) -> tuple[int, int]:
    """Return the line and column of `offset` in `text`, both counted from 1."""
    lines = LINE_END.split(text[:offset])
    return len(lines), len(lines[-1]) + 1
