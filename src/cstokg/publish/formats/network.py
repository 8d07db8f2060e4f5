"""Who is bound to whom, and who took part in what, as a network: GraphML and GEXF.

Nodes are agents, treaties, forces, events with their places, and all to which somebody is bound;
edges are bonds, and the parts that these have in an event. What is not known is left out; a time is
the days between which it lies.
"""

import sqlite3
from contextlib import closing
from typing import Any

from cstokg.analysis.summary import summarize
from cstokg.dataset.query_service import QueryService
from cstokg.publish.formats.relational import open_database
from cstokg.publish.graph_files import write_gexf, write_graphml


def to_graphml(dataset: QueryService) -> bytes:
    """Return the network in GraphML, for yEd, igraph, Cytoscape and networkx."""
    return write_graphml(build_network(dataset))


def to_gexf(dataset: QueryService) -> bytes:
    """Return the network in GEXF, for Gephi, whose timeline shows what may have been on a day."""
    network = build_network(dataset)
    for told in (*network.nodes.values(), *network.edges.values()):
        days = {"start": told.get("begin_earliest"), "end": told.get("end_latest")}
        told.update({name: day for name, day in days.items() if day})
    return write_gexf(network, summarize(dataset).modified)


def build_network(dataset: QueryService) -> Any:
    """Return the network as a `networkx.MultiDiGraph`, whose nodes are IRIs."""
    import networkx

    with closing(open_database(dataset)) as database:
        database.row_factory = sqlite3.Row
        nodes = database.execute("SELECT * FROM node").fetchall()
        edges = database.execute("SELECT * FROM edge").fetchall()
    network = networkx.MultiDiGraph(name=f"cstokg {dataset.info.version}")
    network.add_nodes_from((row["node"], _known(row, 1)) for row in nodes)
    for number, row in enumerate(edges):
        is_fact = row["actuality"] == "actual"
        label = row["kind"] if is_fact else f"{row['kind']} ({row['actuality']})"
        network.add_edge(*row[:2], number, id=str(number), label=label, **_known(row, 2))
    return network


def _known(row: sqlite3.Row, start: int) -> dict[str, str]:
    """Return what a row has from a column on."""
    return {name: row[name] for name in row.keys()[start:] if row[name]}
