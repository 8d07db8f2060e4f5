"""A knowledge graph of one analyst article about the Collective Security Treaty Organization.

    import cstokg
    dataset = cstokg.build_dataset(cstokg.load_settings())
    rows = dataset.query("SELECT …").to_dicts()

The public names stand in `__init__.pyi`. Each is imported when it is first used, so that
`import cstokg` costs nothing.
"""

import ast
from importlib import import_module
from pathlib import Path
from typing import Any

__version__ = "0.1.0"

_MODULES = {
    alias.name: str(line.module)
    for line in ast.parse(Path(__file__).with_suffix(".pyi").read_text("utf-8")).body
    if isinstance(line, ast.ImportFrom)
    for alias in line.names
}

__all__ = ["__version__", *_MODULES]  # noqa: PLE0604 - all are texts


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562)."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
