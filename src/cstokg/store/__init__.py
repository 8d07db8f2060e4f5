"""Where graphs are kept and queried: in memory (Oxigraph), and on disk (SQLite).

It may import the ground (errors, namespaces, settings, formats) alone, and is the one package that
knows an engine's name: others see terms of rdflib, and graphs as IRIs in plain strings. What is on
disk is in `disk` and `backup`, imported by those names.
"""

from cstokg.store.oxigraph import Store
from cstokg.store.parsing import read_triples, split_graphs
from cstokg.store.query_options import DEFAULT_OPTIONS, QueryOptions
from cstokg.store.results import BooleanResult, GraphResult, Result, SelectResult
from cstokg.store.serialization import Answer, SerializedResult
from cstokg.store.syntax import find_syntax, read_text
from cstokg.store.terms import Triple, plain_graph

__all__ = [
    "DEFAULT_OPTIONS",
    "Answer",
    "BooleanResult",
    "GraphResult",
    "QueryOptions",
    "Result",
    "SelectResult",
    "SerializedResult",
    "Store",
    "Triple",
    "find_syntax",
    "plain_graph",
    "read_text",
    "read_triples",
    "split_graphs",
]
