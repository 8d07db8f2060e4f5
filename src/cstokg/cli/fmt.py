"""`cstokg fmt`: Turtle files in the project's form, in which one added triple is one line."""

import difflib
import logging
from collections.abc import Sequence
from pathlib import Path

import click

from cstokg.cli.output import echo_bytes
from cstokg.cli.session import FINDINGS, Session, pass_session, paths_argument

_EXCERPT = 40
"""How many lines of a file's difference are shown."""

log = logging.getLogger(__name__)


@click.command(short_help="Write Turtle files in the project's stable form.")
@paths_argument
@click.option("--check", is_flag=True, help="Write nothing; list what would change, and exit 1.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Write the form of one PATH there, to stdout for '-', and leave PATH as it is.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show what changes in each file.")
@pass_session
def command(
    session: Session,
    paths: tuple[Path, ...],
    output: Path | None,
    *,
    check: bool,
    verbose: bool,
) -> int:
    """Bring files, or all Turtle files of folders, into the form that the project keeps.

    Without PATH: the project's ontology/, data/ and shapes/. After an edit in Protégé only the
    change you made is left as a difference. Reads Turtle, N-Triples and RDF/XML; a file whose name
    does not end in .ttl needs --output. A file with comments is refused, since they would be lost.

    \b
    Examples:
      cstokg fmt
      cstokg fmt data/scepanovic-2024/memberships.ttl
      cstokg fmt --check -v ontology data shapes
      cstokg fmt saved.rdf -o data/things/states.ttl
    """
    from cstokg.rdf.formatting import format_file

    if output is not None:
        if check or len(paths) != 1 or paths[0].is_dir():
            raise click.UsageError("--output needs one file, and no --check")
        content = format_file(paths[0])
        if str(output) == "-":
            echo_bytes(content)
        else:
            output.write_bytes(content)
        return 0
    # All are read before the first is written, so that a mistake in one leaves all as they were.
    files = _turtle_files(session, paths)
    changes = [
        (path, old, new)
        for path in files
        if (new := format_file(path)) != (old := path.read_bytes())
    ]
    verb = "would change" if check else "changed"
    for path, old, new in changes:
        click.echo(f"{verb}: {path}")
        if verbose or log.isEnabledFor(logging.DEBUG):
            _echo_excerpt(path, old, new)
        if not check:
            path.write_bytes(new)
    click.echo(f"{len(changes)} of {len(files)} files {verb}", err=True)
    return FINDINGS if check and changes else 0


def _turtle_files(session: Session, paths: Sequence[Path]) -> list[Path]:
    if not paths:
        settings = session.settings()
        paths = (settings.ontology, settings.data, settings.shapes)
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(path.rglob("*.ttl"))
            if not found:
                raise click.UsageError(f"the folder {path} has no Turtle file (.ttl) in it")
            files += found
        elif path.suffix.lower() == ".ttl":
            files.append(path)
        else:
            raise click.UsageError(
                f"{path} is not named as a Turtle file (.ttl); say where to write with --output"
            )
    return list(dict.fromkeys(files))


def _echo_excerpt(path: Path, old: bytes, new: bytes) -> None:
    before, after = old.decode(errors="replace").splitlines(), new.decode().splitlines()
    names = (f"{path}", f"{path} (formatted)")
    lines = list(difflib.unified_diff(before, after, *names, lineterm="", n=1))
    click.echo("\n".join(lines[:_EXCERPT]))
    if len(lines) > _EXCERPT:
        click.echo(f"… and {len(lines) - _EXCERPT} lines more")
