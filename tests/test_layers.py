"""Imports run one way: each package imports from those below it alone."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "cstokg"

GROUND = ("__version__", "errors", "namespaces", "settings", "formats")
"""What everything stands on: the package's version, and modules."""

# From the bottom up: a package may import from the ground, from itself and from those before it.
LAYERS = (
    *GROUND,
    *(
        "store",
        "rdf",
        "dataset",
        "shacl",
        "quality",
        "analysis",
        "publish",
        "execution",
        "mcp",
        "web",
        "cli",
    ),
)

# Inside `web`, from the bottom up.
WEB_LAYERS = (
    "site",
    "ops",
    "http",
    "protocol",
    "pages",
    "answers",
    "catalog",
    "application",
    "server",
)

# Where these libraries may be known.
HOMES = {
    "pyoxigraph": {"store"},
    "owlready2": {"quality"},
    "pyshacl": {"shacl"},
    "flask": {"web", "cli"},
    "click": {"cli"},
    "mcp": {"mcp", "web"},
    "mcp_types": {"mcp"},
}

MOST_ENTRIES = 18
MOST_MODULES = 16

FILES = sorted(PACKAGE.rglob("*.py"))
INNER = [path for path in FILES if path.parent != PACKAGE or not path.stem.startswith("__")]
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
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def upward(path: Path, below: str, own: str, layers: tuple[str, ...]) -> list[str]:
    """Return what a file of the layer `own` imports from layers above it; all are in `below`."""
    names = (name.removeprefix(below) for name in imports(path) if name.startswith(below))
    heads = {name.split(".")[0] for name in names}
    return [
        f"{path.relative_to(PACKAGE)} imports {below}{head}"
        for head in sorted(heads)
        if layers.index(head) > layers.index(own)
    ]


def test_each_module_has_a_layer() -> None:
    assert {owner(path) for path in INNER} == set(LAYERS) - {"__version__"}


def test_imports_run_downwards() -> None:
    assert not [line for path in INNER for line in upward(path, "cstokg.", owner(path), LAYERS)]


def test_imports_of_the_web_run_downwards() -> None:
    web = PACKAGE / "web"
    files = [path for path in web.rglob("*.py") if path != web / "__init__.py"]
    assert len(files) > len(WEB_LAYERS)
    assert not [
        line
        for path in files
        for line in upward(
            path,
            "cstokg.web.",
            path.relative_to(web).parts[0].removesuffix(".py"),
            WEB_LAYERS,
        )
    ]


def test_no_two_modules_import_each_other() -> None:
    names = {
        path: ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in FILES
    }
    known = set(names.values())

    def targets(path: Path) -> set[str]:
        named = imports(path)
        return {name if name in known else name.rpartition(".")[0] for name in named} & known

    found = {names[path]: targets(path) for path in INNER}
    assert not [
        (one, other)
        for one in found
        for other in found[one]
        if one < other and one in found.get(other, ())
    ]


def test_a_library_is_known_where_it_may_be() -> None:
    assert not [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in FILES
        for name in imports(path)
        if owner(path) not in HOMES.get(name.split(".")[0], {owner(path)})
    ]


def test_the_listing_is_short_enough_to_be_read() -> None:
    entries = {path.relative_to(PACKAGE).parts[0] for path in FILES} | {"py.typed"}
    assert len(entries) <= MOST_ENTRIES, sorted(entries)
    folders = {path.parent for path in FILES}
    long = [folder for folder in folders if len(list(folder.glob("*.py"))) > MOST_MODULES]
    # One module for each command.
    assert [folder.name for folder in long if folder.name != "cli"] == []


def test_each_package_says_what_it_is_for() -> None:
    doors = [path for path in FILES if path.name == "__init__.py" and path.parent != PACKAGE]
    short = [path for path in doors if not (ast.get_docstring(ast.parse(path.read_text("utf-8"))))]
    assert doors
    assert not short
