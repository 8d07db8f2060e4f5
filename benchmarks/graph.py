"""A large project of this one's shape: its data, copied under new names as often as is wanted.

Each copy is a source of its own, with states, memberships, statements, claims and passages as the
original and the things that it speaks of have them; the ontology and its value lists stay as they
are. The same number of copies gives the same files, byte for byte.
"""

import re
import shutil
from pathlib import Path

import pyoxigraph as ox

PROJECT = Path(__file__).resolve().parents[1]
DATA = PROJECT / "data"
SOURCE = "scepanovic-2024"
_LAST = 999
RESOURCE = "https://w3id.org/cstokg/id/"
_IRI = re.compile(rf"<({re.escape(RESOURCE)}[^>]+)>")


def write_project(folder: Path, copies: int) -> None:
    """Write a project with `copies` copies of the data into `folder`, which must not exist."""
    folder.mkdir(parents=True)
    for name in ("ontology", "shapes"):
        shutil.copytree(PROJECT / name, folder / name)
    lines = _lines(DATA)
    own = _subjects(lines)
    for copy in range(copies):
        target = folder / "data" / f"{SOURCE}-{copy:03}"
        target.mkdir(parents=True)
        (target / "all.ttl").write_text("".join(_renamed(lines, own, copy)), encoding="utf-8")


def second_source() -> str:
    """Return the tests' invented second source in Turtle, with the things that it speaks of.

    As in each copy they have names of their own.
    """
    invented = PROJECT / "tests" / "data" / "second-source" / "data"
    things = _lines(DATA / "things")
    lines = things + _lines(invented / "things") + _lines(invented / "second-2026")
    return "".join(_renamed(lines, _subjects(things), _LAST))


def _renamed(lines: list[str], own: set[str], copy: int) -> list[str]:
    """Return lines in which the resources `own` have the names of a copy."""
    slug = f"{SOURCE}-{copy:03}"  # of a passage its paragraph comes behind

    def rename(match: re.Match[str]) -> str:
        if match[1] not in own:
            return match[0]
        named = match[1].replace(SOURCE, slug)
        return f"<{named}>" if slug in named else f"<{named}-{copy:03}>"

    return [_IRI.sub(rename, line) for line in lines]


def _subjects(lines: list[str]) -> set[str]:
    return {line[1 : line.index(">")] for line in lines if line.startswith(f"<{RESOURCE}")}


def _lines(folder: Path) -> list[str]:
    """Return what the files of a folder say of resources, as sorted lines of N-Triples."""
    triples = {
        f"{quad.triple} .\n"
        for path in sorted(folder.glob("**/*.ttl"))
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
        if str(quad.subject).startswith(f"<{RESOURCE}")
    }
    return sorted(triples)
