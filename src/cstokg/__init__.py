"""A knowledge graph of one analyst article about the Collective Security Treaty Organization.

    import cstokg
    dataset = cstokg.build_dataset(cstokg.load_settings())
    rows = dataset.query("SELECT …").to_dicts()

Every name below is imported when it is first used, so that `import cstokg` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cstokg.build import BuildInfo, Dataset, SourceFile, build_dataset
    from cstokg.errors import CstokgError
    from cstokg.formats import FORMATS, Format
    from cstokg.namespaces import PREFIXES
    from cstokg.settings import Settings, load_settings
    from cstokg.store import BooleanResult, GraphResult, SelectResult

__version__ = "0.1.0"

__all__ = [
    "FORMATS",
    "PREFIXES",
    "BooleanResult",
    "BuildInfo",
    "CstokgError",
    "Dataset",
    "Format",
    "GraphResult",
    "SelectResult",
    "Settings",
    "SourceFile",
    "__version__",
    "build_dataset",
    "load_settings",
]

_MODULES = {
    "FORMATS": "formats",
    "PREFIXES": "namespaces",
    "BooleanResult": "store",
    "BuildInfo": "build",
    "CstokgError": "errors",
    "Dataset": "build",
    "Format": "formats",
    "GraphResult": "store",
    "SelectResult": "store",
    "Settings": "settings",
    "SourceFile": "build",
    "build_dataset": "build",
    "load_settings": "settings",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
