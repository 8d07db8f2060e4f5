"""Which other servers a query may ask (SPARQL 1.1 Federated Query): those the operator names.

The words of a query are cut without parsing it, so that they alone decide nothing. Each SERVICE
whose name is a plain IRI of a named host is taken out; if the engine's own parser still finds
SERVICE in what is left, the query is refused.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from cstokg.errors import QueryRefusedError
from cstokg.store.sparql.keywords import uses_keyword
from cstokg.store.sparql.lexer import tokens

# Nothing that two readers of addresses could take for different hosts: no user, no escape.
_ADDRESS: Final = re.compile(
    r"<https?://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?P<port>:\d+)?(?:[/?#][^>]*)?>"
)
_HINT: Final = "Write the address in full, as in SERVICE <https://example.org/sparql> { … }."


def refuse_other_services(query: str, prefixes: Mapping[str, str], hosts: Collection[str]) -> bool:
    """Return True if each server that `query` asks is one of `hosts` (`name` or `name:port`).

    False for a query that is none. Raises QueryRefusedError for any other server.
    """
    words = list(tokens(query))
    rest = query
    for number, word in enumerate(words):
        if word.kind != "word" or word.text.upper() != "SERVICE":
            continue
        after = number + 1
        if after < len(words) and words[after].text.upper() == "SILENT":
            after += 1
        name = words[after].text if after < len(words) else ""
        address = _ADDRESS.fullmatch(name)
        if address is None:
            raise QueryRefusedError(
                "SERVICE is refused: its server is not named by an address", hint=_HINT
            )
        host = address["host"].lower()
        if host not in hosts and f"{host}{address['port'] or ''}" not in hosts:
            raise QueryRefusedError(
                f"SERVICE is refused: {host} is not among the servers that may be asked",
                hint=f"There are: {', '.join(sorted(hosts))}.",
            )
        # GRAPH takes the same name and block; of the same length, places stay as they are.
        start, end = word.start, words[after].start
        rest = f"{rest[:start]}{'GRAPH'.ljust(end - start)}{rest[end:]}"
    return not uses_keyword("SERVICE", rest, prefixes)
