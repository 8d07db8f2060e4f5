"""The triples that a query reads about a node, and how these lead back to it.

About a node a query finds what it found before, where no triple was changed that it reads of that
node and of what it is linked with. A way from a triple back to the node goes over links that are
in the same match of the query's patterns: from the first of them that was changed, over links that
were not.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise, takewhile
from typing import Final, NamedTuple

from cstokg.namespaces import RDF, RDFS
from cstokg.store.sparql.lexer import tokens
from cstokg.store.sparql.triple_patterns import read_patterns

TYPE: Final = f"<{RDF}type>"
SUBCLASS_OF: Final = f"<{RDFS}subClassOf>"

FEW: Final = 32
"""With so many nodes it is quicker to ask a query of all."""

_NAME: Final = r"\^?<[^<>]*>"
_STEP: Final = rf"(?:{_NAME}|\(<[^<>]*>(?:\|<[^<>]*>)*\))"
_PATH: Final = re.compile(rf"{_STEP}(?:/{_STEP})*|<[^<>]*>(?:\|<[^<>]*>)*")
_IRI: Final = re.compile(r"<[^<>]*>")
_VALUES: Final = re.compile(r"\bVALUES\b[^{}]*\{[^{}]*\}")

Changed = Mapping[str, Sequence[tuple[str, str]]]
"""The ends of triples that were changed, by their predicates; all is written as in N-Triples."""

Linked = Callable[..., set[str]]
"""Says what nodes are linked to, as `Store.linked` does."""


class Link(NamedTuple):
    """What leads on by one of these predicates, to the subjects that have it where `inverse`."""

    predicates: frozenset[str]
    inverse: bool


class Read(NamedTuple):
    """Triples with one of `predicates`, or any where there is none, and with the object `value`.

    From their subject (0) or object (1) `back` leads to the node that the query is about.
    """

    predicates: frozenset[str]
    value: str | None
    end: int
    back: tuple[Link, ...]

    def find(self, changed: Changed, linked: Linked) -> set[str] | None:
        """Return the nodes about which such triples among `changed` are read; None for many."""
        names = self.predicates or changed
        pairs = (pair for name in names for pair in changed.get(name, ()))
        nodes = {pair[self.end] for pair in pairs if self.value in (None, pair[1])}
        for link in self.back:
            if len(nodes) >= FEW:
                return None
            ends = [node for node in nodes if link.inverse or not node.startswith('"')]
            nodes = linked(ends, link.predicates, inverse=link.inverse)
        return nodes


def find_nodes(reads: Iterable[Read] | None, changed: Changed, linked: Linked) -> set[str] | None:
    """Return the nodes about which a query reads triples that were changed.

    None where they are many, cannot be named, or what it reads is not known.
    """
    if reads is None:
        return None
    nodes: set[str] = set()
    for read in reads:
        found = read.find(changed, linked)
        if found is None or any(node.startswith("_:") for node in found):
            return None
        nodes |= found
    return None if len(nodes) >= FEW else {node for node in nodes if node.startswith("<")}


class _Place(NamedTuple):
    """The groups around a place in a query, by their offsets; subqueries are none of them."""

    groups: tuple[int, ...] = ()
    apart: int = 0
    """Of its variables, only the one asked about is known to be that of the groups before these."""
    subqueries: tuple[tuple[int, frozenset[str]], ...] = ()
    """Their offsets, and the variables that they show."""

    def sees(self, other: "_Place") -> bool:
        """Return True if what stands at `other` is in each match of what stands here."""
        around = other.groups
        return self.groups[: len(around)] == around and len(around) >= self.apart

    def node(self, text: str) -> str:
        """Return a term; a variable with the subquery that it does not leave."""
        if text[0] not in "?$":
            return text
        own = (str(offset) for offset, shown in reversed(self.subqueries) if text not in shown)
        return f"{text} {next(own, '')}"


class _Edge(NamedTuple):
    subject: str
    predicates: frozenset[str]
    object: str
    value: str | None
    place: _Place


Ways = dict[str, tuple[int, tuple[Link, ...]]]
"""What leads from each variable to the one asked about, behind a guess of how much that finds."""


@lru_cache(maxsize=1024)
def find_reads(query: str, root: str = "?this") -> frozenset[Read] | None:
    """Return what a query reads about the variable `root`; None where that is not certain.

    The names in it are IRIs in full.
    """
    edges: list[_Edge] = []
    rest, end = "", 0
    query = _VALUES.sub("", query)
    places = _places(query)
    for begin, stop, patterns in read_patterns(query):
        rest, end = f"{rest}{query[end:begin]} . ", stop
        place = places[begin]
        for pattern in patterns:
            links = _links(pattern.path)
            if links is None:
                return None
            first, last = place.node(pattern.subject.text), place.node(pattern.object.text)
            between = [f"?{begin}.{len(edges) + number}" for number in range(1, len(links))]
            is_value = pattern.object.kind == "iri" and SUBCLASS_OF not in pattern.path
            for link, ends in zip(links, pairwise([first, *between, last]), strict=True):
                subject, object_ = reversed(ends) if link.inverse else ends
                value = last if is_value and object_ == last else None
                edges.append(_Edge(subject, link.predicates, object_, value, place))
    words = list(tokens(rest + query[end:]))
    missed = any(  # a triple pattern that was not read
        one.kind == "var" and (other.kind in ("iri", "var", "pname") or other.text in "a(^!")
        for one, other in pairwise(words)
    )
    if missed:
        return None
    ways_at = cache(lambda place: _find_ways(root, edges, place))
    reads = set()
    for edge in edges:
        ways, ends = ways_at(edge.place), (edge.subject, edge.object)
        known = [(*ways[node], at) for at, node in enumerate(ends) if node in ways]
        cost, back, at = min(known, key=lambda way: way[0], default=(1, (), 0))
        if not known or (cost and not edge.predicates):
            return None
        reads.add(Read(edge.predicates, edge.value, at, back))
    return frozenset(reads)


def _find_ways(root: str, edges: Sequence[_Edge], place: _Place) -> Ways:
    """Return how the variables at a place lead back to `root`."""
    seen = [edge for edge in edges if edge.predicates and place.sees(edge.place)]
    nodes = {node for edge in edges for node in (edge.subject, edge.object)}
    ways: Ways = {node: (0, ()) for node in nodes if node.split(" ")[0] == root}
    again = True
    while again:
        again = False
        for edge in seen:
            ends = (edge.subject, edge.object)
            for (near, far), inverse in ((ends, True), (ends[::-1], False)):
                if near in ways and far[0] in "?$":
                    # A node has few values, and may be the value of many.
                    cost = ways[near][0] + (3 if inverse else 1)
                    if far not in ways or cost < ways[far][0]:
                        ways[far] = (cost, (Link(edge.predicates, inverse), *ways[near][1]))
                        again = True
    return ways


def _places(query: str) -> dict[int, _Place]:
    """Return where each token stands, by its offset."""
    found = {}
    around, bodies = [_Place()], [True]  # of each open group, and whether its body comes next
    words = list(tokens(query))
    for number, word in enumerate(words):
        here = around[-1]
        if word.text == "{":
            after = words[number + 1 :]
            is_subquery = bool(after) and after[0].text.upper() == "SELECT"
            if is_subquery:
                clause = takewhile(lambda each: each.text != "{", after)
                subquery = word.start, frozenset(each.text for each in clause)
                here = here._replace(subqueries=(*here.subqueries, subquery))
            elif not bodies[-1]:
                here = here._replace(groups=(*here.groups, word.start))
                if words[number - 1].text.upper() != "EXISTS":
                    here = here._replace(apart=len(here.groups))
            bodies[-1] = False
            around.append(here)
            bodies.append(is_subquery)
        elif word.text == "}" and len(around) > 1:
            del around[-1], bodies[-1]
        found[word.start] = here
    return found


def _links(path: str) -> list[Link] | None:
    """Return the links of a path; None for a path that does not lead on link by link."""
    if path == "a":
        return [Link(frozenset([TYPE]), inverse=False)]
    if path[0] in "?$":
        return [Link(frozenset(), inverse=False)]
    # Which classes are above others is asked of the ontology; where it changes, nothing is told.
    path = path.replace(f"/{SUBCLASS_OF}*", "")
    path = re.sub(rf"\(({_NAME})\)", r"\1", path)
    path = re.sub(rf"^\(({_STEP}(?:/{_STEP})*)\)$", r"\1", path)
    if not _PATH.fullmatch(path):
        return None
    steps = re.findall(_STEP, path) if "/" in _IRI.sub("", path) else [path]
    return [Link(frozenset(_IRI.findall(step)), inverse="^" in step) for step in steps]
