"""Files of RDF as the engine's triples, and mistakes in them as SourceError with their place.

A file may be compressed, by gzip or Zstandard: its first bytes tell.
"""

import gzip
import logging
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox

from cstokg.errors import MissingFileError, SourceError
from cstokg.formats import find_format
from cstokg.namespaces import PREFIXES
from cstokg.store.rdf11 import check_document, check_quad, is_suspect
from cstokg.store.syntax import find_unread_key, read_text, refuse_foreign, unread_key
from cstokg.store.terms import Triple, triple_to_rdflib

log = logging.getLogger(__name__)

_FORMATS: Final = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}

_NO_GRAPH: Final = ox.DefaultGraph()

_Term = TypeVar("_Term")

READABLE: Final = tuple(_FORMATS)
"""The extensions of the files that can be read."""

_COMPRESSED: Final = (".gz", ".zst")
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"

_CONTENT: Final = "the content"
"""What content without a path is called in messages."""

_NAMELESS: Final = "urn:x-blank:graph"
"""What a graph is called whose name is a blank node."""

_PREFACE: Final = re.compile(r"Parser error (?:at|between) line [^:]*: ")
_PREFIX: Final = re.compile(r"The prefix (\S*): has not been declared")


def parse(content: bytes, path: Path) -> Iterator[ox.Triple]:
    """Iterate over the triples of a file's content; its format is that of the extension of `path`.

    Named graphs inside the file are not kept apart. Blank nodes get names that no other file has.
    Raises SourceError with line and column.
    """
    # Without a base: what a file says must not depend on where it lies.
    for quad in _file_quads(content, path):
        yield quad.triple


def read_file(path: Path) -> bytes:
    """Return what a file has in it, decompressed where it is compressed.

    Raises MissingFileError, and SourceError for one that cannot be decompressed.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise MissingFileError(path) from None
    except OSError as error:
        raise MissingFileError(path, f"cannot be read: {error.strerror}") from error
    try:
        if content.startswith(_GZIP):
            return gzip.decompress(content)
        return _unpack_zstd(content) if content.startswith(_ZSTD) else content
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(
            path,
            f"it cannot be decompressed: {error}",
            hint="Look whether the file was cut off, and fetch it anew.",
        ) from None


def _unpack_zstd(content: bytes) -> bytes:
    import zstandard  # here, so that the build of the package does not need it

    parts = []
    while content:  # one frame after the other (RFC 8878, 3.1)
        frame = zstandard.ZstdDecompressor().decompressobj()
        try:
            parts.append(frame.decompress(content))
        except zstandard.ZstdError as error:
            raise OSError(str(error)) from error
        if not frame.eof:
            raise EOFError("its last frame is not whole")
        content = frame.unused_data
    return b"".join(parts)


def plain_path(path: Path) -> Path:
    """Return a file's path without the ending that says how it is compressed."""
    return path.with_suffix("") if path.suffix.lower() in _COMPRESSED else path


def is_readable(path: Path) -> bool:
    """Return True for a file with the extension of a format, but for a catalog of Protégé's."""
    is_named = plain_path(path).suffix.lower() in READABLE
    return is_named and not path.name.startswith("catalog-v") and path.is_file()


def turtle_files(folder: Path) -> list[Path]:
    """Return the Turtle files in a folder, sorted; of other files of RDF it is logged."""
    readable = filter(is_readable, sorted(folder.rglob("*")))
    found = {path: path.suffix == ".ttl" for path in readable}
    for path, is_turtle in found.items():
        if not is_turtle:
            log.warning("%s is not read: of a folder only the Turtle files (.ttl) are", path)
    return [path for path, is_turtle in found.items() if is_turtle]


def split_graphs(content: bytes, path: Path) -> dict[str, bytes]:
    """Return what a file says in each graph, by its name, as N-Triples; "" is the default graph.

    Graphs that blank nodes name are one. Raises SourceError as `parse` does.
    """
    graphs: dict[str, list[str]] = {}
    for quad in _file_quads(content, path):
        name = _NAMELESS if isinstance(quad.graph_name, ox.BlankNode) else ""
        if isinstance(quad.graph_name, ox.NamedNode):
            name = quad.graph_name.value
        graphs.setdefault(name, []).append(f"{quad.triple} .\n")
    return {name: "".join(lines).encode() for name, lines in graphs.items()}


