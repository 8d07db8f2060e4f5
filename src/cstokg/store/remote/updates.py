"""A change to a server's graphs as SPARQL 1.1 updates.

A change begins with a mark, left only where the server is at the version that the change was worked
out for and where no other mark is. Most servers do not keep two updates apart that are made at the
same moment, so that both may leave one: then each sees the other's, and takes its own away. A
change that is short enough is one update, which takes the mark away as well. A longer one comes in
parts, and the last takes it away.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from cstokg.namespaces import CKG, META_GRAPH, UNION_GRAPH
from cstokg.store.parsing import graph_of

MARK: Final = f"<{META_GRAPH}> <{CKG}unfinishedChange>"
"""The subject and the property of a mark; its object tells one change from another."""


def marked(change: str) -> str:
    """Return the pattern of a change that has begun and not ended; `?change` stands for any."""
    return f"GRAPH <{META_GRAPH}> {{ {MARK} {change} }}"


def in_union(ntriples: bytes) -> bytes:
    """Return N-Triples as N-Quads of the merge of all graphs."""
    end = f" <{UNION_GRAPH}> .".encode()
    return b"".join(line.removesuffix(b" .") + end + b"\n" for line in ntriples.splitlines())


def one_update(
    when: str, removed: Iterable[bytes], added: Iterable[bytes], renewed: Sequence[str] = ()
) -> str:
    """Return the update that takes lines of N-Quads out and puts others in, where `when` is so.

    From the graphs `renewed` it takes all triples with blank nodes out before.
    """
    change = f"DELETE {{ {_blocks(removed)} }} INSERT {{ {_blocks(added)} }} WHERE {{ {when} }}"
    return ";\n".join([*_without_blank_nodes(when, renewed), change])


def in_parts(
    mark: str,
    removed: Sequence[bytes],
    added: Sequence[bytes],
    renewed: Sequence[str],
    size: int,
) -> Iterator[str]:
    """Iterate over the updates that come between the first and the last of a long change.

    Each has up to `size` lines of one graph; those that share blank nodes come in one update.
    """
    when = marked(mark)
    yield from _without_blank_nodes(when, renewed)
    together: list[bytes] = []
    for group in _sharing_blank_nodes([line for line in added if has_blank_node(line)]):
        if together and len(together) + len(group) > size // 2:  # for a template there is less room
            yield one_update(when, (), together)
            together = []
        together += group
    if together:
        yield one_update(when, (), together)
    named = [line for line in added if not has_blank_node(line)]
    for verb, lines in (("DELETE", removed), ("INSERT", named)):
        for _, same in groupby(sorted(lines, key=graph_of), key=graph_of):
            of_graph = list(same)
            for start in range(0, len(of_graph), size):
                yield f"{verb} DATA {{ {_blocks(of_graph[start : start + size])} }}"


def has_blank_node(line: bytes) -> bool:
    """Return True if a line of N-Quads or N-Triples has a blank node at either end."""
    return line.startswith(b"_:") or line.split(b" ", 2)[2].startswith(b"_:")


def _sharing_blank_nodes(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Iterate over groups of lines of which no two have a blank node in common."""
    import networkx

    graph = networkx.Graph()
    for number, line in enumerate(lines):
        subject, _, value = line.split(b" ", 2)
        ends = (subject, value.split(b" ", 1)[0])
        graph.add_edges_from((number, end) for end in ends if end.startswith(b"_:"))
    for group in networkx.connected_components(graph):
        yield [lines[each] for each in group if isinstance(each, int)]


def _without_blank_nodes(when: str, graphs: Sequence[str]) -> Iterator[str]:
    for graph in graphs:
        triple = f"GRAPH <{graph}> {{ ?s ?p ?o }}"
        blank = "FILTER(isBlank(?s) || isBlank(?o))"
        yield f"DELETE {{ {triple} }} WHERE {{ {when} {triple} {blank} }}"


def _blocks(lines: Iterable[bytes]) -> str:
    """Return lines of N-Quads as the blocks of an update."""
    graphs: dict[str, list[str]] = {}
    for line in lines:
        triple, graph, _ = line.decode().rsplit(" ", 2)
        graphs.setdefault(graph, []).append(triple)
    return " ".join(f"GRAPH {name} {{ {' . '.join(graphs[name])} }}" for name in graphs)
