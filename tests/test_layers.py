"""Imports run one way: the command line and the web on top, the namespaces at the bottom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "cstokg"

# From the bottom up. A module may import from its own layer and from those below it.
LAYERS = (
    {"errors", "namespaces", "settings", "formats", "tokens"},
    {"store"},
    {"load", "dates", "derive", "describe", "cache", "build", "change", "persistence"},
    {
        *("reason", "validate", "sources", "segment", "questions", "summary", "display"),
        *("turtle_form", "difference", "owl", "search", "documentation", "listing"),
        "compile_shapes",
        *("axioms", "explain", "lint", "places"),
    },
    {"jsonld", "turtle", "export", "release", "transaction", "check"},
    {"engine"},
    {"web"},
    {"cli"},
)

# Where these libraries may be known.
HOMES = {
    "pyoxigraph": {"store"},
    "edtf": {"dates"},
    "owlready2": {"reason", "owl"},
    "pyshacl": {"validate"},
    "flask": {"web", "cli"},
    "click": {"cli"},
}

FILES = sorted(PACKAGE.rglob("*.py"))
INNER = [path for path in FILES if path.parent != PACKAGE or not path.name.startswith("__")]
"""All but the package's front door, which names what is public from every layer."""


def owner(path: Path) -> str:
    """Return the module or package right below `cstokg` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Return the dotted names that a file imports, inside functions as well."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports by a relative name"
            found.add(node.module)
            if node.module == "cstokg":
                found.update(f"cstokg.{alias.name}" for alias in node.names)
    return found


def layer(name: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if name in names)


def test_there_is_something_to_read() -> None:
    assert len(FILES) > 20


def test_each_module_has_a_layer() -> None:
    assert {owner(path) for path in INNER} <= set().union(*LAYERS)


@pytest.mark.parametrize("path", INNER, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downwards(path: Path) -> None:
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "cstokg" and len(parts) > 1 and parts[1] != "__version__":
            assert layer(parts[1]) <= layer(owner(path)), f"{name} is above {path.name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_is_known_where_it_may_be(path: Path) -> None:
    for name in imports(path):
        library = name.split(".")[0]
        assert owner(path) in HOMES.get(library, {owner(path)}), f"{library} in {path.name}"
