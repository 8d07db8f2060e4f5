"""The difference of two versions of RDF files in words: what was added, removed and changed.

Blank nodes are compared by what is said about them, whatever their labels: one that has no equal on
the other side is matched with the one under the same property that it shares most with.

This module belongs to the build; it must not import from the export, the web or the command line.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.compare import to_canonical_graph
from rdflib.term import Node

from cstokg.errors import MissingFolderError
from cstokg.rdf.turtle_reader import declared_prefixes
from cstokg.rdf.turtle_writer import SETS, TurtleWriter, find_entangled
from cstokg.store import Store, Triple, split_graphs
from cstokg.store.parsing import plain_path, read_file, turtle_files

_TERMS: Final = frozenset(
    {
        OWL.AnnotationProperty,
        OWL.Class,
        OWL.DatatypeProperty,
        OWL.ObjectProperty,
        RDFS.Datatype,
        RDF.Property,
    }
)
"""What makes a node a term of the vocabulary."""

_PROJECT_FOLDERS: Final = ("ontology", "data", "shapes")
_NAME_GRAPHS: Final = frozenset({".jsonld", ".nq", ".trig"})
"""The extensions of files that can say in which graph something is."""
_DEFAULT_GRAPH: Final = "urn:x-file:"
_KEPT: Final = b"urn:x-xsd:"
"""What a datatype begins with in the store that it would not keep."""

_DERIVED_TYPE: Final = re.compile(
    rb'(?<!\\)"\^\^<http://www\.w3\.org/2001/XMLSchema#'
    rb"(byte|short|int|long|unsigned\w+|non(?:Negative|Positive)Integer|(?:nega|posi)tiveInteger"
    rb"|dateTimeStamp)>"
)
_BLANK: Final = "urn:x-blank:"
"""What stands for a blank node that several others refer to, before a hash of its neighbourhood."""


@dataclass(frozen=True)
class Fact:
    """One value of one property that differs: `old` is None if it was added, `new` if removed.

    The values are written as in Turtle. `path` names the property, and before it those that lead
    to a nested blank node, with what identifies that node: `sh:property [sh:path ckg:unit]`.
    """

    path: tuple[str, ...]
    old: str | None
    new: str | None


@dataclass(frozen=True)
class NodeDifference:
    """One node that is not the same in both versions."""

    change: Literal["added", "removed", "changed"]
    name: str
    """Its prefixed name; its kind in brackets for a blank node."""
    iri: str
    """Empty for a blank node."""
    label: str
    types: tuple[str, ...]
    is_term: bool
    facts: tuple[Fact, ...]
    graph: str = ""
    """The IRI of the graph in which it differs; empty for the default graph, or for all as one."""


def compare_paths(
    old: Path, new: Path, *, ignore_graphs: bool = False
) -> tuple[NodeDifference, ...]:
    """Return how `new` differs from `old`, terms first; empty where both say the same.

    Each is a file of RDF in any syntax that the build reads, or a folder: of a project's folder
    ontology/, data/ and shapes/ count, of any other folder all its Turtle files. Graphs are
    compared one by one where both can name them, as TriG, N-Quads and JSON-LD can (those that blank
    nodes name are one); else, and with `ignore_graphs`, all are one. A number of one datatype is
    the same however it is written.

    Raises MissingFileError, MissingFolderError and SourceError.
    """
    by_graph = not ignore_graphs and {_suffix(old), _suffix(new)} <= _NAME_GRAPHS
    (was, old_prefixes), (now, new_prefixes) = (_read(each, by_graph) for each in (old, new))
    prefixes = {**old_prefixes, **new_prefixes}
    found = []
    for graph in {*was, *now}:
        nothing: frozenset[Triple] = frozenset()
        before = TurtleWriter(was.get(graph, nothing), prefixes)
        after = TurtleWriter(now.get(graph, nothing), prefixes)
        for left, right in _match_roots(before, after):
            sides = (_Side(before, left), _Side(after, right))
            if facts := tuple(_facts(*sides, ())):
                found.append(_describe(*sides, facts, graph))
    return tuple(
        sorted(found, key=lambda node: (not node.is_term, not node.iri, node.name, node.graph))
    )


def _read(path: Path, by_graph: bool) -> tuple[dict[str, frozenset[Triple]], dict[str, str]]:
    """Return the triples of a file or a folder by graph, and the prefixes declared there."""
    store = Store()
    prefixes: dict[str, str] = {}
    for file in _find_files(path):
        content = read_file(file)
        found = split_graphs(content, file)
        for name, ntriples in (found if by_graph else {"": b"".join(found.values())}).items():
            kept = _DERIVED_TYPE.sub(rb'"^^<' + _KEPT + rb"\1>", ntriples)
            store.load(kept, Path("graph.nt"), name or _DEFAULT_GRAPH)
        if _suffix(file) in {".ttl", ".trig"}:
            prefixes = declared_prefixes(content.decode()) | prefixes
    graphs = {
        name.removeprefix(_DEFAULT_GRAPH): _name_entangled(
            frozenset(map(_as_written, store.triples([name])))
        )
        for name in store.graph_names()
    }
    return graphs, prefixes


def _suffix(path: Path) -> str:
    return plain_path(path).suffix.lower()


def _as_written(triple: Triple) -> Triple:
    subject, predicate, value = triple
    datatype = getattr(value, "datatype", None) or ""
    if not datatype.startswith(_KEPT.decode()):
        return triple
    written = URIRef(XSD + datatype.removeprefix(_KEPT.decode()))
    return subject, predicate, RdfLiteral(str(value), datatype=written, normalize=False)


def _find_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    inside = [path / name for name in _PROJECT_FOLDERS]
    folders = inside if all(folder.is_dir() for folder in inside) else [path]
    files = sorted(file for folder in folders for file in turtle_files(folder))
    if not files:
        raise MissingFolderError(
            path, "has no Turtle file (.ttl) in it", hint="Of an export, name the file."
        )
    return files


def _name_entangled(triples: frozenset[Triple]) -> frozenset[Triple]:
    """Return the triples with an IRI for each blank node that cannot be drawn into what uses it."""
    if not any(find_entangled(triples)):
        return triples
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    canonical: frozenset[Triple] = frozenset(to_canonical_graph(graph))
    shared, ring = find_entangled(canonical)
    names: dict[Node, Node] = {node: URIRef(f"{_BLANK}{node}") for node in shared | ring}
    return frozenset(
        (names.get(subject, subject), predicate, names.get(value, value))
        for subject, predicate, value in canonical
    )


@dataclass(frozen=True)
class _Side:
    """A node in one version; None where that version has none for it."""

    writer: TurtleWriter
    node: Node | None

    def pairs(self) -> Mapping[Node, Sequence[Node]]:
        return {} if self.node is None else self.writer.pairs(self.node)

    def texts(self, predicate: Node) -> dict[str, list[Node]]:
        """Return the values of a property by their text; equal blank nodes have one text."""
        texts: dict[str, list[Node]] = defaultdict(list)
        for value in self.pairs().get(predicate, ()):
            texts[self.writer.value(value, is_set=predicate in SETS)].append(value)
        return texts

    def statements(self) -> list[str]:
        return [] if self.node is None else self.writer.statements(self.node)

    def items(self) -> list["_Side"] | None:
        """Return the items of the list that the node is, None if it is none."""
        items = None if self.node is None else self.writer.list_items(self.node)
        return None if items is None else [_Side(self.writer, item) for item in items]

    @property
    def text(self) -> str:
        """The node as it stands where it is used."""
        return "" if self.node is None else self.writer.value(self.node)


def _match_roots(
    before: TurtleWriter, after: TurtleWriter
) -> Iterator[tuple[Node | None, Node | None]]:
    old, new = before.roots(), after.roots()
    for node in {node for node in (*old, *new) if not isinstance(node, BNode)}:
        yield node, node
    mine, theirs = (
        {writer.value(node): node for node in roots if isinstance(node, BNode)}
        for writer, roots in ((before, old), (after, new))
    )
    yield from _match_blanks(
        before,
        [node for text, node in mine.items() if text not in theirs],
        after,
        [node for text, node in theirs.items() if text not in mine],
    )


def _match_blanks(
    before: TurtleWriter, old: Collection[Node], after: TurtleWriter, new: Collection[Node]
) -> list[tuple[Node | None, Node | None]]:
    """Pair blank nodes, those that share most first; None stands for no match."""
    left = {node: _features(_Side(before, node)) for node in old}
    right = {node: _features(_Side(after, node)) for node in new}
    scores = sorted(
        (
            (-_likeness(mine, theirs), before.value(one), after.value(other), one, other)
            for one, mine in left.items()
            for other, theirs in right.items()
            if mine & theirs
        ),
    )
    pairs: list[tuple[Node | None, Node | None]] = []
    for _, _, _, one, other in scores:
        if one in left and other in right:
            pairs.append((one, other))
            del left[one], right[other]
    return [*pairs, *((one, None) for one in left), *((None, other) for other in right)]


def _features(side: _Side) -> Counter[str]:
    """Return what a blank node can share with another: its statements, and items of its lists."""
    features = Counter(side.statements())
    for predicate, values in side.pairs().items():
        for value in values:
            for item in side.writer.list_items(value) or ():
                features[f"{side.writer.term(predicate)} ( {side.writer.value(item)} )"] += 1
    return features


def _likeness(mine: Counter[str], theirs: Counter[str]) -> float:
    return (mine & theirs).total() / (mine | theirs).total()


def _facts(old: _Side, new: _Side, path: tuple[str, ...]) -> Iterator[Fact]:
    """Iterate over what differs between two nodes, by property."""
    names = {predicate: new.writer.term(predicate) for predicate in {*old.pairs(), *new.pairs()}}
    for predicate, name in sorted(names.items(), key=lambda pair: pair[1]):
        left, right = old.texts(predicate), new.texts(predicate)
        removed = {text: nodes[0] for text, nodes in left.items() if text not in right}
        added = {text: nodes[0] for text, nodes in right.items() if text not in left}
        if old.node is not None and new.node is not None:
            yield from _nested_facts(old, new, (*path, name), predicate, removed, added)
        for one, other in _match_values(removed, added):
            yield Fact((*path, "a" if predicate == RDF.type else name), one, other)


def _nested_facts(
    old: _Side,
    new: _Side,
    path: tuple[str, ...],
    predicate: Node,
    removed: dict[str, Node],
    added: dict[str, Node],
) -> Iterator[Fact]:
    """Iterate over what differs inside blank nodes that match, and take these out of both."""
    mine: dict[Node, str] = {node: text for text, node in removed.items()}
    theirs: dict[Node, str] = {node: text for text, node in added.items()}
    pairs = _match_blanks(
        old.writer,
        [node for node in mine if isinstance(node, BNode)],
        new.writer,
        [node for node in theirs if isinstance(node, BNode)],
    )
    for one, other in pairs:
        if one is None or other is None:
            continue
        sides = (_Side(old.writer, one), _Side(new.writer, other))
        left, right = (side.items() for side in sides)
        if left is None and right is None:
            yield from _facts(*sides, (*path[:-1], f"{path[-1]}{_common(*sides)}"))
        elif left is None or right is None:
            continue
        elif predicate in SETS:
            yield from _member_facts(left, right, path)
        elif len(left) == len(right):
            yield from _item_facts(left, right, path)
        else:
            continue
        del removed[mine[one]], added[theirs[other]]


def _common(old: _Side, new: _Side) -> str:
    """Return what identifies a matched blank node among those beside it, in brackets."""
    kept = set(new.statements())
    common = [line for line in old.statements() if line in kept and "\n" not in line]
    # A class seldom identifies a node.
    common.sort(key=lambda line: line.startswith("a "))
    return f" [{common[0]}]" if common else ""


def _member_facts(old: list[_Side], new: list[_Side], path: tuple[str, ...]) -> Iterator[Fact]:
    """Iterate over the members that one of two lists has and the other has not."""
    left, right = (Counter(item.text for item in side) for side in (old, new))
    yield from (Fact(path, text, None) for text in sorted((left - right).elements()))
    yield from (Fact(path, None, text) for text in sorted((right - left).elements()))


def _item_facts(old: list[_Side], new: list[_Side], path: tuple[str, ...]) -> Iterator[Fact]:
    """Iterate over what differs between lists of one length, item by item."""
    for number, (one, other) in enumerate(zip(old, new, strict=True), start=1):
        here = (*path[:-1], f"{path[-1]} ({number})")
        if one.text != other.text:
            if isinstance(one.node, BNode) and isinstance(other.node, BNode):
                yield from _facts(one, other, here)
            else:
                yield Fact(here, one.text, other.text)


def _match_values(
    removed: Mapping[str, Node], added: Mapping[str, Node]
) -> Iterator[tuple[str | None, str | None]]:
    """Pair a value that went with the one that came in its place: of the same kind and language."""
    kinds: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, values in enumerate((removed, added)):
        for text, node in values.items():
            kind = (node.language or "literal") if isinstance(node, RdfLiteral) else "node"
            kinds[kind][side].append(text)
    for _, (old, new) in sorted(kinds.items()):
        if len(old) == len(new) == 1:
            yield old[0], new[0]
        else:
            yield from ((text, None) for text in sorted(old))
            yield from ((None, text) for text in sorted(new))


def _describe(old: _Side, new: _Side, facts: tuple[Fact, ...], graph: str) -> NodeDifference:
    change: Literal["added", "removed", "changed"] = (
        "changed" if old.pairs() and new.pairs() else "added" if new.pairs() else "removed"
    )
    side = new if new.pairs() else old
    types = tuple(sorted(side.texts(RDF.type)))
    node = side.node
    is_blank = node is None or isinstance(node, BNode)
    return NodeDifference(
        change=change,
        name=f"[{' '.join(types)}]" if node is None or is_blank else side.writer.term(node),
        iri="" if is_blank else str(node),
        label=_label(side),
        types=types,
        is_term=any(kind in _TERMS for kind in side.pairs().get(RDF.type, ())),
        facts=facts,
        graph=graph,
    )


def _label(side: _Side) -> str:
    labels = sorted(
        (value.language != "en", str(value))
        for predicate in (RDFS.label, SKOS.prefLabel)
        for value in side.pairs().get(predicate, ())
        if isinstance(value, RdfLiteral)
    )
    return labels[0][1] if labels else ""