def parse_quads(content: bytes, path: Path, graph: str) -> dict[str, bytes]:
    """Return what a file says in each graph as N-Quads; what it says in none is in `graph`.

    Blank nodes get names that no other file has, and the same whenever the file is the same.
    Raises SourceError as `parse` does, and for a graph that a blank node names.
    """
    own = ox.NamedNode(graph)
    digest = sha256(graph.encode() + b"\0" + content).hexdigest()[:16]
    labels: dict[str, ox.BlankNode] = {}

    def labelled(term: _Term) -> _Term | ox.BlankNode:
        if not isinstance(term, ox.BlankNode):
            return term
        return labels.setdefault(term.value, ox.BlankNode(f"f{digest}n{len(labels)}"))

    graphs: dict[str, set[str]] = {}
    for subject, predicate, value, named in _file_quads(content, path):
        if isinstance(named, ox.BlankNode):
            raise SourceError(
                path, f"a blank node, {named}, is the name of a graph", hint="Name it by an IRI."
            )
        name = own if named == _NO_GRAPH else named
        quad = ox.Quad(labelled(subject), predicate, labelled(value), name)
        graphs.setdefault(name.value, set()).add(f"{quad} .\n")
    return {name: "".join(lines).encode() for name, lines in graphs.items()}


def graph_of(line: bytes) -> str:
    """Return the graph of a line of N-Quads."""
    return line.rsplit(b" ", 2)[-2][1:-1].decode()


def parse_content(content: bytes, media_type: str, base: str) -> Iterator[ox.Triple]:
    """Iterate over the triples of `content`, which is not a file; `base` is that of its IRIs.

    Blank nodes get names that nothing else has. Raises UnknownFormatError, and SourceError with
    line and column, also for named graphs in it.
    """
    rdf_format = ox.RdfFormat.from_media_type(find_format(media_type, "graph").media_type)
    if rdf_format is None:
        raise TypeError(f"the engine reads no {media_type}")
    for quad in _quads(content, rdf_format, base, _CONTENT):
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            raise SourceError(_CONTENT, f"it names a graph of its own, {quad.graph_name}")
        yield quad.triple


def _file_quads(content: bytes, path: Path) -> Iterator[ox.Quad]:
    suffix = plain_path(path).suffix
    rdf_format = _FORMATS.get(suffix.lower())
    if rdf_format is None:
        refuse_foreign(content, path)
        raise SourceError(
            path,
            f"no format of RDF is known by the extension {suffix or '(none)'!r}",
            hint=f"Known are {', '.join(READABLE)}, and these with .gz or .zst behind.",
        )
    return _quads(content, rdf_format, None, path)


def _quads(
    content: bytes, rdf_format: ox.RdfFormat, base: str | None, path: Path | str
) -> Iterator[ox.Quad]:
    content = content.removeprefix(BOM_UTF8)  # which the engine takes for a part of a name
    read_text(content, path)  # before a parser takes it for something else
    refuse_foreign(content, path, rdf_format.name)
    check_document(content, rdf_format, path)
    is_jsonld = rdf_format == ox.RdfFormat.JSON_LD
    key = find_unread_key(content, path) if is_jsonld else None
    is_read, suspect = False, is_suspect(content, rdf_format)
    try:
        for quad in ox.parse(content, format=rdf_format, base_iri=base, rename_blank_nodes=True):
            is_read = True
            if suspect:
                check_quad(quad, path)
            yield quad
    except SyntaxError as error:
        problem = _PREFACE.sub("", error.msg)
        if "remote context" in problem:
            problem = "its @context is elsewhere, and nothing is fetched"
        raise SourceError(
            path, problem, line=error.lineno, column=error.offset, hint=_hint(problem)
        ) from None
    if key is not None and not is_read:
        raise unread_key(key, path)


def read_triples(content: bytes, path: Path) -> Iterator[Triple]:
    """Iterate over the triples of a file's content, with each literal as it is written.

    A store keeps numbers by their value alone, so `007` comes out of it as `7`; here it does not.
    Raises SourceError as `parse` does.
    """
    return map(triple_to_rdflib, parse(content, path))


def _hint(problem: str) -> str:
    if undeclared := _PREFIX.match(problem):
        name = undeclared[1]
        return f"Declare it at the top of the file: @prefix {name}: <{PREFIXES.get(name, '…')}> ."
    if "dot is expected" in problem:
        return "Each subject's statements end with a full stop; look at the line before as well."
    if "is not a valid RDF object" in problem:
        return (
            "Look at the statement before as well: it ends with a full stop, not with ; or a comma."
        )
    if "Unexpected end" in problem:
        return "Something that begins here is not closed: a quotation mark, a bracket, a statement."
    if "No scheme found" in problem:
        return "Write the IRI in full, with https://, or as a prefixed name."
    if "@context" in problem:
        return "Write the context out in the document itself."
    if "UTF-8" in problem:  # XML can say of itself that it is in something else
        return "Save the file as UTF-8."
    return ""
