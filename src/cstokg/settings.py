"""Where the project's folders and the cache are.

Nothing is read when this module is imported; `load_settings` reads the environment once.
"""

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

    @property
    def carried(self) -> Path:
        """The folder of the build that an installed package carries; other projects have none."""
        return self.project / "build"


def load_settings(project: Path | None = None, cache: Path | None = None) -> Settings:
    """Return the settings from the arguments, else the environment, else the usual places.

    The project is `project`, or `CSTOKG_PROJECT`, or the checkout that the package runs from, or
    the copy inside the installed package. The cache is `cache`, or `CSTOKG_CACHE`, or the user's
    cache folder.

    Raises MissingFolderError where `ontology/`, `data/` or `shapes/` is not in the project.
    """
    settings = Settings(
        project=_named(project, "CSTOKG_PROJECT") or _own_project(),
        cache=_named(cache, "CSTOKG_CACHE")
        or _user_folder("XDG_CACHE_HOME", ".cache", macos="Caches"),
    )
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
    state = _user_folder("XDG_STATE_HOME", ".local/state", macos="Application Support")
    return _named(path, "CSTOKG_TOKENS") or state / "tokens.json"


def _named(explicit: Path | None, variable: str) -> Path | None:
    named = explicit or os.environ.get(variable)
    return Path(named).absolute() if named else None


def _own_project() -> Path:
    checkout = PACKAGE.parents[1]
    is_checkout = (checkout / "pyproject.toml").is_file() and (checkout / "ontology").is_dir()
    return checkout if is_checkout else PACKAGE / "_project"


def _user_folder(variable: str, usual: str, *, macos: str) -> Path:
    """Return our folder in one of the user's: that of an XDG `variable`, below home by default."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local or Path.home() / "AppData" / "Local") / "cstokg"
    if sys.platform == "darwin":
        return Path.home() / "Library" / macos / "cstokg"
    # XDG Base Directory Specification: a relative or empty value counts as unset.
    folder = Path(os.environ.get(variable, ""))
    return (folder if folder.is_absolute() else Path.home() / usual) / "cstokg"
