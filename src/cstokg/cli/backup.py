"""`cstokg backup`: one file with all that a store on disk holds."""

from pathlib import Path

import click

from cstokg.cli.progress import progress
from cstokg.cli.session import file_argument, read_store, store_option


@click.command(short_help="Write a store on disk to one file, also while it is served.")
@file_argument
@store_option("The folder of the store.", required=True)
def command(file: Path, folder: Path) -> None:
    """Write the dataset of a store to FILE: compressed N-Quads, with a checksum.

    A server that has the store open goes on meanwhile; the backup is the dataset as it was at one
    moment. FILE is there whole or not at all, and an older one of that name is replaced. The same
    dataset makes the same bytes.

    \b
    Examples:
      cstokg backup --store /var/lib/cstokg monday.nq.gz
      zcat monday.nq.gz | head -1         # what is in it
      cstokg restore monday.nq.gz --store /var/lib/cstokg-2
    """
    from cstokg.store.backup import write_backup

    contents = read_store(folder)
    with progress(f"writing {file}"):
        write_backup(file, contents)
    click.echo(
        f"wrote {file}: {contents.head.quads} statements at change {contents.head.commits}",
        err=True,
    )
