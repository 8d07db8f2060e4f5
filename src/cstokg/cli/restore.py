"""`cstokg restore`: a store on disk from a backup."""

from pathlib import Path

import click

from cstokg.cli.progress import progress
from cstokg.cli.session import file_argument, store_option


@click.command(short_help="Make a store on disk from a backup.")
@file_argument
@store_option("The folder of the store; it is made where it is not there.", required=True)
@click.option("--force", is_flag=True, help="Replace the dataset that is in DIR.")
def command(file: Path, folder: Path, *, force: bool) -> None:
    """Put the dataset of the backup FILE into the folder of a store.

    The backup is first held to its checksum. With --force the dataset that was in DIR is kept until
    the new one is there, whole. A server that has DIR open must be stopped before.

    \b
    Examples:
      cstokg restore monday.nq.gz --store /var/lib/cstokg
      cstokg restore monday.nq.gz --store /var/lib/cstokg --force
    """
    from cstokg.errors import StorageError
    from cstokg.store.backup import read_backup
    from cstokg.store.disk import DiskStore

    contents = read_backup(file)
    with progress(f"restoring {file}"), DiskStore(folder).exclusive() as disk:
        head = disk.seed(
            contents.nquads,
            contents.origin,
            revision=contents.head.revision,
            commits=contents.head.commits,
            replace=force,
        )
    if head != contents.head:
        raise StorageError(f"what was written to {folder} is not what is in {file}")
    click.echo(f"restored {head.quads} statements at change {head.commits} to {folder}", err=True)
