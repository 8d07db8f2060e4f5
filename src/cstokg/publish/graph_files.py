"""Graphs in the formats of Gephi, Cytoscape, yEd and others: GraphML and GEXF."""

from collections.abc import Callable
from typing import Any, Final

from cstokg import __version__
from cstokg.analysis.answer import Answer, flat_rows

_FILE: Final = '<?xml version="1.0" encoding="UTF-8"?>\n{}'


def write_answer(answer: Answer, format_name: str, name_of: Callable[[str], str]) -> bytes:
    """Return a graph with an edge from `party` to `of` for each row whose verdict is not `not`."""
    import networkx

    graph = networkx.MultiDiGraph()
    rows = flat_rows(answer, name_of)
    bonds = [row for row in rows if {row["verdict"], row.get("compared", "not")} != {"not"}]
    for number, row in enumerate(bonds):
        ends = [row.pop(end) for end in ("party", "of")]
        graph.add_nodes_from((iri, {"label": name_of(iri)}) for iri in ends)
        told = {name: value for name, value in row.items() if value}
        graph.add_edge(*ends, number, id=str(number), label=row["role"], **told)
    return write_gexf(graph) if format_name == "gexf" else write_graphml(graph)


def write_graphml(graph: Any) -> bytes:
    """Return a `networkx` graph, whose edges have an `id`, in GraphML."""
    from networkx.readwrite.graphml import GraphMLWriter

    writer = GraphMLWriter(graph, named_key_ids=True, edge_id_from_attribute="id")
    return _FILE.format(writer).encode()


def write_gexf(graph: Any, modified: str | None = None) -> bytes:
    """Return a `networkx` graph in GEXF; `modified` is the day (ISO 8601) that it is of."""
    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(graph)
    # The library puts the day of the run there, and its own name.
    meta = writer.xml[0]
    del meta.attrib["lastmodifieddate"]
    if modified:
        meta.set("lastmodifieddate", modified)
    meta[0].text = f"cstokg {__version__}"
    return _FILE.format(writer).encode()
