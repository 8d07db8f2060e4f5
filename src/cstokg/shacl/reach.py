"""The focus nodes that a change reaches: of a shape's query only what it says of these can differ.

A query reads triples of its focus node, and of what it is linked with. For a node of which, and of
what it is linked with, no such triple was changed, it finds what it found before.
"""

from functools import cache

from cstokg.shacl.compiler import Probe
from cstokg.store import Store
from cstokg.store.sparql.reads import FEW, SUBCLASS_OF, TYPE, find_nodes, find_reads


class Reach:
    """What the quads that were removed and added, as N-Quads, reach in a store after that."""

    def __init__(self, changed: bytes, store: Store) -> None:
        self._store = store
        self._changed: dict[str, list[tuple[str, str]]] = {}
        for line in changed.decode().splitlines():
            subject, predicate, rest = line.split(" ", 2)
            value = rest.rsplit(" ", 2)[0]
            self._changed.setdefault(predicate, []).append((subject, value))
        self._touched = {subject for ends in self._changed.values() for subject, _ in ends}
        self._kinds = cache(self._find_kinds)
        self._properties = cache(store.predicates)

    def focus(self, probe: Probe) -> set[str] | None:
        """Return the focus nodes of a probe that the change touches, or for which it reads it.

        About all others it finds what it found. None where these are many, or cannot be told.
        """
        if len(self._touched) >= FEW or SUBCLASS_OF in self._changed:
            return None
        reads = find_reads(probe.any_suspect) if probe.classes or probe.properties else None
        found = find_nodes(reads, self._changed, self._store.linked)
        if found is None or any(node.startswith("_:") for node in self._touched):
            return None
        return {node for node in found | self._touched if self._is_target(node, probe)}

    def _is_target(self, node: str, probe: Probe) -> bool:
        return bool(probe.classes & self._kinds(node) or probe.properties & self._properties(node))

    def _find_kinds(self, node: str) -> set[str]:
        """Return the classes that a node is an instance of (SHACL 1.1)."""
        kinds: set[str] = set()
        found = self._store.linked([node], [TYPE])
        while found:
            kinds |= found
            nodes = (each for each in found if not each.startswith('"'))
            found = self._store.linked(nodes, [SUBCLASS_OF]) - kinds
        return kinds
