"""A large project of this one's shape: its data, copied under new names as often as is wanted.

Each copy is a source of its own, with states, memberships, statements, claims and passages as the
original and the things that it speaks of have them; the ontology and its value lists stay as they
are. The same number of copies gives the same files, byte for byte.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyoxigraph as ox

PROJECT = Path(__file__).resolve().parents[1]
SOURCE = "scepanovic-2024"
RESOURCE = "https://w3id.org/cstokg/id/"
_IRI = re.compile(rf"<({re.escape(RESOURCE)}[^>]+)>")


def write_project(folder: Path, copies: int) -> None:
    """Write a project with `copies` copies of the data into `folder`, which must not exist."""
    folder.mkdir(parents=True)
    for name in ("ontology", "shapes"):
        shutil.copytree(PROJECT / name, folder / name)
    lines = _lines(PROJECT / "data")
    own = {line[1 : line.index(">")] for line in lines if line.startswith(f"<{RESOURCE}")}
    for copy in range(copies):
        target = folder / "data" / f"{SOURCE}-{copy:03}"
        target.mkdir(parents=True)

        def rename(match: re.Match[str], copy: int = copy) -> str:
            if match[1] not in own:
                return match[0]
            slug = f"{SOURCE}-{copy:03}"  # of a passage its paragraph comes behind
            named = match[1].replace(SOURCE, slug)
            return f"<{named}>" if slug in named else f"<{named}-{copy:03}>"

        text = "".join(_IRI.sub(rename, line) for line in lines)
        (target / "all.ttl").write_text(text, encoding="utf-8")


def _lines(folder: Path) -> list[str]:
    """Return what the files of a folder say of resources, as sorted lines of N-Triples."""
    triples = {
        f"{quad.triple} .\n"
        for path in sorted(folder.glob("**/*.ttl"))
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
        if str(quad.subject).startswith(f"<{RESOURCE}")
    }
    return sorted(triples)
