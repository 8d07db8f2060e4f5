"""Where graphs are kept and queried: in memory (Oxigraph), and on disk (SQLite).

It may import the ground (errors, namespaces, settings, formats) alone, and is the one package that
knows an engine's name. What is on disk is in `disk` and `backup`, imported by those names.
"""

from cstokg.store.base import DEFAULT_OPTIONS, QueryOptions, Store, Triple
from cstokg.store.oxigraph import OxigraphStore, open_store
from cstokg.store.parsing import has_new_terms, read_triples
from cstokg.store.results import BooleanResult, GraphResult, Result, SelectResult
from cstokg.store.serialization import Answer, SerializedResult

__all__ = [
    "DEFAULT_OPTIONS",
    "Answer",
    "BooleanResult",
    "GraphResult",
    "OxigraphStore",
    "QueryOptions",
    "Result",
    "SelectResult",
    "SerializedResult",
    "Store",
    "Triple",
    "has_new_terms",
    "open_store",
    "read_triples",
]
