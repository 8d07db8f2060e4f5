"""The focus nodes that a change reaches: of a shape's query only what it says of these can differ.

A query reads triples of its focus node, and of what these lead to. For a node of which, and of what
it leads to, no such triple was changed, it finds what it found before.
"""

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from cstokg.namespaces import RDF, RDFS
from cstokg.shacl.compiler import Probe
from cstokg.store import Store
from cstokg.store.sparql.lexer import tokens
from cstokg.store.sparql.triple_patterns import read_patterns

Step = frozenset[str]
"""Predicates of which one leads on; none for a variable, which may be any."""

_FEW: Final = 32
"""With so many nodes it is quicker to ask a query of all."""

_TYPE: Final = f"<{RDF}type>"
_SUBCLASS_OF: Final = f"<{RDFS}subClassOf>"
_IRI: Final = re.compile(r"<[^<>]*>")


class Read(NamedTuple):
    """Triples that a query reads: those with a predicate of `step` where `before` leads to."""

    before: tuple[Step, ...]
    step: Step


class Reach:
    """What the quads that were removed and added, as N-Quads, reach in a store after that."""

    def __init__(self, changed: bytes, store: Store) -> None:
        self._store = store
        self._subjects: dict[str, set[str]] = {}
        for line in changed.decode().splitlines():
            subject, predicate, _ = line.split(" ", 2)
            self._subjects.setdefault(predicate, set()).add(subject)
        self._touched = frozenset[str]().union(*self._subjects.values())
        self._kinds = cache(self._find_kinds)

    def focus(self, probe: Probe) -> set[str] | None:
        """Return the focus nodes of a probe that the change touches, or for which it reads it.

        About all others it finds what it found. None where these are many, or cannot be told.
        """
        if len(self._touched) >= _FEW or _SUBCLASS_OF in self._subjects:
            return None
        reads = find_reads(probe.any_suspect) if probe.classes or probe.properties else None
        if reads is None:
            return None
        found = set(self._touched)
        for before, step in reads:
            nodes = {node for name in step for node in self._subjects.get(name, ())}
            for back in reversed(before):
                if len(nodes) >= _FEW:
                    return None
                nodes = self._store.linked(nodes, back, inverse=True)
            found |= nodes
        if len(found) >= _FEW or any(node.startswith("_:") for node in found):
            return None
        return {node for node in found if self._is_target(node, probe)}

    def _is_target(self, node: str, probe: Probe) -> bool:
        return bool(
            probe.classes & self._kinds(node) or self._store.linked([node], probe.properties)
        )

    def _find_kinds(self, node: str) -> set[str]:
        """Return the classes that a node is an instance of (SHACL 1.1)."""
        kinds: set[str] = set()
        found = self._store.linked([node], [_TYPE])
        while found:
            kinds |= found
            nodes = (each for each in found if not each.startswith('"'))
            found = self._store.linked(nodes, [_SUBCLASS_OF]) - kinds
        return kinds


@lru_cache(maxsize=1024)
def find_reads(query: str) -> frozenset[Read] | None:
    """Return what the query of a probe reads; None where that cannot be told with certainty."""
    led: dict[str, set[tuple[Step, ...]]] = {"?this": {()}}
    subjects = set()
    found: set[Read] = set()
    rest, end = "", 0
    for begin, stop, patterns in read_patterns(query):
        rest, end = f"{rest}{query[end:begin]} . ", stop
        for pattern in patterns:
            subjects.add(pattern.subject.text)
            before, steps = led.get(pattern.subject.text), _steps(pattern.path)
            if before is None or steps is None:
                return None
            path = min(before, key=len)
            for step in steps:
                if path and not step:
                    return None
                found.add(Read(path, step))
                path = (*path, step)
            if pattern.object.kind == "var" and pattern.object.text != "?this" and all(path):
                led.setdefault(pattern.object.text, set()).add(path)
    if any(len(led[name]) > 1 for name in subjects):  # perhaps another thing in another branch
        return None
    words = list(tokens(rest + query[end:]))
    missed = any(  # a triple pattern that was not read
        one.kind == "var" and (other.kind in ("iri", "var", "pname") or other.text in "a(^!")
        for one, other in pairwise(words)
    )
    return None if missed else frozenset(found)


def _steps(path: str) -> list[Step] | None:
    """Return the steps of a path; None for a path that does not lead on step by step."""
    if path == "a":
        return [frozenset([_TYPE])]
    if path[0] in "?$":
        return [frozenset()]
    # Which classes are above others is asked of the ontology; where it changes, nothing is told.
    path = path.replace(f"/{_SUBCLASS_OF}*", "")
    names, signs = _IRI.findall(path), set(_IRI.sub("", path)) - set("() ")
    if signs <= {"/"}:
        return [frozenset([name]) for name in names]
    return [frozenset(names)] if signs == {"|"} else None
