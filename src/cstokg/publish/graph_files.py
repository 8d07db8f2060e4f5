"""Bonds of an answer as a graph for Gephi, Cytoscape, yEd and others: GraphML and GEXF."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cstokg.analysis.answer import flat_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from cstokg.analysis.answer import Answer


def write_graph(answer: Answer, format_name: str, name_of: Callable[[str], str]) -> bytes:
    """Return a graph with an edge from `party` to `of` for each row whose verdict is not `not`."""
    import networkx

    graph = networkx.MultiDiGraph()
    for row in flat_rows(answer, name_of):
        if {row["verdict"], row.get("compared", "not")} != {"not"}:
            ends = [row.pop(end) for end in ("party", "of")]
            graph.add_nodes_from((iri, {"label": name_of(iri)}) for iri in ends)
            told = {name: value for name, value in row.items() if value}
            graph.add_edge(*ends, label=row["role"], **told)
    write = networkx.generate_gexf if format_name == "gexf" else networkx.generate_graphml
    # GEXF has the day of the run, too.
    return re.sub(r' lastmodifieddate="[\d-]+"', "", "\n".join(write(graph))).encode()
