"""From Turtle files to named graphs.

`ontology/*.ttl` goes to the graph `ontology`, `data/<slug>/**/*.ttl` to `source/<slug>`, and a file
that a user names to `source/<its name>`: its letters, of any script, and digits.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cstokg.errors import MissingFolderError, SourceError
from cstokg.namespaces import ONTOLOGY_GRAPH, short_graph_name, source_graph
from cstokg.settings import Settings
from cstokg.store import Store
from cstokg.store.parsing import parse, plain_path, read_file, turtle_files


@dataclass(frozen=True)
class SourceFile:
    """One file of the build: where it is, which graph it goes to, and what it was when read."""

    path: Path
    name: str
    """The path inside the project (`data/things/states.ttl`), or as the user gave it."""
    graph: str
    sha256: str
    content: bytes = field(repr=False)
    """What was read, so that what is hashed and what is loaded are the same."""


@dataclass(frozen=True)
class BuildInfo:
    """What a dataset was made from."""

    version: str
    """The version of cstokg that built it."""
    source_sha256: str
    """One hash over the names and contents of all files, in hexadecimal."""
    files: tuple[SourceFile, ...]
    triples: Mapping[str, int]
    """Each graph's IRI and number of triples."""
    from_cache: bool
    revision: str = ""
    """Which of the versions that were written since; empty where nothing was."""

    @property
    def state(self) -> str:
        """A text that is another one for each version of the dataset."""
        return " ".join(filter(None, (self.version, self.source_sha256, self.revision)))


def find_files(
    settings: Settings, *, files: Sequence[Path] = (), with_data: bool = True
) -> tuple[SourceFile, ...]:
    """Return the files of a build, sorted: ontology, data unless left out, and those of the user.

    A folder among `files` stands for the Turtle files in it.
    Raises MissingFolderError for a folder without Turtle files, MissingFileError for a file that is
    not there, SourceError for a data file outside a source's folder, for a folder whose name cannot
    stand in an IRI, and for two files of the user whose names come to the same.
    """
    found = [
        _source_file(settings, path, ONTOLOGY_GRAPH) for path in _turtle_files(settings.ontology)
    ]
    if with_data:
        found += [
            _source_file(settings, path, _data_graph(settings, path))
            for path in _turtle_files(settings.data)
        ]
    known = {file.path for file in found}
    named: dict[str, Path] = {}
    own = [path for path in dict.fromkeys(_expand(files)) if path not in known]
    slugs = Counter(map(slug_of, own))
    for path in own:
        slug = slug_of(path)
        # Files of one name in several folders are told apart by these.
        slug = slug if slugs[slug] == 1 else _slug(f"{path.parent.name} {slug}")
        graph = source_graph(slug)
        if other := named.get(graph):
            raise SourceError(
                path,
                f"this file and {other} would be one graph, {short_graph_name(graph)}",
                hint="Give one of them another name; what differs must be letters or digits.",
            )
        named[graph] = path
        found.append(_source_file(settings, path, graph))
    return tuple(found)


def load_files(files: Iterable[SourceFile]) -> Store:
    """Return a new store, without their union, with each file's triples in its graph.

    Raises SourceError.
    """
    store = Store(as_set=False)
    for file in files:
        store.load(file.content, file.path, file.graph)
    return store


def find_origins(files: Iterable[SourceFile]) -> dict[str, tuple[str, ...]]:
    """Return for the IRI of each subject the names of the files that describe it."""
    origins: dict[str, list[str]] = {}
    for file in files:
        # By its content alone: the graph of a file whose source was dropped is not known any more.
        subjects = {str(triple.subject).strip("<>") for triple in parse(file.content, file.path)}
        for subject in subjects:
            origins.setdefault(subject, []).append(file.name)
    return {subject: tuple(names) for subject, names in sorted(origins.items())}


def _turtle_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise MissingFolderError(folder)
    found = turtle_files(folder)
    if not found:
        raise MissingFolderError(
            folder, "has no Turtle file (.ttl) in it", hint="Is it the project's own folder?"
        )
    return found


def _expand(paths: Iterable[Path]) -> list[Path]:
    expanded: list[Path] = []
    for path in paths:
        expanded += _turtle_files(path.absolute()) if path.is_dir() else [path.absolute()]
    return expanded


def _source_file(settings: Settings, path: Path, graph: str) -> SourceFile:
    content = read_file(path)
    inside = path.is_relative_to(settings.project)
    name = path.relative_to(settings.project).as_posix() if inside else str(path)
    return SourceFile(path, name, graph, sha256(content).hexdigest(), content)


def _data_graph(settings: Settings, path: Path) -> str:
    slug, *rest = path.relative_to(settings.data).parts
    if not rest:
        raise SourceError(
            path,
            "this data file belongs to no source",
            hint=f"Move it into the folder of its source: {settings.data / '<source>' / slug}",
        )
    return folder_graph(settings.data / slug)


def folder_graph(folder: Path) -> str:
    """Return the graph of the source whose files are in a folder. Raises SourceError."""
    slug = unicodedata.normalize("NFC", folder.name)
    if re.search(r"[\s<>\"{}|\\^`%?#]", slug):
        raise SourceError(
            folder,
            f"the name of the folder {slug!r} cannot stand in an IRI",
            hint="Write it in letters, digits and hyphens, as in 'my-article-2024'.",
        )
    return source_graph(slug)


def slug_of(path: Path) -> str:
    """Return what a file that a user names is called in the name of its graph."""
    return _slug(plain_path(path).stem)


def _slug(name: str) -> str:
    # macOS takes letters apart; an IRI with them is another one.
    signs = unicodedata.normalize("NFC", name.lower())
    # The vowels of many scripts are marks on a letter.
    kept = (
        each if each.isalnum() or unicodedata.category(each)[0] == "M" else " " for each in signs
    )
    return "-".join("".join(kept).split()) or "file"
