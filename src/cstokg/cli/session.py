"""What the options before the command's name decide, for the commands to work with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from cstokg.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from click.decorators import FC

    from cstokg.dataset.model import Dataset
    from cstokg.settings import Settings
    from cstokg.store.disk import Contents, DiskStore

FINDINGS = 1
"""The exit code of a check that found something."""

WRONG_USE = 2
"""The exit code for wrong use and bad input."""


@dataclass(frozen=True)
class Session:
    """One run of the command line. Folders are found and read when a command asks."""

    project: Path | None = None
    use_cache: bool = True

    def settings(self) -> Settings:
        """Return the settings. Raises MissingFolderError."""
        from cstokg.settings import load_settings

        return load_settings(self.project)

    def dataset(
        self, files: Sequence[Path] = (), *, store: Path | None = None, check_dates: bool = True
    ) -> Dataset:
        """Return the dataset with `files` built in, or that of a `store` on disk, open or not.

        With `check_dates=False` a time that is no date is left to a validation.
        Raises SourceError and MissingFolderError, or StorageError.
        """
        if store is not None:
            from cstokg.dataset.stored import load_stored

            return load_stored(self.settings(), read_store(store))
        from cstokg.dataset.build import build_dataset

        with progress("building the dataset") as show:
            return build_dataset(
                self.settings(),
                files=files,
                use_cache=self.use_cache,
                check_dates=check_dates,
                progress=show,
            )

    def stored_dataset(self, disk: DiskStore) -> Dataset:
        """Return the dataset that `disk`, held by this process, holds.

        One that is empty is first filled from the project's files. Raises StorageError, and the
        errors of `dataset`.
        """
        from cstokg.dataset.stored import open_stored, seed

        with progress(f"reading {disk.folder}"):
            stored = open_stored(self.settings(), disk)
        if stored is not None:
            return stored
        dataset = self.dataset()
        seed(disk, dataset)
        return dataset


pass_session = click.make_pass_decorator(Session, ensure=True)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
file_argument = click.argument("file", type=click.Path(path_type=Path))
paths_argument = click.argument(
    "paths", metavar="[PATH]…", nargs=-1, type=click.Path(path_type=Path)
)


def _folder(_: object, __: object, value: Path | None) -> Path | None:
    if value is not None and str(value).startswith("sparql:"):
        raise click.BadParameter("it is a SPARQL server, and this command takes a folder.")
    return value


def store_option(
    help_text: str = "Take the dataset of this store on disk, which a server may have open, in "
    "place of the project's files.",
    *,
    required: bool = False,
) -> Callable[[FC], FC]:
    """Return the option --store; a `required` one is also read from CSTOKG_STORE."""
    return click.option(
        "--store",
        "folder",
        type=click.Path(path_type=Path),
        callback=_folder,
        metavar="DIR",
        required=required,
        envvar="CSTOKG_STORE" if required else None,
        show_envvar=required,
        help=help_text,
    )


def completion(
    names: Callable[[], Iterable[tuple[str, str]]],
) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return what completes a parameter in a shell: `names` gives each name and its description."""

    def complete(_ctx: object, _parameter: object, incomplete: str) -> list[CompletionItem]:
        found = (
            (name, help_text) for name, help_text in names() if name.startswith(incomplete.lower())
        )
        return [CompletionItem(name, help=help_text) for name, help_text in found]

    return complete


def read_store(folder: Path) -> Contents:
    """Return what the store in `folder` holds, open elsewhere or not. Raises StorageError."""
    from cstokg.errors import StorageError
    from cstokg.store.disk import DiskStore

    with progress(f"reading {folder}"):
        contents = DiskStore(folder).read() if folder.is_dir() else None
    if contents is None:
        raise StorageError(
            f"the folder {folder} holds no dataset",
            hint=f"'cstokg serve --store {folder}' makes one from the project's files.",
        )
    return contents
