"""Where the project's folders and the cache are.

Nothing is read when this module is imported; `load_settings` looks at the environment once.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from cstokg.errors import MissingFolderError

PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Settings:
    """The folders that a build reads and the one it may write.

    `project` holds `ontology/`, `data/` and `shapes/`; `cache` is only written by builds.
    """

    project: Path
    cache: Path

    @property
    def ontology(self) -> Path:
        """The folder of the ontology's Turtle files."""
        return self.project / "ontology"

    @property
    def data(self) -> Path:
        """The folder of the data files: one folder a source."""
        return self.project / "data"

    @property
    def shapes(self) -> Path:
        """The folder of the SHACL shapes."""
        return self.project / "shapes"


def load_settings(project: Path | None = None, cache: Path | None = None) -> Settings:
    """Return the settings from the arguments, else the environment, else the usual places.

    The project is `project`, or `CSTOKG_PROJECT`, or the checkout that the package runs from, or
    the copy inside the installed package. The cache is `cache`, or `CSTOKG_CACHE`, or the user's
    cache folder.

    Raises MissingFolderError where `ontology/`, `data/` or `shapes/` is not in the project.
    """
    settings = Settings(project=_find_project(project), cache=_find_cache(cache))
    for folder in (settings.ontology, settings.data, settings.shapes):
        if not folder.is_dir():
            raise MissingFolderError(
                folder,
                hint="A project has the folders ontology/, data/ and shapes/. Name another "
                "project with --project or the environment variable CSTOKG_PROJECT.",
            )
    return settings


def find_tokens(path: Path | None = None) -> Path:
    """Return the file of tokens: `path`, or `CSTOKG_TOKENS`, or one in the user's state folder."""
    if path is not None:
        return path.absolute()
    if named := os.environ.get("CSTOKG_TOKENS"):
        return Path(named).absolute()
    return _user_state() / "cstokg" / "tokens.json"


def _find_project(explicit: Path | None) -> Path:
    if explicit is not None:
        return explicit.absolute()
    if named := os.environ.get("CSTOKG_PROJECT"):
        return Path(named).absolute()
    checkout = PACKAGE.parents[1]
    if (checkout / "pyproject.toml").is_file() and (checkout / "ontology").is_dir():
        return checkout
    return PACKAGE / "_project"


def _find_cache(explicit: Path | None) -> Path:
    if explicit is not None:
        return explicit.absolute()
    if named := os.environ.get("CSTOKG_CACHE"):
        return Path(named).absolute()
    return _user_cache() / "cstokg"


def _user_state() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    # XDG Base Directory Specification: a relative or empty value counts as unset.
    xdg = Path(os.environ.get("XDG_STATE_HOME", ""))
    return xdg if xdg.is_absolute() else Path.home() / ".local" / "state"


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    # XDG Base Directory Specification: a relative or empty value counts as unset.
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return xdg if xdg.is_absolute() else Path.home() / ".cache"
