"""`cstokg load`: files of RDF into a store on disk."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cstokg.cli.output import echo_json
from cstokg.cli.progress import progress
from cstokg.cli.session import (
    FINDINGS,
    Session,
    json_option,
    pass_session,
    store_option,
)

if TYPE_CHECKING:
    from cstokg.execution.bulk_load import Loaded

log = logging.getLogger(__name__)

_SHOWN = 10
"""How many problems of one file are printed."""


@click.command(short_help="Load files of RDF into a store on disk.")
@click.argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option(
    "The folder of the store; an empty one is filled from the project's files first.",
    required=True,
)
@json_option
@pass_session
def command(session: Session, *, paths: tuple[Path, ...], folder: Path, as_json: bool) -> int:
    """Put what the files and folders PATH say into the store DIR, each of them in one step.

    A file is Turtle, TriG, N-Triples, N-Quads, JSON-LD or RDF/XML, by its name, and may be
    compressed by gzip or zstd. What it says in named graphs becomes all that these graphs say;
    the rest becomes the graph source/<name of the file>. A folder is one source: all its files
    together are the graph source/<name of the folder>, as in data/ of a project.

    Each step is a write of these graphs: what follows from them is derived, the shapes are asked,
    and it is on the disk before the next one begins. What cannot be read or violates a shape is
    set aside, and told of at the end: file, line, and how to mend it; all others are loaded.
    Stopped at any moment, the store has what was loaded until then. The same command again goes
    on: what is there already is left as it is. Things that sources speak of come before them.

    A server that has DIR open must be stopped before. Exits with 1 if something was set aside.

    \b
    Examples:
      cstokg load --store /var/lib/cstokg smith-2025.ttl
      cstokg load --store /var/lib/cstokg dumps/*.nq.zst
      cstokg load --store /var/lib/cstokg data/things data/smith-2025
      cstokg load --store /var/lib/cstokg --json more/*.trig.gz | jq '.files[].problems[]'
    """
    from cstokg.dataset.imports import unmet_imports
    from cstokg.execution.bulk_load import load_paths
    from cstokg.execution.disk_dataset import DiskDataset
    from cstokg.shacl.validation import unused_shapes
    from cstokg.shacl.write_check import ShapesCheck
    from cstokg.store.disk import DiskStore

    settings = session.settings()
    with DiskStore(folder).exclusive() as disk:
        stored = session.stored_dataset(disk)
        check = ShapesCheck(settings.shapes)
        check.prepare()
        service = DiskDataset(stored.store, stored.info, check, disk)
        with progress("loading"):
            loaded = tuple(load_paths(service, dict.fromkeys(paths), settings))
        for note in filter(None, (*unmet_imports(stored.store), unused_shapes(stored.store))):
            log.warning("%s", note)
    if as_json:
        echo_json({"files": [{"status": each.status, **asdict(each)} for each in loaded]})
    else:
        _echo_text(loaded)
    return FINDINGS if any(each.problems for each in loaded) else 0


def _echo_text(loaded: tuple[Loaded, ...]) -> None:
    for each in loaded:
        if not each.problems:
            continue
        click.echo(f"set aside: {each.name}")
        for problem in each.problems[:_SHOWN]:
            click.echo(f"  {problem.place}: {problem.message}")
            if problem.hint:
                click.echo(f"  hint: {problem.hint}")
        if more := len(each.problems[_SHOWN:]):
            click.echo(f"  and {more} more: --json has all")
    count = Counter(each.status for each in loaded)
    added, removed = sum(each.added for each in loaded), sum(each.removed for each in loaded)
    click.echo(
        f"{count['loaded']} loaded ({added} statements added, {removed} removed), "
        f"{count['unchanged']} unchanged, {count['set aside']} set aside"
    )
