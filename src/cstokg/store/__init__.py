"""Where the dataset is kept and queried. Only this package knows an engine's name.

What is kept on disk is in `disk`, `snapshot` and `backup`, which are imported by those names.

It must not import from the build, the web or the command line.
"""

from cstokg.store.base import Store, Triple
from cstokg.store.oxigraph import OxigraphStore, open_store
from cstokg.store.parsing import has_new_terms, read_triples
from cstokg.store.results import BooleanResult, GraphResult, Result, SelectResult
from cstokg.store.serialization import Written

__all__ = [
    "BooleanResult",
    "GraphResult",
    "OxigraphStore",
    "Result",
    "SelectResult",
    "Store",
    "Triple",
    "Written",
    "has_new_terms",
    "open_store",
    "read_triples",
]
